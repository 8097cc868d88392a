"""The OpenAPI document itself: what stands around its paths."""

from functools import cache

import msgspec

from ocote import __version__
from ocote.api.openapi.answers import body_schemas, error_responses, response_headers
from ocote.api.openapi.paths import paths
from ocote.api.openapi.requests import request_schemas
from ocote.api.openapi.schemas import Json
from ocote.api.request_log import API_PATH

_DESCRIPTION = """\
One HTTPS POST with a description, a quantity and a price becomes an electronic tax document (DTE) of El Salvador:
numbered, signed, stamped by the tax authority (MH), kept.

- **Key.** `Authorization: Bearer odt_…` on every call. The key decides company, branch, point of sale and environment.
- **Outcome.** An answer of status 200 says with its flags whether the document is stamped (`dte_success`), waiting for
  MH (`contingency`) or refused (`rejected`).
- **Retries.** The same `external_ref` is the same document: after a lost answer, post again.
- **Errors.** `detail` in Spanish for people, `code` for programs; a 400 lists every fault in `errors`.
- **Warnings.** Unknown fields are ignored in requests, and named in `warnings` with the name that was likely meant;
  with `Prefer: handling=strict` they are a 400. Clients should ignore unknown fields in answers.
"""


@cache
def document() -> bytes:
    """The document as JSON."""
    return msgspec.json.encode(_document())


def _document() -> Json:
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Ocote API Connect",
            "version": __version__,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": [{"url": API_PATH}],
        "security": [{"key": []}],
        "tags": [
            {
                "name": "Issue",
                "description": "Invoice (01), CCF (03), export invoice (11), credit note (05), purchase from an "
                "excluded subject (14).",
            },
            {"name": "Cancel", "description": "Invalidation of stamped documents."},
            {"name": "Deliver", "description": "E-mails to customers, when the company has a mail server."},
            {"name": "Query", "description": "State, lists and files. These calls never send anything to MH."},
            {"name": "Items", "description": "What the company sells, so that a line may name it by its code."},
            {"name": "Catalogs", "description": "MH's code lists in their newest edition."},
        ],
        "paths": paths(),
        "components": {
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "odt_ and 56 hexadecimal digits",
                    "description": "The company's API key.",
                },
                "keyInUrl": {
                    "type": "apiKey",
                    "in": "query",
                    "name": "key",
                    "description": "Deprecated; for files alone. The header wins when both are sent.",
                },
            },
            "schemas": request_schemas() | body_schemas(),
            "headers": response_headers(),
            "responses": error_responses(),
        },
    }
