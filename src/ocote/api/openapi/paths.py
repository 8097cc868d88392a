"""Every endpoint of API Connect in the words of OpenAPI."""

from ocote.api import catalog_search
from ocote.api.openapi.operations import (
    ID_OR_REF,
    ITEM_CODE,
    SuccessAnswer,
    acting_operation,
    array_of,
    bodiless_operation,
    flag,
    issuing_operation,
    json,
    query,
    reading_operation,
    writing_operation,
)
from ocote.api.openapi.schemas import Json, query_parameters, schema_ref
from ocote.api.routes.export import MEDIA_TYPES
from ocote.requests.books import BOOKS_QUERY
from ocote.requests.export_span import EXPORT_QUERY
from ocote.requests.invalidation import INVALIDATION_BODY
from ocote.requests.invoice import INVOICE_BODY
from ocote.requests.item import ITEM_BODY, ITEMS_QUERY
from ocote.requests.listing import LISTING_QUERY
from ocote.requests.mail import MAIL_BODY
from ocote.requests.note import NOTE_BODY
from ocote.requests.purchase import PURCHASE_BODY
from ocote.web.response import JSON

_DTE = flag("include_dte", "Adds `schema`, the signed DTE, and `response`, MH's raw answer.")
_TEXT: Json = {"type": "string"}
_PLACE_NAME: Json = {"type": "string", "example": "Santa Tecla"}


def paths() -> dict[str, Json]:
    """The operations by path and method."""
    return {
        "/invoice": {
            "post": issuing_operation(
                "issueInvoice",
                "Issue an invoice, a CCF or an export invoice",
                INVOICE_BODY,
                ("409",),
            )
        },
        "/credit-memo": {
            "post": issuing_operation("issueCreditMemo", "Issue a credit note on a CCF", NOTE_BODY, ("404", "409"))
        },
        "/suex": {
            "post": issuing_operation(
                "issueSuex",
                "Issue the document of a purchase from an excluded subject",
                PURCHASE_BODY,
                ("409",),
            )
        },
        "/status/{id_or_ref}": {"get": _status("getStatus", "State of an invoice, CCF, export invoice or credit note")},
        "/credit-memo/status/{id_or_ref}": {
            "get": _status("getCreditMemoStatus", "State of a credit note, with the CCF it adjusts")
        },
        "/suex/status/{id_or_ref}": {"get": _status("getSuexStatus", "State of a purchase from an excluded subject")},
        "/invalidate/{id_or_ref}": {
            "post": _invalidate("invalidate", "Cancel an invoice, CCF, export invoice or credit note")
        },
        "/invalidate/suex/{id_or_ref}": {
            "post": _invalidate("invalidateSuex", "Cancel a purchase from an excluded subject")
        },
        "/invalidate/status/{id_or_ref}": {"get": _invalidation("getInvalidation", "Cancellation of a sale or a note")},
        "/invalidate/suex/status/{id_or_ref}": {
            "get": _invalidation("getSuexInvalidation", "Cancellation of a purchase")
        },
        "/file/{id_or_ref}": {"get": _file()},
        "/documents": {"get": _documents()},
        "/documents/export": {"get": _export()},
        "/books": {"get": _books()},
        "/documents/{id_or_ref}/email": {"get": _mails(), "post": _send_mail()},
        "/documents/{id_or_ref}/link": {"post": _renew_link()},
        "/items": {"get": _items()},
        "/items/{code}": {"get": _item(), "put": _write_item(), "delete": _remove_item()},
        "/catalogs/activities": {
            "get": reading_operation(
                "Catalogs",
                "getActivities",
                "Economic activities (CAT-019)",
                SuccessAnswer(f"By code, {catalog_search.MAX_RESULTS} at most.", array_of("Entry")),
                [_search("A part of code or description, whatever its case and accents.")],
                ("400",),
            )
        },
        "/catalogs/departments": {
            "get": reading_operation(
                "Catalogs",
                "getDepartments",
                "Departments with their municipalities (CAT-012, CAT-013)",
                SuccessAnswer(
                    "A department whose name is hit comes with all its municipalities, another with those that are "
                    "hit.",
                    array_of("DepartmentBody"),
                ),
                [_search("A part of the name of a department or municipality.")],
                ("400",),
            )
        },
        "/catalogs/districts/search": {
            "get": reading_operation(
                "Catalogs",
                "findDistricts",
                "Districts by name (CAT-008)",
                SuccessAnswer(f"{catalog_search.MAX_RESULTS} at most.", array_of("DistrictBody")),
                [
                    query(
                        "search", "A part of the name, 2 characters at least. Required, here or in `q`.", _PLACE_NAME
                    ),
                    query("q", "The same as `search`.", _TEXT),
                ],
                (),
            )
        },
        "/catalogs/{name}": {"get": _catalog()},
    }


def _status(operation_id: str, summary: str) -> Json:
    return reading_operation(
        "Query",
        operation_id,
        summary,
        SuccessAnswer("How the document stands now.", json(schema_ref("StatusBody"))),
        [ID_OR_REF, _DTE],
        ("404",),
    )


def _invalidation(operation_id: str, summary: str) -> Json:
    return reading_operation(
        "Cancel",
        operation_id,
        summary,
        SuccessAnswer(
            "How the cancellation stands now; all flags are false when nobody has tried.",
            json(schema_ref("InvalidationBody")),
        ),
        [ID_OR_REF],
        ("404",),
    )


