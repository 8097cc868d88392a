"""The values that the pages of a day and of a month show: figures as amounts, states in words. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.archive.activity import DaySpan
from ocote.archive.situation import MhNow
from ocote.archive.sums import (
    CountedState,
    Figure,
    Slice,
    figures_by,
    is_counted_purchase,
    is_sale,
    signed_cents,
    whole,
)
from ocote.clock import local
from ocote.documents.records import stored_observations
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.documents.pages import words_of_state
from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.point_words import point_words
from ocote.panel.frame.rendering import Say
from ocote.store.activity import LatestRow
from ocote.store.engine.values import amount, moment

_TONES: Final[dict[CountedState, str]] = {
    "stamped": "good",
    "contingency": "waiting",
    "registered": "waiting",
    "rejected": "bad",
    "cancelled": "",
}
_FILTERS: Final[dict[CountedState, str]] = {
    "stamped": "stamped",
    "contingency": "contingency",
    "registered": "contingency",
    "rejected": "rejected",
    "cancelled": "invalidated",
}
"""The filter of the list of documents that shows those in a state; that of contingency shows all that wait for MH."""

_MONTHS: Final = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
WEEKDAYS: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


class Bar(Struct, frozen=True):
    """One column of a chart with the text of its number; nothing is drawn below zero."""

    label: str
    value: float
    text: str
    href: str | None = None


class FigureLine(Struct, frozen=True):
    """One line of a table: the figure of a type or of a till, beside that of the month before."""

    label: str
    note: str
    documents: int
    value: Decimal
    documents_before: int
    value_before: Decimal
    is_apart: bool = False


class StateFigure(Struct, frozen=True):
    """The documents in one state; ``href`` leads to the list of them, where there are any."""

    tone: str
    label: str
    documents: int
    value: Decimal
    href: str | None


class MhLine(Struct, frozen=True):
    """How MH answers now: a word, and a sentence."""

    tone: str
    word: str
    text: str


class LatestLine(Struct, frozen=True):
    """One of the last documents of a day."""

    href: str
    at: str
    title: str
    control_number: str
    customer: str
    tone: str
    state: str
    value: Decimal


class DayPage(Struct, frozen=True):
    """The figures of one day. ``purchases`` are those from excluded subjects, which are no sales.

    ``all_href`` leads to the list of all documents of the day.
    """

    title: str
    is_today: bool
    sales: Figure
    total: Decimal
    purchases: Figure
    purchased: Decimal
    states: tuple[StateFigure, ...]
    hours: tuple[Bar, ...]
    types: tuple[FigureLine, ...]
    tills: tuple[FigureLine, ...]
    latest: tuple[LatestLine, ...]
    all_href: str


class MonthPage(Struct, frozen=True):
    """The figures of one month, compared with the month before up to the same day."""

    title: str
    compared_with: str
    sales: Figure
    total: Decimal
    total_before: Decimal
    change: str
    mean: Decimal
    purchases: Figure
    purchased: Decimal
    states: tuple[StateFigure, ...]
    days: tuple[Bar, ...]
    types: tuple[FigureLine, ...]
    tills: tuple[FigureLine, ...]


def state_word(status: CountedState, say: Say) -> str:
    """The state of documents in words."""
    return {
        "stamped": say("Sellados"),
        "contingency": say("En contingencia"),
        "registered": say("Sin respuesta de Hacienda"),
        "rejected": say("Rechazados"),
        "cancelled": say("Invalidados"),
    }[status]


def written_day(day: date) -> str:
    """A day as people write it."""
    return f"{day:%d/%m/%Y}"


def named_month(month: date, say: Say) -> str:
    """A month in words."""
    return f"{say(_MONTHS[month.month - 1])} {month.year}"


def day_words(day: date, say: Say) -> str:
    """A day with the day of the week."""
    return f"{say(WEEKDAYS[day.weekday()])} {written_day(day)}"


def day_page(
    day: date, slices: Sequence[Slice], latest: Iterable[LatestRow], *, is_today: bool, links: str, say: Say
) -> DayPage:
    """The page of a day; ``links`` is the address of the company's pages."""
    sales = [each for each in slices if is_sale(each)]
    purchases = whole(filter(is_counted_purchase, slices))
    all_href = _list_href(links, day, day)
    return DayPage(
        title=day_words(day, say),
        is_today=is_today,
        sales=whole(sales),
        total=amount(whole(sales).cents),
        purchases=purchases,
        purchased=amount(purchases.cents),
        states=_states(slices, all_href, say),
        hours=_hours(sales),
        types=_types(slices, [], say),
        tills=_tills(sales, [], say),
        latest=tuple(_latest(row, links, say) for row in latest),
        all_href=all_href,
    )


def month_page(
    month: DaySpan, until: date, before: DaySpan, slices: Sequence[Slice], links: str, say: Say
) -> MonthPage:
    """The page of a month whose days are known until ``until``."""
    now = [each for each in slices if month.first <= each.day <= month.last]
    earlier = [each for each in slices if before.first <= each.day <= before.last]
    sales, sales_before = list(filter(is_sale, now)), list(filter(is_sale, earlier))
    total, total_before = whole(sales), whole(sales_before)
    purchases = whole(filter(is_counted_purchase, now))
    days = DaySpan(month.first, until).days
    return MonthPage(
        title=named_month(month.first, say),
        compared_with=_until(before, say),
        sales=total,
        total=amount(total.cents),
        total_before=amount(total_before.cents),
        change=change_words(total.cents, total_before.cents),
        mean=amount(round(total.cents / len(days))),
        purchases=purchases,
        purchased=amount(purchases.cents),
        states=_states(now, _list_href(links, month.first, until), say),
        days=_days(days, sales, links),
        types=_types(now, earlier, say),
        tills=_tills(sales, sales_before, say),
    )


