"""Replays the journal into a database that lacks what was signed since its backup.

Each document comes back under its reference, number and code with all its signed texts, and MH's verdicts as far as the
journal has them. Everything is written piece by piece, so that a replay may end at any moment and be repeated.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from msgspec.structs import replace

from ocote.clock import Clock
from ocote.companies.registry import Companies
from ocote.continuity.claims import Versions
from ocote.continuity.journal_index import IndexedEvent, IndexedVerdict, JournalIndex
from ocote.continuity.replay_companies import CompanyMap
from ocote.continuity.replay_plan import NumberBearer, ReplayPlan
from ocote.continuity.replay_report import Counted, Moved
from ocote.documents.signed import number_in, related_in
from ocote.documents.states import CONTINGENCY_MESSAGE
from ocote.journal.lines import CustomerLine, DamagedLineError, DocumentLine, EventLine, InvalidationLine, VerdictLine
from ocote.journal.reading import JournalReading, LinePlace
from ocote.mh.hosts import MhHosts
from ocote.store import installation as installations
from ocote.store import replaying as rows
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.known_lines import event_is_known
from ocote.store.replaying import Refusal, ReplayedDocument
from ocote.store.replaying_events import ReplayedHappening, replay_happenings, verdict_of
from ocote.store.resuming import resume_all_work

_IN_A_TRANSACTION: Final = 25
_HAPPENINGS_IN_A_TRANSACTION: Final = 50

Progressed = Callable[[Moved], None]
"""Receives how far a replay has come."""


class JournalReplay:
    """Writes what a journal has into a database with which no other process works meanwhile.

    ``texts_missing`` are the references or ids of which a line is missing in the journal, ``plan`` decides about
    numbers, ``companies`` finds the companies of this database.
    """

    def __init__(self, store: Store, opened: Companies, hosts: MhHosts, clock: Clock, index: JournalIndex) -> None:
        self.companies = CompanyMap(store)
        self.plan = ReplayPlan(self.companies, opened, hosts, index)
        self.counted = Counted()
        self.texts_missing: set[str] = set()
        self._store = store
        self._clock = clock
        self._index = index
        self._refusals = index.refusals()

    async def write(self, reading: JournalReading, moved: Progressed) -> None:
        """Writes everything that the database lacks.

        Issuing is refused from the first write on. Raises OSError, DamagedLineError and StoreUnavailableError; the
        replay can then be repeated.
        """
        await self.companies.load()
        await self.plan.choose(reading)
        if await self._lacks_something():
            await self._store.write(installations.doubt_numbers, "journal_ahead", self._now())
        await self._write_customers(reading, moved)
        await self._write_documents(reading, moved)
        await self._write_happenings(reading, moved)
        if (await self._store.read(installations.installation)).unconfirmed_since is not None:
            await self._store.write(resume_all_work)
        self.counted.dropped = self.plan.dropped

    async def _lacks_something(self) -> bool:
        """Whether anything signed is missing, or has no place; in a database that has gone back the last is missing."""
        if self.plan.open_numbers or self.plan.displaced or self.companies.missing:
            return True
        for versions in reversed(self.plan.in_order()):
            last = versions[-1]
            if await self._store.read(rows.lacks, self.plan.company_of(last), last.id, last.version):
                return True
        for event in reversed(self._index.events):
            if not await self._store.read(event_is_known, event.of, event.id):
                return True
        return False

    async def _write_customers(self, reading: JournalReading, moved: Progressed) -> None:
        lines = self._index.customers
        for done, line in enumerate(lines, 1):
            entry = reading.entry(line.place)
            if isinstance(entry, CustomerLine):
                await self._write_customer(self.companies.id_of_customer_line(self._index, line, entry), entry)
            moved(Moved("customers", done, len(lines)))

    async def _write_customer(self, company_id: int | None, entry: CustomerLine) -> None:
        if company_id is None:
            return
        customer = await self._store.write(rows.replay_customer, company_id, entry)
        if customer is not None:
            self.companies.remember_customer(company_id, entry.id, customer.id)
            self.counted.customers += customer.was_written

    async def _write_documents(self, reading: JournalReading, moved: Progressed) -> None:
        waiting = self.plan.in_order()
        total, done = len(waiting), 0
        while waiting:
            piece, waiting = waiting[:_IN_A_TRANSACTION], waiting[_IN_A_TRANSACTION:]
            documents = [await self._document(versions, reading) for versions in piece]
            outcomes = await self._store.write(rows.replay_documents, documents, self._now())
            for versions, document, outcome in zip(piece, documents, outcomes, strict=True):
                if outcome == "taken":
                    waiting = [*await self._after_losing(versions, document.present, reading), *waiting]
                else:
                    self._note(outcome, document)
            done += len(piece)
            moved(Moved("documents", min(done, total), total))

    async def _document(self, versions: Versions, reading: JournalReading) -> ReplayedDocument:
        """A document with its texts, and the ids of this database."""
        company_id = self.plan.company_of(versions[-1])
        lines: list[DocumentLine] = []
        for version in versions:
            entry = _line(reading, version.place, DocumentLine)
            key_id = await self.companies.key(company_id, entry.key_id)
            customer_id = await self.companies.customer(company_id, entry.customer_id, entry.at)
            lines.append(replace(entry, company_id=company_id, key_id=key_id, customer_id=customer_id))
        refused: dict[int, Refusal] = {}
        # The version before the first line is the one that the database may have, without MH's refusal of it.
        for number in range(versions[0].version - 1, versions[-1].version):
            verdict = self._refusals.get((versions[-1].id, number))
            if verdict is not None:
                said = _line(reading, verdict.place, VerdictLine)
                refused[number] = Refusal(verdict_of(said), said.at)
        contingency = versions[-1].contingency_id
        cause = self._index.causes[contingency][1] if contingency is not None else None
        named = related_in(lines[-1].jws) if lines[-1].lacks_documents else ()
        return ReplayedDocument(tuple(lines), refused, cause, CONTINGENCY_MESSAGE, named)

    def _note(self, outcome: rows.ReplayOutcome, document: ReplayedDocument) -> None:
        if outcome == "written":
            self.counted.documents += 1
            self.counted.texts += len(document.versions)
        elif outcome == "known":
            self.counted.known += 1
        else:
            self.texts_missing.add(document.present.external_ref)

    async def _after_losing(self, versions: Versions, present: DocumentLine, reading: JournalReading) -> list[Versions]:
        """The versions still to be written of a document whose number or reference another document has."""
        other = await self._store.read(rows.taken_by, present)
        if other is not None:
            over_number = other.control_number == present.control_number
            bearer = NumberBearer(other.external_ref, other.control_number)
            await self.plan.give_way(versions[-1], bearer, reading, over_number=over_number)
        left = self.plan.documents.get(present.id)
        return [left] if left is not None else []

    async def _write_happenings(self, reading: JournalReading, moved: Progressed) -> None:
        happened = list(self._index.happened())
        for start in range(0, len(happened), _HAPPENINGS_IN_A_TRANSACTION):
            part = happened[start : start + _HAPPENINGS_IN_A_TRANSACTION]
            made = [(line, one) for line in part if (one := await self._happening(line, reading)) is not None]
            outcomes = await self._store.write(replay_happenings, [one for _, one in made], number_in)
            for (line, one), outcome in zip(made, outcomes, strict=True):
                if outcome == "written":
                    self._count(one)
                elif outcome == "apart":
                    self.texts_missing.add(line.id)
            moved(Moved("verdicts", start + len(part), len(happened)))

    async def _happening(
        self, line: IndexedEvent | IndexedVerdict, reading: JournalReading
    ) -> ReplayedHappening | None:
        """One line to write; None for a line about something that is left out."""
        left_out = self.plan.left_out
        about = line.documents if isinstance(line, IndexedEvent) else (line.id,)
        company_id = self.companies.id_of(line.owner)
        is_of_nobody = isinstance(line, IndexedEvent) and company_id is None
        if is_of_nobody or all(document in left_out for document in about):
            left_out.add(line.id)
            return None
        entry = reading.entry(line.place)
        if not isinstance(entry, EventLine | InvalidationLine | VerdictLine):
            raise DamagedLineError("the line is another one now")
        key_id = None
        if isinstance(entry, InvalidationLine) and company_id is not None:
            key_id = await self.companies.key(company_id, entry.key_id)
        return ReplayedHappening(company_id or 0, key_id, entry)

    def _count(self, written: ReplayedHappening) -> None:
        match written.line:
            case EventLine():
                self.counted.events += 1
            case InvalidationLine():
                self.counted.cancellations += 1
            case VerdictLine():
                self.counted.verdicts += 1

    def _now(self) -> str:
        return moment_text(self._clock())


_Line = TypeVar("_Line", DocumentLine, VerdictLine)


def _line(reading: JournalReading, place: LinePlace, kind: type[_Line]) -> _Line:
    """The line at a place, which was of this kind when the journal was read. Raises DamagedLineError."""
    entry = reading.entry(place)
    if not isinstance(entry, kind):
        raise DamagedLineError("the line is another one now")
    return entry
