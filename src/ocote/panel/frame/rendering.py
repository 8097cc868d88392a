"""Renders the pages of the panel from templates, and holds the files that pages load."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from gettext import GNUTranslations, NullTranslations
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.phrases import Phrase
from ocote.people.person import Language
from ocote.web.response import Header, Response

if TYPE_CHECKING:
    from jinja2 import Environment

Say = Callable[[str], str]
"""Translates a Spanish text into the language of a person."""

_HTML: Final = b"text/html; charset=utf-8"
_PANEL: Final = files("ocote.panel")
_KEPT: Final[tuple[Header, ...]] = ((b"cache-control", b"public, max-age=31536000, immutable"),)
_FRESH: Final[tuple[Header, ...]] = ((b"cache-control", b"no-cache"),)

_STATIC: Final[Mapping[str, bytes]] = {
    "panel.css": b"text/css; charset=utf-8",
    "public.css": b"text/css; charset=utf-8",
    "panel.js": b"text/javascript; charset=utf-8",
    "passkeys.js": b"text/javascript; charset=utf-8",
    "htmx.min.js": b"text/javascript; charset=utf-8",
}
"""The files that pages load, with their media types."""


class StaticFile:
    """A file that pages load; its address changes with its content, so that a browser keeps it for ever."""

    def __init__(self, name: str, media_type: bytes) -> None:
        self._content = (_PANEL / "frame" / "static" / name).read_bytes()
        self._media_type = media_type
        self._version = sha256(self._content).hexdigest()[:12]
        self._name = name
        self.href = self.href_below(f"{PANEL_PATH}/static/")

    def href_below(self, path: str) -> str:
        """The address of the file where it is served below another path."""
        return f"{path}{self._name}?v={self._version}"

    def response(self, query: bytes) -> Response:
        """The file; kept by the browser when its address names this version."""
        is_this_version = query == f"v={self._version}".encode()
        return Response(200, self._content, self._media_type, _KEPT if is_this_version else _FRESH)


@cache
def static_files() -> Mapping[str, StaticFile]:
    """The files that pages load, by name."""
    return {name: StaticFile(name, media_type) for name, media_type in _STATIC.items()}


def html(status: int, text: str, headers: tuple[Header, ...] = ()) -> Response:
    """A response with a page or a part of a page."""
    return Response(status, text.encode(), _HTML, headers)


def rendered(language: Language, template: str, block: str | None, values: Mapping[str, Any]) -> str:
    """A template with its values, or one block of it: the part of a page that changes."""
    found = environment(language).get_template(template)
    if block is None:
        return found.render(values)
    return "".join(found.blocks[block](found.new_context(dict(values))))


@cache
def environment(language: Language) -> "Environment":
    """The templates of the panel, in a language; a template is named by its folder: ``documents/list.html``.

    Those of the frame are also found by their bare name.
    """
    from jinja2 import (  # noqa: PLC0415 - imported with the first page
        ChoiceLoader,
        Environment,
        FileSystemLoader,
        PrefixLoader,
        StrictUndefined,
    )

    folders = [each for each in _PANEL.iterdir() if each.is_dir() and (each / "templates").is_dir()]
    made = Environment(
        loader=ChoiceLoader(
            [
                PrefixLoader({each.name: FileSystemLoader(str(each / "templates")) for each in folders}),
                FileSystemLoader(str(_PANEL / "frame" / "templates")),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
    )
    shown: Any = made  # the extension adds a method that the class does not declare
    shown.install_gettext_translations(translations(language), newstyle=True)
    made.globals |= {"say": partial(said, language), "say_choices": partial(_say_choices, language)}
    made.filters["say"] = partial(said, language)
    made.finalize = lambda value: said(language, value) if isinstance(value, Phrase) else value
    return made


def said(language: Language, text: str) -> str:
    """A Spanish text in a language; text and not markup, whatever it says."""
    found = translations(language)
    return text.said(found.gettext) if isinstance(text, Phrase) else found.gettext(text) if text else text


def _say_choices(language: Language, field: Any) -> str:
    """Has a field of choices show their words in a language; returns nothing to show."""
    spanish_choices = field.iter_choices
    field.iter_choices = lambda: [each._replace(label=said(language, each.label)) for each in spanish_choices()]
    return ""


@cache
def translations(language: Language) -> NullTranslations:
    """The texts of the panel in a language. They are written in Spanish: a text without translation stays Spanish."""
    compiled = _PANEL / "locale" / language / "LC_MESSAGES" / "messages.mo"
    return GNUTranslations(BytesIO(compiled.read_bytes())) if compiled.is_file() else NullTranslations()
