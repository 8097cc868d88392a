"""Lists the lines of a journal without their texts: enough to decide which of them were rows of the lost database.

The texts stay in the segments, so that the size of an index depends on the number of documents alone.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct

from ocote.dte.local_time import from_date_and_hour
from ocote.dte.sale import Environment
from ocote.journal.lines import (
    CustomerLine,
    DocumentLine,
    EventLine,
    InvalidationLine,
    JournalEntry,
    JudgedKind,
    VerdictLine,
    moment_of,
)
from ocote.journal.reading import JournalReading, LinePlace
from ocote.signing import jws
from ocote.store.engine.values import moment_text
from ocote.store.replaying import Cause


class Owner(Struct, frozen=True, gc=False):
    """The company of a line: the id that it had in the lost database, and its NIT and environment."""

    company_id: int
    nit: str
    environment: Environment


class Indexed(Struct, gc=False):
    """One line: its place, its moment, and its id. ``owner`` is None for lines without a signed text."""

    place: LinePlace
    at: str
    id: str
    owner: Owner | None


class IndexedVersion(Indexed, gc=False):
    """One signed version of a document; ``adjusts`` are the ids of the company's documents that a note adjusts."""

    version: int
    doc_type: str
    branch_code: str
    pos_code: str
    year: int
    control_number: str
    external_ref: str
    generation_code: str
    state: Literal["registered", "contingency"]
    adjusts: tuple[str, ...]
    contingency_id: str | None


class IndexedVerdict(Indexed, gc=False):
    """One verdict of MH."""

    of: JudgedKind
    version: int
    state: Literal["stamped", "rejected", "late"]


class IndexedEvent(Indexed, gc=False):
    """One event: of a contingency with the ids of its documents, or the cancellation of one document."""

    of: Literal["invalidation", "contingency_event"]
    documents: tuple[str, ...]


class _Identification(Struct, frozen=True):
    ambiente: Environment
    fecEmi: str | None = None  # noqa: N815 - MH's name
    horEmi: str | None = None  # noqa: N815 - MH's name
    tipoContingencia: int | None = None  # noqa: N815 - MH's name
    motivoContin: str | None = None  # noqa: N815 - MH's name
    motivoContigencia: str | None = None  # noqa: N815 - MH's name, with its misspelling


class _Issuer(Struct, frozen=True):
    nit: str


class _Signed(Struct, frozen=True):
    identificacion: _Identification
    emisor: _Issuer


_SIGNED: Final = msgspec.json.Decoder(_Signed)


