"""Cuts of cash registers: a reading at any time (X), and the closing that begins the next day (Z)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final

import msgspec
from msgspec import Struct

from ocote.audit import Author
from ocote.clock import EL_SALVADOR, Clock, local
from ocote.closings.tally import CountedDocument, Tally, TallySheet, payments_of
from ocote.documents.searches import refusing_searches
from ocote.documents.view import Refused
from ocote.dte.control_number import parse_control_number
from ocote.signing import jws
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.closings import (
    ClosingRow,
    CutDocumentRow,
    CutSpan,
    NewClosing,
    PointState,
    cancelled_since,
    closing_of,
    closings_page,
    documents_by_id,
    documents_of_cut,
    insert_closing,
    state_of_point,
)
from ocote.store.engine.store import Store, UniqueError
from ocote.store.engine.values import amount, moment, moment_text
from ocote.store.numbers import Series

_AT_ONCE: Final = 200
_MOST_OPEN: Final = 500
_CLOCKS_DIFFER: Final = timedelta(hours=1)
"""More than the clocks of two processes differ, and than a cancellation takes to be written."""

_BEFORE_ALL: Final = "0000-00-00"
_AFTER_ALL: Final = ("9999", "", "")

_ENCODER: Final = msgspec.json.Encoder(decimal_format="string")


class _Cut(Struct, frozen=True):
    """A cut as the next one has to know it, and as the table keeps it.

    ``last`` is the last number of each type and year (``01/2026``) that it holds or that one before it held, ``first``
    the first number that counted in the first cut. ``open`` are the documents whose state may still change, and whether
    they were counted; ``invalidated`` those that had been cancelled.
    """

    last: dict[str, int]
    first: dict[str, int]
    open: dict[str, bool]
    invalidated: tuple[str, ...]


class TillReading(Struct, frozen=True):
    """A point of sale between its last cut and now: the moment since when, and the sums.

    ``number`` is that of the next Z cut, ``cut`` what the next one has to know of it.
    """

    point: str
    number: int
    since: datetime
    at: datetime
    cut: _Cut
    sums: Tally


class Closing(Struct, frozen=True):
    """A Z cut. ``counted`` is what the cashier has counted by method (CAT-017), before seeing the sums."""

    point: str
    number: int
    person_id: int
    person: str
    began_at: datetime
    closed_at: datetime
    counted: Mapping[str, Decimal]
    sums: Tally


class _Payment(Struct):
    codigo: str
    montoPago: Decimal  # noqa: N815 - MH's name
    plazo: str | None = None


class _Figures(Struct):
    condicionOperacion: int = 1  # noqa: N815 - MH's name
    pagos: list[_Payment] | None = None


class _Signed(Struct):
    resumen: _Figures


_signed: Final = msgspec.json.Decoder(_Signed)


class Closings:
    """The cuts of every company's points of sale.

    A cut holds the documents whose numbers follow those of the cut before: a number is given out in one transaction
    with its document, so that each document is in one cut, whatever happens at the same moment.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def read(self, company_id: int, point: str) -> TillReading:
        """The X cut: the sums since the last Z cut; before the first one, since the beginning of the day.

        A document of an earlier cut that counts otherwise by now, because it was corrected, refused or cancelled since,
        is a correction of this one.
        """
        state = await self._store.read(state_of_point, company_id, point[:4], point[4:])
        now = self._clock()
        since = moment(state.last.closed_at) if state.last is not None else _midnight(now)
        before = _cut_of(state.last)
        sheet = TallySheet()
        begun = dict(before.first)
        for span in _spans(point, state, since):
            first = await self._add(company_id, span, moment_text(now), sheet)
            if state.last is None:
                begun[_series_key(span.series.doc_type, span.series.year)] = first
        if state.last is not None:
            for row in await self._changed(company_id, point, state.last, moment_text(now)):
                if row.id in before.invalidated:
                    sheet.invalidated.append(row.id)
                elif _is_of(before, row):
                    sheet.correct(_counted(row), was_counted=before.open.get(row.id, True))
        closed = {**before.last, **{_series_key(each.doc_type, each.year): each.last for each in state.numbers}}
        return TillReading(
            point=point,
            number=state.last.number + 1 if state.last is not None else 1,
            since=since,
            at=now,
            cut=_Cut(closed, begun, _latest(sheet.open), tuple(sheet.invalidated)),
            sums=sheet.result(),
        )

    async def next_number(self, company_id: int, point: str) -> int:
        """The number of the next Z cut of a point of sale."""
        state = await self._store.read(state_of_point, company_id, point[:4], point[4:])
        return state.last.number + 1 if state.last is not None else 1

    async def close(
        self, company_id: int, point: str, number: int, counted: Mapping[str, Decimal], by: Author
    ) -> Closing:
        """The Z cut of a point of sale with the number that the person was shown; asked for again, the cut as it is.

        Raises Refused (``closing_busy``) when the cut with this number is another one: somebody else closed meanwhile.
        """
        if by.person_id is None:
            raise LookupError("a cut is made by a person")
        reading = await self.read(company_id, point)
        if reading.number != number:
            return await self._closed_already(company_id, point, number, counted, by)
        new = NewClosing(
            company_id=company_id,
            branch_code=point[:4],
            pos_code=point[4:],
            number=reading.number,
            person_id=by.person_id,
            began_at=moment_text(reading.since),
            closed_at=moment_text(reading.at),
            series=_ENCODER.encode(reading.cut).decode(),
            counted=_ENCODER.encode(counted).decode(),
            totals=_ENCODER.encode(reading.sums).decode(),
        )
        entry = AuditEntry(
            at=new.closed_at,
            by=by,
            act="till_closed",
            subject=f"{point} Z {reading.number}",
            company_id=company_id,
            after={"documents": reading.sums.documents, "sold": reading.sums.sold, "counted": dict(counted)},
        )
        try:
            await self._store.write(audited, lambda _: entry, insert_closing, new)
        except UniqueError:
            return await self._closed_already(company_id, point, number, counted, by)
        return await self.find(company_id, point, number)

    async def find(self, company_id: int, point: str, number: int) -> Closing:
        """A Z cut by its number. Raises Refused (``closing_not_found``)."""
        row = await self._store.read(closing_of, company_id, point[:4], point[4:], number)
        if row is None:
            raise Refused("closing_not_found")
        return _closing(row)

    async def page(
        self, company_id: int, points: Collection[str], most: int, after: Closing | None = None
    ) -> Sequence[Closing]:
        """Z cuts of some points of sale, the newest first, behind another one."""
        before = _AFTER_ALL if after is None else (moment_text(after.closed_at), after.point[:4], after.point[4:])
        rows = await self._store.read(closings_page, company_id, points, before, most)
        return tuple(map(_closing, rows))

    async def _closed_already(
        self, company_id: int, point: str, number: int, counted: Mapping[str, Decimal], by: Author
    ) -> Closing:
        """The cut that a person made by the first of several presses. Raises Refused (``closing_busy``) for another."""
        row = await self._store.read(closing_of, company_id, point[:4], point[4:], number)
        made = _closing(row) if row is not None else None
        if made is None or made.person_id != by.person_id or made.counted != counted:
            raise Refused("closing_busy")
        return made

    async def _add(self, company_id: int, span: CutSpan, at: str, sheet: TallySheet) -> int:
        """Adds the documents of a span; returns the first number of it that counts, or the one behind the span."""
        rest, first = span, _correlative(span.until) + 1
        while True:
            with refusing_searches():
                rows = await self._store.search(documents_of_cut, company_id, rest, at, _AT_ONCE)
            for row in rows:
                first = min(first, _correlative(row.control_number))
                sheet.add(_counted(row))
            if len(rows) < _AT_ONCE:
                return first
            rest = CutSpan(span.series, rows[-1].control_number, span.until, span.since)

    async def _changed(self, company_id: int, point: str, last: ClosingRow, at: str) -> list[CutDocumentRow]:
        """The documents of earlier cuts that may count otherwise now: those that were open, and those cancelled since.

        Cancellations are looked for from some time before the cut, whatever another process's clock says.
        """
        ids = list(_cut_of(last).open)
        since = moment_text(moment(last.closed_at) - _CLOCKS_DIFFER)
        found = {}
        for begin in range(0, len(ids), _AT_ONCE):
            some = ids[begin : begin + _AT_ONCE]
            found.update({row.id: row for row in await self._store.read(documents_by_id, company_id, some, at)})
        with refusing_searches():
            cancelled = await self._store.search(cancelled_since, company_id, (point[:4], point[4:]), since, at)
        return list({**{row.id: row for row in cancelled}, **found}.values())


