"""Makes the panel's catalog of English texts: ``python -m tools.panel_catalog`` writes ``messages.po`` and ``.mo``.

It adds texts that are new without a translation, which a person then writes, and removes those that no page shows any
more. With ``--check`` it only says which text has no translation, and whether the files are current. ``make docs`` and
``make check`` run it. Texts are found in the templates (``_("…")``), in calls of ``say`` and ``phrase``, in the
tables of words that the panel shows, and in every literal of the panel's Python that reads like a Spanish text.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from ocote.panel.frame.panel_form import LIBRARY_WORDS

SOURCE: Final = Path(__file__).parents[1] / "src" / "ocote"
PANEL: Final = SOURCE / "panel"
WRITTEN: Final = PANEL / "locale" / "en" / "LC_MESSAGES" / "messages.po"
COMPILED: Final = WRITTEN.with_suffix(".mo")

BEGINNING: Final = (
    "ocote.contingency.words:CAUSES",
    "ocote.contingency.words:CONTINGENCY_STATES",
    "ocote.contingency.words:DEADLINE_NAMES",
    "ocote.contingency.words:SITUATIONS",
    "ocote.outbox.words:SENDING_STATES",
)
"""Tables of words that pages show with a capital letter, too."""

WORDS: Final = (
    *BEGINNING,
    "ocote.contingency.words:EVENT_STATES",
    "ocote.contingency.words:LOT_STATES",
    "ocote.outbox.words:EVENT_WORDS",
    "ocote.people.passwords:WEAKNESSES",
    "ocote.mail.placeholders:PLACEHOLDERS",
    "ocote.outbox.words:OFF_REASONS",
    "ocote.archive.legal_books:MONTHS",
    "ocote.archive.legal_books:TITLES",
    "ocote.panel.drafts.labels:FIELD_HINTS",
    "ocote.panel.drafts.labels:LABELS",
    "ocote.panel.drafts.labels:OPTIONS",
    "ocote.panel.drafts.labels:UNSAID",
    "ocote.panel.drafts.labels:YES_NO",
    "ocote.panel.today.pages:WEEKDAYS",
)
"""Tables of words that pages show, small letters too; their codes are no texts."""

NEVER_SHOWN: Final = frozenset(
    {
        *LIBRARY_WORDS,
        # Names of types, of classes and of fields of HTML.
        "CountedMoneyForm",
        "Environment",
        "FileKind",
        "Language",
        "PublicFile",
        "Right",
        "Role",
        "StringField",
        "TextAreaField",
        # Browsers and systems.
        "Android",
        "Chrome",
        "Edge",
        "Firefox",
        "Linux",
        "Mac",
        "Mac OS X|Macintosh",
        "Opera",
        "Safari",
        "Samsung Internet",
        "Windows",
        # Names of languages, each in itself.
        "English",
        "Español",
        # What a program is told that calls a wrong address.
        "la API está en /api/connect, y su descripción en /api/connect/docs",
        # Keys of tables, and faults in the table of routes.
        "buyer abroad",
        "ocote panel",
        "username webauthn",
        "a path of the panel is defined twice",
    }
)

_CAPITAL: Final = re.compile(r"[A-ZÁÉÍÓÚÑ¿¡«][a-záéíóúñ]{2,}")
_SEVERAL: Final = re.compile(r"[a-záéíóúñ%»)],? [a-záéíóúñ«(%$]")
_ACCENT: Final = re.compile(r"[áéíóúñ¿¡]")
_MARKUP: Final = re.compile(r"[<>{}=\[\]]|\b(src|self|Path=)|^[a-z_]+/|noqa")
_NAMED: Final = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
_BARE: Final = re.compile(r"%(?!\()")


def reads_like_spanish(text: str) -> bool:
    """Whether a literal of the code looks like words for people, and not like a name or a pattern."""
    if text in NEVER_SHOWN or _MARKUP.search(text) or "\\" in text:
        return False
    return bool(
        _ACCENT.search(text) or _SEVERAL.search(text) or _CAPITAL.fullmatch(text.split(" ", maxsplit=1)[0].rstrip(":,"))
    )


def texts_of_python(source: str) -> Iterator[str]:
    """Every Spanish text of a module: arguments of ``say`` and ``phrase``, and literals that read like Spanish."""
    tree = ast.parse(source)
    silent = set(_silent(tree))
    said = {id(each) for call in _calls(tree, "say", "phrase") for argument in call.args for each in ast.walk(argument)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in silent:
            continue
        if node.value and (id(node) in said or reads_like_spanish(node.value)):
            yield node.value


def patched_texts(source: str) -> Iterator[str]:
    """Every f-string with Spanish words: nothing can translate it."""
    tree = ast.parse(source)
    silent = set(_silent(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in silent:
            pieces = [each.value for each in node.values if isinstance(each, ast.Constant)]
            if any(reads_like_spanish(str(piece).strip()) for piece in pieces):
                yield ast.unparse(node)


def texts_of_template(path: Path) -> Iterator[str]:
    """Every text that a template translates, the singular where there are two forms."""
    options = {"extensions": "jinja2.ext.i18n,jinja2.ext.loopcontrols", "silent": "false", "trimmed": "true"}
    with path.open("rb") as file:
        for _, _, message, _ in babel_extract(file, ("_", "gettext", "ngettext", "say"), (), options):
            first = message if isinstance(message, str) else next(iter(message or ()), None)
            if first:
                yield first


def texts_of_words(address: str) -> Iterator[str]:
    """The words of a table ``module:NAME``."""
    module, _, name = address.partition(":")
    table = getattr(import_module(module), name)
    for text in table if isinstance(table, tuple) else _leaves(table):
        yield text
        if address in BEGINNING:
            yield text.capitalize()


def texts_of_panel() -> dict[str, str]:
    """Every text of the panel with the place where it stands; a template's place where it stands in several."""
    found: dict[str, str] = {}
    for address in WORDS:
        found.update(dict.fromkeys(texts_of_words(address), address))
    types = import_module("ocote.dte.types").DOCUMENT_TYPES
    found.update(dict.fromkeys((each.title for each in types.values()), "ocote.dte.types"))
    for path in _files("*.py"):
        found.update(dict.fromkeys(texts_of_python(path.read_text(encoding="utf-8")), _place(path)))
    for path in _files("*.html"):
        found.update(dict.fromkeys(texts_of_template(path), _place(path)))
    return found