def _invalidate(operation_id: str, summary: str) -> Json:
    success = SuccessAnswer(
        "The cancellation is registered: done, waiting for MH, or refused by MH, as the flags say. A CCF past its "
        "window gets a credit note for the whole instead (`created_credit_memo`), for reason 2 alone. A call for an "
        "event that MH has not answered sends the signed event again: fields that differ from it are in `warnings`.",
        json(schema_ref("InvalidationBody")),
    )
    return acting_operation("Cancel", operation_id, summary, success, INVALIDATION_BODY)


def _file() -> Json:
    kind = query(
        "type",
        "`ticket`: PDF for a thermal printer, for every type but 11. `invoice`: letter-size PDF. `json`: signed DTE "
        "with the stamp, not before there is one.",
        {"type": "string", "enum": ["ticket", "invoice", "json"]},
        required=True,
    )
    content = {
        "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        JSON.decode(): {"schema": {"type": "object", "additionalProperties": True}},
    }
    operation = reading_operation(
        "Query",
        "getFile",
        "Download a PDF or the signed JSON",
        SuccessAnswer(
            "The file, shown inline and never cached.", content, ("Content-Disposition", "Cache-Control", "Deprecation")
        ),
        [ID_OR_REF, kind],
        ("404", "409"),
    )
    return operation | {"security": [{"key": []}, {"keyInUrl": []}]}


def _documents() -> Json:
    return reading_operation(
        "Query",
        "listDocuments",
        "Documents of the company, newest first",
        SuccessAnswer(
            "One page. Documents that come in meanwhile do not move the following pages.",
            json(schema_ref("DocumentListBody")),
        ),
        query_parameters(LISTING_QUERY),
        ("409",),
    )


def _export() -> Json:
    binary = {"schema": {"type": "string", "format": "binary"}}
    return reading_operation(
        "Query",
        "exportDocuments",
        "Everything of some days as one file, oldest first",
        SuccessAnswer(
            "The file, sent while it is made. One that breaks off before its end is not whole. It counts as one "
            "request.",
            {media_type.partition(";")[0]: binary for media_type in MEDIA_TYPES.values()},
            ("Content-Disposition", "Cache-Control"),
        ),
        query_parameters(EXPORT_QUERY),
        ("409",),
    )


def _books() -> Json:
    return reading_operation(
        "Query",
        "getBooks",
        "The VAT books of a month as one zip",
        SuccessAnswer(
            "The annexes of forms F-07 and F-14 as CSV, the books in legal form as PDF, and notes for the accountant. "
            "A zip that breaks off before its end is not whole. It counts as one request.",
            {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            ("Content-Disposition", "Cache-Control"),
        ),
        query_parameters(BOOKS_QUERY),
        ("409",),
    )


def _mails() -> Json:
    return reading_operation(
        "Deliver",
        "listEmails",
        "What was e-mailed of a document",
        SuccessAnswer("Every message, whom it went to and what the mail server said.", json(schema_ref("MailingBody"))),
        [ID_OR_REF],
        ("404",),
    )


def _send_mail() -> Json:
    success = SuccessAnswer(
        "The message is queued and goes out within seconds; one that still waited for its next attempt is hurried "
        "instead. Ask with `GET` how it went.",
        json(schema_ref("MailingBody")),
    )
    return acting_operation("Deliver", "sendEmail", "E-mail a document again", success, MAIL_BODY)


def _renew_link() -> Json:
    success = SuccessAnswer(
        "The document has a new public link, and the one before has ended: its page answers 404, like any unknown "
        "address. PDFs and e-mails made from now on carry the new link; MH's own address of the document stays. Each "
        "call makes another link.",
        json(schema_ref("PublicLinkBody")),
    )
    return bodiless_operation("Deliver", "renewPublicLink", "Replace the public link of a document", success)


def _items() -> Json:
    return reading_operation(
        "Items",
        "listItems",
        "Items that the company sells, by code",
        SuccessAnswer("One page of items as they are now.", json(schema_ref("ItemListBody"))),
        query_parameters(ITEMS_QUERY),
        ("409",),
    )


def _item() -> Json:
    return reading_operation(
        "Items",
        "getItem",
        "An item as it is now",
        SuccessAnswer("The item.", json(schema_ref("ItemBody"))),
        [ITEM_CODE],
        ("404",),
    )


def _write_item() -> Json:
    success = SuccessAnswer(
        "The item is written, whether it is new or takes the place of the one that had the code. Repeating the call "
        "changes nothing. Documents that were issued stay as they are; from now on lines with this code take what they "
        "do not say from it.",
        json(schema_ref("ItemBody")),
    )
    return writing_operation("Items", "putItem", "Write an item of the company", success, ITEM_BODY)


def _remove_item() -> Json:
    return reading_operation(
        "Items",
        "deleteItem",
        "Remove an item of the company",
        SuccessAnswer("The item as it was. Documents that were issued stay as they are.", json(schema_ref("ItemBody"))),
        [ITEM_CODE],
        ("404",),
    )


def _catalog() -> Json:
    name = {
        "name": "name",
        "in": "path",
        "required": True,
        "description": "Which catalog.",
        "schema": {"type": "string", "enum": list(catalog_search.names())},
        "example": "payment-methods",
    }
    return reading_operation(
        "Catalogs",
        "getCatalog",
        "Any other catalog of MH",
        SuccessAnswer("The whole catalog, by code, or the entries that were searched.", array_of("Entry")),
        [name, _search("A part of code or description, whatever its case and accents.")],
        ("404",),
    )


def _search(description: str) -> Json:
    return query("search", description, _TEXT)
