"""Schemas and examples of request bodies (contract 7)."""

from ocote.api.openapi.schemas import Schema, activity, choice, code, decimal_number, record, text
from ocote.api.requests.export import incoterms
from ocote.api.requests.fields import MOST_DECIMALS
from ocote.api.requests.invalidation import MAX_NOTE, MAX_PERSON
from ocote.api.requests.invoice import MAX_PERIOD
from ocote.api.requests.lines import MAX_DESCRIPTION
from ocote.api.requests.person import MAX_ADDRESS, MAX_DOCUMENT_NUMBER, MAX_EMAIL, MAX_NAME, MAX_PHONE, MIN_PHONE
from ocote.api.requests.reference import MAX_REFERENCE
from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.line_rules import MAX_LINES
from ocote.dte.types import CCF, EXPORT_INVOICE, INVOICE
from ocote.issuing.request import FINAL_CONSUMER

_CONTRIBUTOR_TYPES = {1: "small", 2: "medium", 3: "large", 4: "government"}


def _catalog_code(description: str, catalog: Catalog) -> Schema:
    number = catalog.value.split("-")[1]
    name = catalog.value.split("-", 2)[2]
    return {
        "type": "string",
        "description": f"{description} CAT-{number}, see `GET /catalogs/{name}`.",
        "example": next(iter(catalogs.labels(catalog))),
    }


_EXTERNAL_REF = text(
    "Your own identifier of the document and its idempotency key: unique in the company, case-sensitive, trimmed, no "
    "control characters. The same reference is the same document. Without it a lost answer cannot be retried safely.",
    "POS7-000915",
    MAX_REFERENCE,
)

_PERSON: dict[str, Schema] = {
    "name": text("Name or business name.", "Distribuidora Izalco, S.A. de C.V.", MAX_NAME),
    "nit": {
        "type": "string",
        "pattern": "^[0-9-]{9,20}$",
        "description": "14 digits, or the 9 of the homologated DUI, with a right check digit; hyphens are taken out.",
        "example": "0614-180948-001-4",
    },
    "dui": {
        "type": "string",
        "pattern": "^[0-9-]{9,12}$",
        "description": "9 digits with a right check digit; the hyphen is taken out.",
        "example": "00016297-5",
    },
    "nrc": {
        "type": "string",
        "pattern": "^[0-9-]{2,12}$",
        "description": "VAT registration number, 2 to 8 digits; the hyphen is taken out.",
        "example": "123456-7",
    },
    "type_contributor": choice(
        "Kind of taxpayer. Kinds 3 and 4 withhold 1 % of `amount_taxable` from 100.00 on.", _CONTRIBUTOR_TYPES
    ),
    "activity_code": activity("Economic activity of the person."),
    "district": {
        "type": "string",
        "description": "The best way to say where: settles department and municipality. The UUID of "
        "`GET /catalogs/districts/search`, or CAT-008 as four digits with the department in front, or as two digits "
        "under `department`.",
        "example": "1116",
    },
    "department": code(
        "CAT-012; goes with `municipality`.", {each.code: each.name for each in catalogs.departments().values()}
    ),
    "municipality": {
        "type": "string",
        "pattern": "^([0-9]{2}|[0-9]{4})$",
        "description": "CAT-013, 44 municipalities: the `short_code` under `department`, or the four-digit `code`.",
        "example": "24",
    },
    "address": text("Street and number; may hold line breaks.", "Calle Los Almendros, casa 12", MAX_ADDRESS),
    "email": {
        "type": "string",
        "maxLength": MAX_EMAIL,
        "description": "Where the document is sent once it is stamped.",
        "example": "compras@example.com",
    },
    "phone": text("Telephone number.", "2222-0000", MAX_PHONE, MIN_PHONE),
}

_CUSTOMER = record(
    "The buyer. For a CCF (03) `name`, `nit`, `nrc` and `type_contributor` are required, for the others the name.",
    ("name",),
    _PERSON,
)

_LINE = record(
    "One line of the document.",
    ("description", "quantity", "unit_price"),
    {
        "description": text(
            "Copied unchanged into JSON and PDF; may hold line breaks, no other control characters.",
            "Resma de papel",
            MAX_DESCRIPTION,
        ),
        "quantity": decimal_number("Greater than 0.", 2, MOST_DECIMALS, minimum=0, exclusiveMinimum=True),
        "unit_price": decimal_number(
            "USD, greater than 0: with VAT for 01 and 03, without for 11.", 5.65, 2, minimum=0, exclusiveMinimum=True
        ),
        "discount_percentage": decimal_number("0 to 99.", 0, 2, minimum=0, maximum=99),
    },
)

_LINES: Schema = {
    "type": "array",
    "minItems": 1,
    "maxItems": MAX_LINES,
    "items": {"$ref": "#/components/schemas/Line"},
}

_EXPORT: dict[str, Schema] = {
    "country": {
        "type": "string",
        "pattern": "^[A-Z]{2}$",
        "description": "Type 11: destination (CAT-020); the company's setting when absent, as for all that follow.",
        "example": "DE",
    },
    "item_type": choice("Type 11, CAT-011.", {1: "goods", 2: "services", 3: "both"}),
    "person_type": choice("Type 11, the buyer, CAT-029.", {1: "natural person", 2: "legal person"}),
    "customs_office": _catalog_code("Type 11: customs office of exit.", Catalog.CUSTOMS_OFFICES),
    "regime_type": _catalog_code("Type 11: kind of regime.", Catalog.REGIME_TYPES),
    "regime": _catalog_code("Type 11: export regime.", Catalog.REGIMES),
    "incoterm": {
        "type": "string",
        "enum": sorted(incoterms()),
        "description": "Type 11: CAT-031, MH's number or the three letters.",
        "example": "FOB",
    },
    "freight": decimal_number("Type 11: USD, part of the operation.", 120.00, 2, minimum=0),
    "insurance": decimal_number("Type 11: USD, part of the operation.", 18.20, 2, minimum=0),
}