def _spans(point: str, state: PointState, since: datetime) -> list[CutSpan]:
    """The documents behind the last cut, by series; before the first cut those posted since a moment."""
    closed = _cut_of(state.last).last
    posted = moment_text(since) if state.last is None else _BEFORE_ALL
    spans = []
    for each in state.numbers:
        series = Series(each.doc_type, point[:4], point[4:], each.year)
        after = closed.get(_series_key(each.doc_type, each.year), 0)
        if each.last > after:
            begin = series.control_number(after) if after else ""
            first = begin or series.control_number(1)[:-1]
            spans.append(CutSpan(series, first, series.control_number(each.last), posted))
    return spans


def _cut_of(row: ClosingRow | None) -> _Cut:
    return msgspec.json.decode(row.series, type=_Cut) if row is not None else _Cut({}, {}, {}, ())


def _is_of(cut: _Cut, row: CutDocumentRow) -> bool:
    """Whether a document belongs to a cut or to one before it; those from before the first cut belong to none."""
    if row.id in cut.open:
        return True
    key = _series_key(row.doc_type, row.year)
    return cut.first.get(key, 1) <= _correlative(row.control_number) <= cut.last.get(key, 0)


def _latest(opened: Mapping[str, bool]) -> dict[str, bool]:
    """The latest of the open documents, so that those that stay refused for ever do not gather."""
    return dict(list(opened.items())[-_MOST_OPEN:])


def _correlative(control_number: str) -> int:
    return parse_control_number(control_number).correlative


def _series_key(doc_type: str, year: int) -> str:
    return f"{doc_type}/{year}"


def _counted(row: CutDocumentRow) -> CountedDocument:
    figures = _signed.decode(jws.payload_of(row.jws)).resumen
    parts = ((each.codigo, each.montoPago, each.plazo is not None) for each in figures.pagos or ())
    return CountedDocument(
        id=row.id,
        doc_type=row.doc_type,
        control_number=row.control_number,
        state=row.state,
        is_invalidated=row.is_invalidated,
        payable=amount(row.payable_cents),
        payments=payments_of(figures.condicionOperacion, parts),
    )


def _closing(row: ClosingRow) -> Closing:
    return Closing(
        point=row.branch_code + row.pos_code,
        number=row.number,
        person_id=row.person_id,
        person=row.person,
        began_at=moment(row.began_at),
        closed_at=moment(row.closed_at),
        counted=msgspec.json.decode(row.counted, type=dict[str, Decimal]),
        sums=msgspec.json.decode(row.totals, type=Tally),
    )


def _midnight(now: datetime) -> datetime:
    """The beginning of the day in El Salvador."""
    return datetime.combine(local(now).date(), time(), EL_SALVADOR)