class JournalIndex:
    """Takes the lines of a journal, one after another; afterwards everything is sorted by its moment."""

    def __init__(self) -> None:
        self.versions: dict[str, list[IndexedVersion]] = defaultdict(list)
        self.customers: list[Indexed] = []
        self.events: list[IndexedEvent] = []
        self.verdicts: list[IndexedVerdict] = []
        self.causes: dict[str, tuple[str, Cause]] = {}
        self.undone = 0
        self._owners: dict[tuple[int, int], Owner] = {}

    def take(self, place: LinePlace, entry: JournalEntry) -> None:
        """Takes note of one line."""
        at = moment_of(entry)
        match entry:
            case DocumentLine():
                self._take_version(place, at, entry)
            case EventLine():
                owner, _ = self._owner(place, entry.company_id, entry.jws)
                self.events.append(IndexedEvent(place, at, entry.id, owner, "contingency_event", entry.documents))
            case InvalidationLine():
                owner, _ = self._owner(place, entry.company_id, entry.jws)
                self.events.append(IndexedEvent(place, at, entry.id, owner, "invalidation", (entry.document_id,)))
            case CustomerLine():
                self.customers.append(Indexed(place, at, str(entry.id), None))
            case VerdictLine():
                self.verdicts.append(IndexedVerdict(place, at, entry.id, None, entry.of, entry.version, entry.state))

    def forget_undone(self, reading: JournalReading) -> None:
        """Leaves out every line whose work the database did not keep, and sorts the others."""

        def was_undone(line: Indexed) -> bool:
            return reading.was_kept(line.place) is False

        for document_id, lines in list(self.versions.items()):
            left = [line for line in lines if not was_undone(line)]
            self.undone += len(lines) - len(left)
            if left:
                self.versions[document_id] = _one_of_each(left, reading)
            else:
                del self.versions[document_id]
        self.undone += sum(map(was_undone, self.events))
        self.customers = sorted((one for one in self.customers if not was_undone(one)), key=order)
        self.verdicts = sorted((one for one in self.verdicts if not was_undone(one)), key=order)
        self.events = sorted((one for one in self.events if not was_undone(one)), key=order)
        self._forget_replaced_events(reading)

    def owner_beside(self, line: Indexed, company_id: int) -> Owner | None:
        """The company that had an id, as the signed lines of the segment of a line tell."""
        return self._owners.get((line.place.segment, company_id))

    def happened(self) -> Iterator[IndexedEvent | IndexedVerdict]:
        """Events and verdicts, in the order in which they happened."""
        happened: list[IndexedEvent | IndexedVerdict] = [*self.events, *self.verdicts]
        yield from sorted(happened, key=order)

    def refusals(self) -> dict[tuple[str, int], IndexedVerdict]:
        """The refusal of each signed version of a document that MH refused."""
        return {(one.id, one.version): one for one in self.verdicts if one.of == "document" and one.state == "rejected"}

    def _take_version(self, place: LinePlace, at: str, line: DocumentLine) -> None:
        owner, said = self._owner(place, line.company_id, line.jws)
        self.versions[line.id].append(
            IndexedVersion(
                place=place,
                at=at,
                id=line.id,
                owner=owner,
                version=line.version,
                doc_type=line.doc_type,
                branch_code=line.branch_code,
                pos_code=line.pos_code,
                year=line.year,
                control_number=line.control_number,
                external_ref=line.external_ref,
                generation_code=line.generation_code,
                state=line.state,
                adjusts=line.adjusted_ids,
                contingency_id=line.contingency_id,
            )
        )
        if line.contingency_id is not None:
            # A document made in the contingency states its moment of posting, without the fraction of a second.
            stated = line.posted_at if line.version == 1 else moment_text(_stated_at(said))
            self._take_cause(line.contingency_id, at, stated, said)

    def _take_cause(self, contingency_id: str, at: str, stated: str, said: _Identification) -> None:
        """The cause in the latest text counts, for a correction signs every waiting document again.

        A text that came back together with its number was signed before the contingency and declares no cause.
        """
        if said.tipoContingencia is None and contingency_id in self.causes:
            return
        kind, reason = said.tipoContingencia or 1, said.motivoContin or said.motivoContigencia
        latest, known = self.causes.get(contingency_id, ("", Cause(kind, reason, stated, stated)))
        if at < latest:
            at, kind, reason = latest, known.kind, known.reason
        self.causes[contingency_id] = (
            at,
            Cause(kind, reason, min(known.began_at, stated), max(known.last_at, stated)),
        )

    def _owner(self, place: LinePlace, company_id: int, signed: str) -> tuple[Owner, _Identification]:
        said = _SIGNED.decode(jws.payload_of(signed))
        owner = Owner(company_id, said.emisor.nit, said.identificacion.ambiente)
        known = self._owners.setdefault((place.segment, company_id), owner)
        return (known if known == owner else owner), said.identificacion

    def _forget_replaced_events(self, reading: JournalReading) -> None:
        """Leaves out events that were written just before a crash, where a later event took their place.

        A document is named by one event at a time, so that the earlier event was never kept.
        """
        judged = {(one.of, one.id) for one in self.verdicts}
        named_later: dict[tuple[str, str], str] = {}
        kept: list[IndexedEvent] = []
        for event in reversed(self.events):
            is_replaced = any((event.of, document) in named_later for document in event.documents)
            if is_replaced and reading.was_kept(event.place) is None and (event.of, event.id) not in judged:
                self.undone += 1
                continue
            named_later.update({(event.of, document): event.id for document in event.documents})
            kept.append(event)
        self.events = kept[::-1]


def order(line: Indexed) -> tuple[str, int, int]:
    """The order of lines: by moment, then as they stand in the segments."""
    return line.at, line.place.segment, line.place.line


def _one_of_each(lines: list[IndexedVersion], reading: JournalReading) -> list[IndexedVersion]:
    """The line that counts for each version, in their order.

    A version is written twice when the work of the first line was not kept: the line that is known to be kept counts,
    else the later one.
    """
    chosen: dict[int, IndexedVersion] = {}
    for line in sorted(lines, key=lambda one: (bool(reading.was_kept(one.place)), order(one))):
        chosen[line.version] = line
    return [chosen[version] for version in sorted(chosen)]


def _stated_at(said: _Identification) -> datetime:
    return from_date_and_hour(said.fecEmi or "1970-01-01", said.horEmi or "00:00:00")
