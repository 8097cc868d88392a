"""The printed representation of a document, made from the signed JSON alone (``rules.md`` 11)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Struct, structs

from ocote.dte.local_time import EL_SALVADOR
from ocote.printing.brand import PLAIN, Brand
from ocote.printing.colour import accent
from ocote.printing.event_view import event_sheet
from ocote.printing.figures import printable, with_texts, wrappable
from ocote.printing.glyphs import UNDRAWABLE
from ocote.printing.logo import drawable_logo, logo_svg
from ocote.printing.qr import qr_svg
from ocote.printing.roll import Roll, roll
from ocote.printing.sheet import Fact, Layout, PrintedParty, Sheet, Void
from ocote.printing.typesetting import Template, set_as_far_as_drawable, typeset
from ocote.printing.view import sheet

_LONGEST_WORD_IN_A_LETTER: Final = 22
_REPLACED: Final = Fact(
    "Caracteres no impresos",
    f"El signo {UNDRAWABLE} está en lugar de un carácter que no se puede imprimir. El documento electrónico (JSON) lo "
    "conserva.",
)


def render(
    document: Mapping[str, Any],
    *,
    stamp: str | None,
    layout: Layout,
    undone: Void | None = None,
    brand: Brand = PLAIN,
    link: str | None = None,
) -> bytes:
    """Renders the PDF of a document in Spanish; equal arguments give equal bytes.

    ``document`` is the signed JSON parsed with Decimal, of either edition. ``stamp`` is MH's seal, None while there is
    none (contingency, draft), ``undone`` why the document does not count. ``ticket`` is a black strip as wide as the
    brand's paper roll, 21 cm long or as long as its lines need; ``letter`` is US letter with the brand's accent colour,
    darkened until readable. ``link`` is the issuer's own page of the document (``ocote.public_links``). A logo that
    cannot be drawn is left out: :func:`lacks_its_logo` tells so. Safe to call
    from several threads at once. A long document takes seconds and hundreds of megabytes: the gateway calls this
    function in child processes only (``ocote.printing.press``).
    """
    created = _moment(document["identificacion"], "fecEmi", "horEmi")
    is_strip = layout == "ticket"
    printed = with_terms(sheet(document, stamp=stamp, undone=undone, is_strip=is_strip), brand.terms)
    paper = _ticket(roll(brand.roll_mm, printed)) if is_strip else _LETTER
    return _typeset(printed, created, paper, brand, link)


def render_invalidation(event: Mapping[str, Any], *, stamp: str | None, brand: Brand = PLAIN) -> bytes:
    """Renders the letter about an invalidated document, from the signed event of either edition (``rules.md`` 5).

    ``stamp`` is the seal of the event itself. The other arguments are those of :func:`render`.
    """
    identification = event["identificacion"]
    keys = ("fecAnula", "horAnula") if "fecAnula" in identification else ("fecEmi", "horEmi")
    return _typeset(event_sheet(event, stamp), _moment(identification, *keys), _LETTER, brand, link=None)


def with_terms(printed: Sheet, terms: str) -> Sheet:
    """The sheet with the company's text about payment below the totals, where it has totals."""
    if not terms or printed.summary is None:
        return printed
    return structs.replace(printed, remarks=(Fact("Condiciones de pago", terms), *printed.remarks))


def lacks_its_logo(brand: Brand) -> bool:
    """Whether the PDFs of a brand are without its logo, because the logo cannot be drawn."""
    return brand.logo is not None and _drawable(brand.logo) is None


def render_trial() -> bytes:
    """Renders a page without a document, which needs fonts and templates like any other."""
    printed = Sheet(
        title="Prueba",
        reference="",
        keywords=("Prueba",),
        issuer=PrintedParty("", "", "", ()),
        identity=(),
        parties=(),
        sections=(),
        table=None,
        strip=(),
        summary=None,
        remarks=(),
        appendix=(),
        marks=(),
        url="https://example.com",
    )
    return _typeset(printed, datetime(2026, 1, 1, tzinfo=EL_SALVADOR), _LETTER, PLAIN, link=None)


class _Paper(Struct, frozen=True):
    """The paper of the printed form: a template, the strip of a ticket, and the length of the longest unbroken word."""

    template: Template
    roll: Roll | None
    longest_word: int


_LETTER: Final = _Paper("letter", None, _LONGEST_WORD_IN_A_LETTER)


def _ticket(strip: Roll) -> _Paper:
    return _Paper("ticket", strip, round(strip.characters * 0.6))


def _typeset(printed: Sheet, created: datetime, paper: _Paper, brand: Brand, link: str | None) -> bytes:
    """Sets the sheet with every character that can be drawn; others are replaced, and a remark says so."""
    is_letter = paper.template == "letter"
    data = {
        "url": printed.url,
        "link": link,
        "link_words": None if link is None else wrappable(link.removeprefix("https://"), paper.longest_word),
        "own_qr": qr_svg(link) if link is not None and paper.roll is not None and paper.roll.own_qr_mm else None,
        "qr": qr_svg(printed.url),
        "accent": accent(brand.colour if is_letter else None),
        "roll": paper.roll,
    }
    drawable = None if brand.logo is None else _drawable(brand.logo)
    logo = {} if drawable is None else {"logo": logo_svg(drawable, width=300, height=100, is_centred=not is_letter)}

    def attempt(change: Callable[[str], str]) -> bytes:
        shown = printable(_changed(printed, change), paper.longest_word)
        inputs = {"data": msgspec.json.encode({**data, "sheet": shown}).decode(), **logo}
        return typeset(paper.template, inputs, created)

    return set_as_far_as_drawable(attempt)


def _changed(printed: Sheet, change: Callable[[str], str]) -> Any:
    """The sheet with changed texts; a remark explains the sign of the characters that were replaced."""
    was_replaced = False

    def noticing(text: str) -> str:
        nonlocal was_replaced
        changed = change(text)
        was_replaced = was_replaced or changed.count(UNDRAWABLE) > text.count(UNDRAWABLE)
        return changed

    plain = with_texts(msgspec.to_builtins(printed), noticing)
    if was_replaced:
        plain["remarks"].append(msgspec.to_builtins(_REPLACED))
    return plain


@lru_cache(maxsize=8)
def _drawable(logo: bytes) -> bytes | None:
    return drawable_logo(logo)


def _moment(identification: Mapping[str, Any], date_key: str, hour_key: str) -> datetime:
    year, month, day = map(int, identification[date_key].split("-"))
    hour, minute, second = map(int, identification[hour_key].split(":"))
    return datetime(year, month, day, hour, minute, second, tzinfo=EL_SALVADOR)