_INVOICE = record(
    "A sale to issue. Unknown fields are ignored; `null` counts as absent.",
    ("lines",),
    {
        "doc_type": code(
            "What to issue.",
            {
                INVOICE.code: "invoice",
                CCF.code: "tax-credit voucher (CCF)",
                EXPORT_INVOICE.code: "export invoice",
            },
            INVOICE.code,
        ),
        "external_ref": _EXTERNAL_REF,
        "lines": _LINES,
        "customer": {"allOf": [{"$ref": "#/components/schemas/Customer"}]},
        "customer_name": text("Name of the buyer, used when `customer` is absent.", FINAL_CONSUMER, MAX_NAME)
        | {"default": FINAL_CONSUMER},
        "payment_method": code("CAT-017.", catalogs.labels(Catalog.PAYMENT_METHODS), "01"),
        "transaction_condition": choice("CAT-016.", {1: "cash", 2: "credit", 3: "other"}, 1),
        "deadline": choice(
            "Unit of the credit term, not a count (CAT-018); matters with condition 2.",
            {1: "days", 2: "months", 3: "years"},
            1,
        ),
        "period": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_PERIOD,
            "default": 1,
            "description": "How many units the credit term has; matters with condition 2.",
            "example": 30,
        },
        "activity_code": activity("Your own activity for this document; the company's main one when absent."),
        "redirect_email": {
            "type": "string",
            "maxLength": MAX_EMAIL,
            "description": "Another address that gets a copy.",
            "example": "archivo@example.com",
        },
        **_EXPORT,
    },
)

_NOTE = record(
    "A credit note (05) to issue on a CCF. With `lines` it is partial; with `full_adjustment` it takes back the whole "
    "CCF and cancels it; with neither it copies all lines and the CCF stays valid.",
    ("document_id",),
    {
        "document_id": text(
            "The CCF: `document_id`, `external_ref` or `control_number`.", "B2B-2026-0031", MAX_REFERENCE
        ),
        "full_adjustment": {
            "type": "boolean",
            "default": False,
            "description": "Take back the whole CCF and cancel it; not together with `lines`.",
        },
        "lines": _LINES,
        "external_ref": _EXTERNAL_REF,
    },
)

_PURCHASE_LINE = record(
    "One line of a purchase. Prices are final: there is no VAT.",
    ("description", "quantity", "unit_price"),
    {
        **_LINE["properties"],
        "is_service": {
            "type": "boolean",
            "nullable": True,
            "default": False,
            "description": "A service: 10 % income tax is withheld on this line.",
        },
    },
)

_SUBJECT = record(
    "The seller, a natural person without NRC. `dui` or `nit` is required.",
    ("name",),
    {name: schema for name, schema in _PERSON.items() if name not in ("nrc", "type_contributor")},
)

_PURCHASE = record(
    "A purchase from an excluded subject (14) to issue.",
    ("subject", "lines"),
    {
        "subject": {"$ref": "#/components/schemas/Subject"},
        "lines": _LINES | {"items": {"$ref": "#/components/schemas/PurchaseLine"}},
        "external_ref": _EXTERNAL_REF,
    },
)

_REQUESTER = record(
    "Who asked for the cancellation.",
    ("name", "document_type", "document_number"),
    {
        "name": text("Full name.", "Marta Alvarenga", MAX_PERSON),
        "document_type": code("CAT-022.", catalogs.labels(Catalog.IDENTITY_DOCUMENTS)),
        "document_number": text(
            "Its number; a DUI or NIT with a right check digit.", "00016297-5", MAX_DOCUMENT_NUMBER
        ),
    },
)

_INVALIDATION = record(
    "Why a document is cancelled; without a body reason 2.",
    (),
    {
        "reason": choice("CAT-024.", {1: "error in the document", 2: "operation rescinded", 3: "other"}, 2),
        "note": text("Explanation; required for reason 3.", "Precio equivocado", MAX_NOTE),
        "replacement": text(
            "The stamped document that takes the place: `document_id`, `external_ref` or `control_number`. Required "
            "for reasons 1 and 3 except for credit notes, refused otherwise.",
            "POS7-000916",
            MAX_REFERENCE,
        ),
        "requested_by": {"allOf": [{"$ref": "#/components/schemas/Requester"}]},
    },
)

_MAIL = record(
    "To whom a document is e-mailed again; without a body to the addresses it was issued with.",
    (),
    {
        "to": {
            "type": "string",
            "maxLength": MAX_EMAIL,
            "description": "Another address.",
            "example": "contabilidad@example.com",
        },
    },
)

REQUESTS: dict[str, Schema] = {
    "InvoiceRequest": _INVOICE,
    "Line": _LINE,
    "Customer": _CUSTOMER,
    "NoteRequest": _NOTE,
    "PurchaseRequest": _PURCHASE,
    "PurchaseLine": _PURCHASE_LINE,
    "Subject": _SUBJECT,
    "InvalidationRequest": _INVALIDATION,
    "Requester": _REQUESTER,
    "MailRequest": _MAIL,
}
