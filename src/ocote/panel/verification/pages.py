"""Writes the pages as HTML, with a policy that forbids all content but the page's own."""

import re
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from msgspec import Struct
from starlette.types import Scope

from ocote.archive.verification import PublicDocument
from ocote.clock import local
from ocote.panel.frame.language import language_of_guest
from ocote.panel.frame.rendering import html, rendered, static_files
from ocote.panel.verification.words import Problem, state_words
from ocote.people.person import Language
from ocote.printing.colour import accent
from ocote.printing.logo import JPEG
from ocote.printing.sheet import Amount, Column, Fact, PrintedParty, Table, TableRow
from ocote.public_links import PATH
from ocote.web.response import Header, Response

STATIC: Final = f"{PATH}static/"
"""Below it are the files that the pages load: a proxy that hides the panel passes them on with the pages."""

PUBLIC_FILES: Final = ("panel.css", "public.css", "panel.js")

LINES_OF_A_PAGE: Final = 100
"""Of a document's lines; a document has up to 2,000."""

_UNSURE: Final = re.compile(r"[^0-9+]")
_PHONE_DIGITS: Final = range(8, 16)
"""More digits are two numbers."""

PRIVATE: Final[tuple[Header, ...]] = (
    (b"cache-control", b"private, no-store"),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
)
"""The address of such a page is a secret: these headers keep it from caches and search engines."""

_HEADERS: Final[tuple[Header, ...]] = (
    *PRIVATE,
    (b"vary", b"accept-language"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


class PublicFrame(Struct, frozen=True):
    """The values that the frame of a public page shows; ``accent`` is the company's colour, "" for a page of none."""

    language: Language
    nonce: str
    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    accent: str = ""
    theme: str = ""


class PublicFact(Struct, frozen=True):
    """A labelled text of the document; ``href`` leads to a mail or a call, "" for none."""

    label: str
    value: str
    is_code: bool
    href: str = ""


class ShownParty(Struct, frozen=True):
    """A person or company of the document."""

    heading: str
    name: str
    legal_name: str
    facts: tuple[PublicFact, ...]


class ShownColumn(Struct, frozen=True):
    """A column of the lines, as the table of the panel names it."""

    label: str
    kind: str
    is_main: bool


class LinesPage(Struct, frozen=True):
    """Some of a document's lines, and where the others are.

    ``first`` and ``last`` count from 1; ``pages`` are the numbers of all pages.
    """

    columns: tuple[ShownColumn, ...]
    rows: tuple[TableRow, ...]
    first: int
    last: int
    total: int
    page: int
    pages: range


def document_page(scope: Scope, path: str, document: PublicDocument, page: int) -> Response:
    """The page of a document, with links to its files. ``path`` is the path of the page, ``/v/…``."""
    shown, words = document.sheet, state_words(document.state, document.since)
    values = {
        "path": path,
        "document": document,
        "sheet": shown,
        "words": words,
        "logo": _logo(document.brand.logo),
        "issuer": _party(shown.issuer),
        "parties": [_party(each) for each in shown.parties],
        "lines": lines_page(shown.table, page) if shown.table is not None else None,
        "totals": [_total(each) for each in (*shown.summary.amounts, shown.summary.payable)] if shown.summary else (),
        "notes": [(each, f"{local(each.at):%d/%m/%Y}") for each in document.notes],
    }
    return _response(scope, 200, "verification/document.html", values, accent(document.brand.colour))


def problem_page(scope: Scope, status: int, problem: Problem, headers: tuple[Header, ...] = ()) -> Response:
    """A page that explains why no document is shown."""
    answer = _response(scope, status, "verification/problem.html", {"problem": problem})
    return Response(answer.status, answer.body, answer.media_type, (*answer.headers, *headers))


def lines_page(table: Table, page: int) -> LinesPage:
    """Some of the lines; a page beyond the last one is the last one."""
    total = len(table.rows)
    last_page = max(1, -(-total // LINES_OF_A_PAGE))
    page = min(max(page, 1), last_page)
    first = (page - 1) * LINES_OF_A_PAGE
    rows = table.rows[first : first + LINES_OF_A_PAGE]
    columns = tuple(map(_column, table.columns))
    return LinesPage(columns, rows, first + 1, first + len(rows), total, page, range(1, last_page + 1))


def _column(column: Column) -> ShownColumn:
    is_main = column.width_em == 0
    return ShownColumn(column.label, "number" if column.align == "right" else "", is_main)


def _total(amount: Amount) -> Mapping[str, str]:
    return {"label": amount.label + (" (−)" if amount.is_subtracted else ""), "value": amount.value}


def _party(party: PrintedParty) -> ShownParty:
    return ShownParty(party.heading, party.name, party.legal_name, tuple(map(_fact, party.facts)))


def _fact(fact: Fact) -> PublicFact:
    return PublicFact(fact.label, fact.value, fact.is_code, _href(fact))


def _href(fact: Fact) -> str:
    """The address of a mail or a call; a text that is no address and no telephone number has none."""
    if fact.label == "Correo" and fact.value.count("@") == 1 and not any(map(str.isspace, fact.value)):
        return f"mailto:{quote(fact.value, safe='@.+-_')}"
    if fact.label == "Teléfono":
        digits = _UNSURE.sub("", fact.value)
        return f"tel:{digits}" if len(digits) in _PHONE_DIGITS else ""
    return ""


def _logo(logo: bytes | None) -> str:
    """The logo as an address that holds it: no request more, and no address more that would have to stay secret."""
    if logo is None:
        return ""
    kind = "jpeg" if logo.startswith(JPEG) else "png"
    return f"data:image/{kind};base64,{b64encode(logo).decode('ascii')}"


def _response(scope: Scope, status: int, template: str, values: Mapping[str, Any], colour: str = "") -> Response:
    nonce = secrets.token_urlsafe(16)
    language = language_of_guest(scope)
    addresses = _addresses(PUBLIC_FILES)
    frame = PublicFrame(
        language=language,
        nonce=nonce,
        styles=tuple(each for each in addresses if ".css" in each),
        scripts=tuple(each for each in addresses if ".js" in each),
        accent=colour,
    )
    text = rendered(language, template, None, {"page": frame, **values})
    return html(status, text, (*_HEADERS, _policy(nonce)))


def _addresses(names: Sequence[str]) -> list[str]:
    files = static_files()
    return [files[name].href_below(STATIC) for name in names]


def _policy(nonce: str) -> Header:
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    )
    return (b"content-security-policy", policy.encode("ascii"))