def change_words(cents: int, before: int) -> str:
    """The change in per cent with its sign; nothing where there is nothing to compare with."""
    if before <= 0:
        return ""
    tenths = round((cents - before) * 1000 / before)
    sign = "+" if tenths > 0 else "−" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10} %"


def mh_words(now: MhNow, say: Say) -> MhLine:
    """How MH answers, in one line."""
    if now.is_down:
        line = MhLine(
            "bad",
            say("Sin respuesta"),
            say("Hacienda no responde: los documentos salen en contingencia y se transmiten después."),
        )
    elif now.takes_none:
        line = MhLine("waiting", say("A prueba"), say("Hacienda responde consultas, pero aún no confirma documentos."))
    else:
        line = MhLine("good", say("En línea"), say("Hacienda responde."))
    if now.last_stamp is None:
        return line
    return replace(line, text=f"{line.text} {say('Último sello:')} {moment_words(now.last_stamp)}.")


def _list_href(links: str, first: date, last: date) -> str:
    """The address of the list of the documents of some days."""
    return f"{links}/documents?date_from={first.isoformat()}&date_to={last.isoformat()}"


def _states(slices: Sequence[Slice], all_href: str, say: Say) -> tuple[StateFigure, ...]:
    found = figures_by(slices, lambda each: each.status)
    always: tuple[CountedState, ...] = ("stamped", "contingency", "rejected", "cancelled")
    shown: list[CountedState] = [*always, *(("registered",) if "registered" in found else ())]
    return tuple(_state(each, found.get(each, _NONE), all_href, say) for each in shown)


def _state(status: CountedState, figure: Figure, all_href: str, say: Say) -> StateFigure:
    href = f"{all_href}&state={_FILTERS[status]}" if figure.documents else None
    return StateFigure(_TONES[status], state_word(status, say), figure.documents, amount(figure.cents), href)


_NONE: Final = Figure()


def _hours(sales: Sequence[Slice]) -> tuple[Bar, ...]:
    """Each hour from the first to the last with a document."""
    found = figures_by(sales, lambda each: each.hour or 0)
    if not found:
        return ()
    return tuple(
        _bar(f"{hour:02}:00", found.get(hour, _NONE).cents, None) for hour in range(min(found), max(found) + 1)
    )


def _days(days: Iterable[date], sales: Sequence[Slice], links: str) -> tuple[Bar, ...]:
    found = figures_by(sales, lambda each: each.day)
    return tuple(
        _bar(str(day.day), found.get(day, _NONE).cents, f"{links}/today?day={day.isoformat()}") for day in days
    )


def _bar(label: str, cents: int, href: str | None) -> Bar:
    value = amount(cents)
    return Bar(label, max(float(value), 0.0), money_text(value), href)


def money_text(value: Decimal) -> str:
    """An amount as text, for charts."""
    return f"{'−' if value < 0 else ''}${abs(value):,.2f}"


def _types(now: Sequence[Slice], before: Sequence[Slice], say: Say) -> tuple[FigureLine, ...]:
    """A line for each type, purchases at the end."""
    lines = [
        *_lines(filter(is_sale, now), filter(is_sale, before), lambda each: each.doc_type),
        *_lines(filter(is_counted_purchase, now), filter(is_counted_purchase, before), lambda each: each.doc_type),
    ]
    return tuple(
        FigureLine(
            say(DOCUMENT_TYPES[key].title),
            say("compra; no suma a las ventas") if DOCUMENT_TYPES[key].is_purchase else "",
            figure.documents,
            amount(figure.cents),
            earlier.documents,
            amount(earlier.cents),
            DOCUMENT_TYPES[key].is_purchase,
        )
        for key, figure, earlier in lines
    )


def _tills(now: Sequence[Slice], before: Sequence[Slice], say: Say) -> tuple[FigureLine, ...]:
    return tuple(
        FigureLine(
            key, point_words(key, say), figure.documents, amount(figure.cents), earlier.documents, amount(earlier.cents)
        )
        for key, figure, earlier in _lines(now, before, lambda each: each.point)
    )


def _lines(
    now: Iterable[Slice], before: Iterable[Slice], by: Callable[[Slice], str]
) -> list[tuple[str, Figure, Figure]]:
    found, earlier = figures_by(now, by), figures_by(before, by)
    return [(key, found.get(key, _NONE), earlier.get(key, _NONE)) for key in sorted({*found, *earlier})]


def _until(before: DaySpan, say: Say) -> str:
    if before.last + timedelta(days=1) == (before.first + timedelta(days=31)).replace(day=1):
        return named_month(before.first, say)
    return f"{named_month(before.first, say)} {say('hasta el día')} {before.last.day}"


def _latest(row: LatestRow, links: str, say: Say) -> LatestLine:
    words = words_of_state(
        row.state,
        is_invalidated=row.invalidated_by is not None,
        is_observed=bool(row.mh_code or stored_observations(row.observations)),
    )
    return LatestLine(
        href=f"{links}/documents/{row.id}",
        at=f"{local(moment(row.posted_at)):%H:%M}",
        title=say(DOCUMENT_TYPES[row.doc_type].title),
        control_number=row.control_number,
        customer=row.customer_name,
        tone=words.tone,
        state=say(words.text),
        value=amount(signed_cents(row.doc_type, row.gross_cents)),
    )
