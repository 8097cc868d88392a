"""Every endpoint of API Connect in the words of OpenAPI."""

from ocote.api import catalog_search
from ocote.api.openapi.answers import answers
from ocote.api.openapi.examples import (
    INVALIDATION_EXAMPLES,
    INVOICE_EXAMPLES,
    MAIL_EXAMPLES,
    NOTE_EXAMPLES,
    PURCHASE_EXAMPLES,
)
from ocote.api.openapi.operations import ID_OR_REF, REQUEST_ID, Json, array_of, flag, issuing, json, query, reading, ref
from ocote.api.requests.export_span import FORMATS
from ocote.api.requests.listing import DEFAULT_PAGE, LISTED_STATES, MAX_CURSOR, MAX_PAGE
from ocote.api.requests.person import MAX_NAME
from ocote.api.routes.export import MEDIA_TYPES
from ocote.dte.types import DOCUMENT_TYPES
from ocote.web.response import JSON

_DTE = flag("include_dte", "Adds `schema`, the signed DTE, and `response`, MH's raw answer.")
_TEXT: Json = {"type": "string"}
_DAY: Json = {"type": "string", "format": "date", "example": "2026-06-30"}


def paths() -> dict[str, Json]:
    """The operations by path and method."""
    return {
        "/invoice": {
            "post": issuing(
                "issueInvoice",
                "Issue an invoice, a CCF or an export invoice",
                "InvoiceRequest",
                INVOICE_EXAMPLES,
                ("400", "409"),
            )
        },
        "/credit-memo": {
            "post": issuing(
                "issueCreditMemo", "Issue a credit note on a CCF", "NoteRequest", NOTE_EXAMPLES, ("400", "404", "409")
            )
        },
        "/suex": {
            "post": issuing(
                "issueSuex",
                "Issue the document of a purchase from an excluded subject",
                "PurchaseRequest",
                PURCHASE_EXAMPLES,
                ("400", "409"),
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
        "/documents/{id_or_ref}/email": {"get": _mails(), "post": _send_mail()},
        "/catalogs/activities": {
            "get": reading(
                "Catalogs",
                "getActivities",
                "Economic activities (CAT-019)",
                f"By code, {catalog_search.MAX_RESULTS} at most.",
                array_of("Entry"),
                [_search("A part of code or description, whatever its case and accents.")],
                (),
            )
        },
        "/catalogs/departments": {
            "get": reading(
                "Catalogs",
                "getDepartments",
                "Departments with their municipalities (CAT-012, CAT-013)",
                "A department whose name is hit comes with all its municipalities, another with those that are hit.",
                array_of("DepartmentBody"),
                [_search("A part of the name of a department or municipality.")],
                (),
            )
        },
        "/catalogs/districts/search": {
            "get": reading(
                "Catalogs",
                "findDistricts",
                "Districts by name (CAT-008)",
                f"{catalog_search.MAX_RESULTS} at most.",
                array_of("DistrictBody"),
                [
                    query("search", "A part of the name, 2 characters at least. Required, here or in `q`.", _TEXT),
                    query("q", "The same as `search`.", _TEXT),
                ],
                ("400",),
            )
        },
        "/catalogs/{name}": {"get": _catalog()},
    }


def _status(operation_id: str, summary: str) -> Json:
    return reading(
        "Query",
        operation_id,
        summary,
        "How the document stands now.",
        json(ref("StatusBody")),
        [ID_OR_REF, _DTE],
        ("400", "404"),
    )


def _invalidation(operation_id: str, summary: str) -> Json:
    return reading(
        "Cancel",
        operation_id,
        summary,
        "How the cancellation stands now; all flags are false when nobody has tried.",
        json(ref("InvalidationBody")),
        [ID_OR_REF],
        ("400", "404"),
    )


def _invalidate(operation_id: str, summary: str) -> Json:
    success = {
        "description": "The cancellation is registered: done, waiting for MH, or refused by MH, as the flags say. A "
        "CCF past its window gets a credit note for the whole instead (`created_credit_memo`), for reason 2 alone.",
        "content": json(ref("InvalidationBody")),
    }
    return {
        "tags": ["Cancel"],
        "operationId": operation_id,
        "summary": summary,
        "parameters": [ID_OR_REF, REQUEST_ID],
        "requestBody": {
            "required": False,
            "content": {
                "application/json": {"schema": ref("InvalidationRequest"), "examples": dict(INVALIDATION_EXAMPLES)}
            },
        },
        "responses": answers(success, ("400", "404", "409")),
    }


def _file() -> Json:
    kind = query(
        "type",
        "`ticket`: thermal PDF, type 01 alone. `invoice`: letter-size PDF. `json`: signed DTE with the stamp, not "
        "before there is one.",
        {"type": "string", "enum": ["ticket", "invoice", "json"]},
        required=True,
    )
    content = {
        "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        JSON.decode(): {"schema": {"type": "object", "additionalProperties": True}},
    }
    found = "The file, shown inline and never cached."
    operation = reading(
        "Query",
        "getFile",
        "Download a PDF or the signed JSON",
        found,
        content,
        [ID_OR_REF, kind],
        ("400", "404", "409"),
        ("Content-Disposition", "Cache-Control", "Deprecation"),
    )
    return operation | {"security": [{"key": []}, {"keyInUrl": []}]}


def _documents() -> Json:
    return reading(
        "Query",
        "listDocuments",
        "Documents of the company, newest first",
        "One page. Documents that come in meanwhile do not move the following pages.",
        json(ref("DocumentListBody")),
        [
            query("date_from", "First day of posting, local time.", _DAY),
            query("date_to", "Last day of posting, included.", _DAY),
            query("doc_type", "One type alone.", {"type": "string", "enum": list(DOCUMENT_TYPES)}),
            query("state", "`stamped` includes the cancelled ones.", {"type": "string", "enum": list(LISTED_STATES)}),
            query(
                "customer",
                "NIT, DUI or NRC of the other side, or a part of its name whatever its case.",
                {"type": "string", "minLength": 1, "maxLength": MAX_NAME},
            ),
            query(
                "limit",
                "Documents per page.",
                {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": DEFAULT_PAGE},
            ),
            query(
                "cursor",
                "`next_cursor` of the page before, with the same filters.",
                {"type": "string", "minLength": 1, "maxLength": MAX_CURSOR},
            ),
        ],
        ("400",),
    )


def _export() -> Json:
    chosen = query(
        "format",
        "`csv` and `xlsx`: an index, one line per document. `zip`: the index, and delivered JSON and PDF of each.",
        {"type": "string", "enum": list(FORMATS), "default": FORMATS[0]},
    )
    binary = {"schema": {"type": "string", "format": "binary"}}
    return reading(
        "Query",
        "exportDocuments",
        "Everything of some days as one file, oldest first",
        "The file, sent while it is made. One that breaks off before its end is not whole. It counts as one request.",
        {media_type.partition(";")[0]: binary for media_type in MEDIA_TYPES.values()},
        [
            query("date_from", "First day of posting, local time.", _DAY, required=True),
            query("date_to", "Last day of posting, included.", _DAY, required=True),
            chosen,
        ],
        ("400", "409"),
        ("Content-Disposition", "Cache-Control"),
    )


def _mails() -> Json:
    return reading(
        "Deliver",
        "listEmails",
        "What was e-mailed of a document",
        "Every message, whom it went to and what the mail server said.",
        json(ref("MailingBody")),
        [ID_OR_REF],
        ("400", "404"),
    )


def _send_mail() -> Json:
    success = {
        "description": "The message is queued and goes out within seconds; one that still waited for its next attempt "
        "is hurried instead. Ask with `GET` how it went.",
        "content": json(ref("MailingBody")),
    }
    return {
        "tags": ["Deliver"],
        "operationId": "sendEmail",
        "summary": "E-mail a document again",
        "parameters": [ID_OR_REF, REQUEST_ID],
        "requestBody": {
            "required": False,
            "content": {"application/json": {"schema": ref("MailRequest"), "examples": dict(MAIL_EXAMPLES)}},
        },
        "responses": answers(success, ("400", "404", "409")),
    }


def _catalog() -> Json:
    name = {
        "name": "name",
        "in": "path",
        "required": True,
        "description": "Which catalog.",
        "schema": {"type": "string", "enum": list(catalog_search.names())},
        "example": "payment-methods",
    }
    return reading(
        "Catalogs",
        "getCatalog",
        "Any other catalog of MH",
        "The whole catalog, by code, or the entries that were searched.",
        array_of("Entry"),
        [name, _search("A part of code or description, whatever its case and accents.")],
        ("400", "404"),
    )


def _search(description: str) -> Json:
    return query("search", description, _TEXT)
