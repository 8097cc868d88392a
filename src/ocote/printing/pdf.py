"""The printed representation of a document, made from the signed JSON alone (``rules.md`` 11)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

import msgspec

from ocote.dte.local_time import EL_SALVADOR
from ocote.printing.colour import accent
from ocote.printing.event_view import event_sheet
from ocote.printing.figures import printable
from ocote.printing.logo import logo_svg
from ocote.printing.qr import qr_svg
from ocote.printing.roll import Roll, RollWidth, roll
from ocote.printing.sheet import Sheet, Undone
from ocote.printing.typesetting import Template, forget, typeset
from ocote.printing.view import sheet

Layout = Literal["ticket", "letter"]


_MANY_LINES: Final = 200
_LONGEST_WORD_IN_A_LETTER: Final = 22


def render(
    document: Mapping[str, Any],
    *,
    stamp: str | None,
    layout: Layout,
    undone: Undone | None = None,
    logo: bytes | None = None,
    colour: str | None = None,
    roll_mm: RollWidth = 80,
    link: str | None = None,
) -> bytes:
    """The PDF a customer reads, in Spanish; the same arguments always give the same bytes.

    ``document`` is the signed JSON parsed with Decimal, of either edition. ``stamp`` is MH's seal, None while there is
    none (contingency), ``undone`` what took the document back since. ``ticket`` is a black strip ``roll_mm`` wide,
    21 cm long or as long as its lines need; ``letter`` is US letter with the accent ``colour`` (``#rrggbb``, darkened
    until readable). ``logo`` is PNG or JPEG.
    ``link`` is the issuer's own page of the document (``ocote.public_links``).
    Safe to call from several threads at once. Raises ValueError for a bad colour or logo.
    """
    created = _moment(document["identificacion"], "fecEmi", "horEmi")
    is_strip = layout == "ticket"
    printed = sheet(document, stamp=stamp, undone=undone, is_strip=is_strip)
    if is_strip:
        paper = roll(roll_mm, printed.strip)
        pdf = _typeset(
            "ticket", printed, created, paper=paper, logo=logo, longest_word=round(paper.characters * 0.6), link=link
        )
    else:
        pdf = _letter(printed, created, logo=logo, colour=colour, link=link)
    if len(document["cuerpoDocumento"]) > _MANY_LINES:
        forget()
    return pdf


def render_invalidation(
    event: Mapping[str, Any], *, stamp: str | None, logo: bytes | None = None, colour: str | None = None
) -> bytes:
    """The letter that says a document was invalidated, from the signed event of either edition (``rules.md`` 5).

    ``stamp`` is the seal of the event itself. Otherwise as :func:`render`.
    """
    identification = event["identificacion"]
    keys = ("fecAnula", "horAnula") if "fecAnula" in identification else ("fecEmi", "horEmi")
    return _letter(event_sheet(event, stamp), _moment(identification, *keys), logo=logo, colour=colour)


def _letter(
    printed: Sheet, created: datetime, *, logo: bytes | None, colour: str | None, link: str | None = None
) -> bytes:
    return _typeset(
        "letter",
        printed,
        created,
        colour=colour,
        logo=logo,
        longest_word=_LONGEST_WORD_IN_A_LETTER,
        paper=None,
        link=link,
    )


def _typeset(
    template: Template,
    printed: Sheet,
    created: datetime,
    *,
    paper: Roll | None,
    logo: bytes | None,
    longest_word: int,
    link: str | None,
    colour: str | None = None,
) -> bytes:
    data = {
        "sheet": printable(msgspec.to_builtins(printed), longest_word),
        "url": printed.url,
        "link": link,
        "qr": qr_svg(printed.url),
        "accent": accent(colour),
        "roll": paper,
    }
    inputs = {"data": msgspec.json.encode(data).decode()}
    if logo is not None:
        inputs["logo"] = logo_svg(logo, width=300, height=100, is_centred=template == "ticket")
    return typeset(template, inputs, created)


def _moment(identification: Mapping[str, Any], date_key: str, hour_key: str) -> datetime:
    year, month, day = map(int, identification[date_key].split("-"))
    hour, minute, second = map(int, identification[hour_key].split(":"))
    return datetime(year, month, day, hour, minute, second, tzinfo=EL_SALVADOR)
