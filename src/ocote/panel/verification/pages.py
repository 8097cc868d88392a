"""Writes the pages as HTML, with a policy that forbids all other content."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from ocote.archive.verification import PublicDocument
from ocote.panel.verification.words import Problem, state_words
from ocote.web.response import Header, Response

if TYPE_CHECKING:
    from jinja2 import Environment

_HTML: Final = b"text/html; charset=utf-8"

_TEMPLATES: Final = files("ocote.panel.verification") / "templates"
_STYLE: Final = (_TEMPLATES / "style.css").read_text(encoding="utf-8")
_STYLE_HASH: Final = b64encode(sha256(_STYLE.encode()).digest()).decode("ascii")

_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

PRIVATE: Final[tuple[Header, ...]] = (
    (b"cache-control", b"private, no-store"),
    (b"x-robots-tag", b"noindex, nofollow, noarchive"),
)
"""The address of such a page is a secret: these headers keep it from caches and search engines."""

_HEADERS: Final[tuple[Header, ...]] = (
    *PRIVATE,
    (b"content-security-policy", _POLICY.encode("ascii")),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


def document_page(path: str, document: PublicDocument) -> Response:
    """The page of a document, with links to its files. ``path`` is the path of the page, ``/v/…``."""
    words = state_words(document.state, document.since)
    return _response(200, "document.html", path=path, document=document, sheet=document.sheet, words=words)


def problem_page(status: int, problem: Problem, headers: tuple[Header, ...] = ()) -> Response:
    """A page that explains why no document is shown."""
    return _response(status, "problem.html", headers, problem=problem)


def _response(status: int, template: str, headers: tuple[Header, ...] = (), **values: Any) -> Response:
    html = _environment().get_template(template).render(style=Markup(_STYLE), **values)  # noqa: S704 - our file
    return Response(status, html.encode(), _HTML, (*_HEADERS, *headers))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - imported with the first page

    return Environment(
        loader=FileSystemLoader(str(_TEMPLATES)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