def english() -> Catalog:
    """The catalog as it is written."""
    return read_po(BytesIO(WRITTEN.read_bytes()), locale="en", abort_invalid=True)


def completed_english() -> bytes:
    """The catalog to write: every text of the panel in alphabetical order, with its translation where there is one."""
    known = {_singular(each.id): each for each in english() if each.id}
    made = Catalog("en", fuzzy=False, charset="utf-8")
    for text in texts_of_panel():
        made.add(known[text].id if text in known else text, known[text].string if text in known else "")
    written = BytesIO()
    write_po(written, made, width=118, sort_output=True, omit_header=True)
    head, _, _ = WRITTEN.read_text(encoding="utf-8").partition("\n\n")
    return f"{head}\n\n{written.getvalue().decode().strip()}\n".encode()


def compiled_english() -> bytes:
    """The catalog in the form that gettext reads."""
    made = BytesIO()
    write_mo(made, english())
    return made.getvalue()


def panel_faults() -> list[str]:
    """What is wrong: texts without translation, other placeholders, idle translations, a compiled form that is old."""
    texts, known = texts_of_panel(), _translations(english())
    found = [f"{place}: not translated: {text}" for text, place in texts.items() if text not in known]
    found += [f"no text of the panel: {text}" for text in known if text not in texts]
    for text, string in known.items():
        is_template = texts.get(text, "").endswith(".html")
        found += [f"{fault}: {text}" for fault in faults_of_translation(text, string, is_template=is_template)]
    for path in _files("*.py"):
        patched = patched_texts(path.read_text(encoding="utf-8"))
        found += [f"{_place(path)}: say it with phrase(…), an f-string has no translation: {text}" for text in patched]
    if not COMPILED.is_file() or _translations(read_mo(BytesIO(COMPILED.read_bytes()))) != known:
        found.append(f"{COMPILED.name} is stale: run python -m tools.panel_catalog")
    return found


def faults_of_translation(text: str, string: str, *, is_template: bool) -> list[str]:
    """What is wrong with one translation: its placeholders, its percent signs."""
    found = [] if _placeholders(text) == _placeholders(string) else ["other placeholders"]
    if is_template and _BARE.search(string.replace("%%", "")):
        found.append("a percent sign that is not doubled")
    return found


def _placeholders(text: str) -> set[str]:
    return {first or second for first, second in _NAMED.findall(text)}


def _translations(catalog: Catalog) -> dict[str, str]:
    return {_singular(each.id): _singular(each.string) for each in catalog if each.id and each.string}


def _singular(message: Any) -> str:
    return message if isinstance(message, str) else str(message[0])


def _files(pattern: str) -> Iterator[Path]:
    yield from sorted(PANEL.rglob(pattern))


def _place(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def _leaves(value: Any) -> Iterator[str]:
    """The words of a table: the values of a mapping, the last of each pair."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, tuple):
        yield from _leaves(value[-1])


def _calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = (
                called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
            )
            if name in names:
                yield node


def _silent(tree: ast.AST) -> Iterator[int]:
    """The literals that nobody reads: docstrings, pieces of f-strings, types, patterns, errors of the code itself."""
    for node in ast.walk(tree):
        quiet: list[ast.AST] = []
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            quiet = [node]
        elif isinstance(node, ast.JoinedStr):
            quiet = [each for each in node.values if isinstance(each, ast.Constant)]
        elif isinstance(node, ast.Subscript):
            quiet = [node.slice]
        elif isinstance(node, ast.Compare):
            quiet = [node]
        elif isinstance(node, ast.Call):
            quiet = _quiet_arguments(node)
        yield from (id(inner) for each in quiet for inner in ast.walk(each))


def _quiet_arguments(call: ast.Call) -> list[ast.AST]:
    match call.func:
        case ast.Name(id="cast"):
            return [call.args[0]]
        case ast.Attribute(attr="compile", value=ast.Name(id="re")):
            return list(call.args)
        case ast.Name(id="ValueError" | "TypeError"):
            return list(call.args)
    return []


def main(arguments: list[str], check: Callable[[], list[str]] = panel_faults) -> int:
    """Exit status 0 when the catalog is current or was written, 1 when there are faults."""
    if arguments != ["--check"]:
        WRITTEN.write_bytes(completed_english())
        COMPILED.write_bytes(compiled_english())
    found = check()
    for fault in found:
        sys.stderr.write(f"{fault}\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
