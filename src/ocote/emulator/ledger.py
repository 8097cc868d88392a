"""The ledger: documents, rejections and events by company and environment, rebuilt from the journal at start."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ocote.emulator import journal
from ocote.emulator.facts import Amounts, Facts, facts_of
from ocote.emulator.journal import Journal
from ocote.emulator.jws import payload_of
from ocote.emulator.parsing import parsed_document

Owner = tuple[str, str]
"""Environment and NIT of a company; two owners share nothing."""

_CORRELATIVE = 15
"""Digits of the correlative at the end of a control number."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A stamped document with MH's answer to it."""

    environment: str
    nit: str
    facts: Facts
    processed_at: datetime
    stamp: str
    code: str
    text: str
    observations: tuple[str, ...]
    jws: str
    invalidated_at: datetime | None = None

    @property
    def alive(self) -> bool:
        """Whether no invalidation of the document has taken effect."""
        return self.invalidated_at is None


@dataclass(slots=True)
class Lot:
    """A lot, in process while ``answers`` is None; ``polls`` counts the queries during that time."""

    received: journal.LotReceived
    polls: int = 0
    answers: journal.LotProcessed | None = None


class Ledger:
    """All state that the rules read; every change goes through ``record`` or ``accept``, so that the journal has it."""

    def __init__(self, folder: Path | None = None) -> None:
        self._documents: dict[tuple[Owner, str], Stored] = {}
        self._plain_numbers: set[tuple[Owner, str]] = set()
        self._numbers: set[tuple[Owner, int, str]] = set()
        self._numbers_elsewhere: dict[tuple[Owner, int, str], list[range]] = {}
        self._refusals: dict[tuple[Owner, str], journal.Refused] = {}
        self._event_codes: set[tuple[Owner, str]] = set()
        self._reports: dict[tuple[Owner, str], list[journal.ContingencyFiled]] = {}
        self._refused_reports: dict[tuple[Owner, str], datetime] = {}
        self._notes: dict[tuple[Owner, str], list[str]] = {}
        self._lots: dict[str, Lot] = {}
        self._events: list[journal.Invalidated | journal.ContingencyFiled] = []
        self._journal = None if folder is None else Journal(folder)
        if self._journal is not None:
            for entry in self._journal.entries():
                self._apply(entry)

    def record(self, entry: journal.Entry) -> None:
        """Write an entry to the journal, then apply it."""
        if self._journal is not None:
            self._journal.append(entry)
        self._apply(entry)

    def accept(self, entry: journal.Accepted, facts: Facts) -> Stored:
        """Record a stamped document whose facts are already read."""
        if self._journal is not None:
            self._journal.append(entry)
        return self._apply_accepted(entry, facts)

    def close(self) -> None:
        """Close the journal."""
        if self._journal is not None:
            self._journal.close()

    def document(self, owner: Owner, code: str) -> Stored | None:
        """A stamped document by generation code."""
        return self._documents.get((owner, code))

    def refusal(self, owner: Owner, code: str) -> journal.Refused | None:
        """The latest rejection of a generation code that has not been stamped since."""
        return self._refusals.get((owner, code))

    def number_taken(self, owner: Owner, year: int, control_number: str) -> bool:
        """Whether a document of that calendar year has the control number, also one that another system has sent."""
        if (owner, year, control_number) in self._numbers:
            return True
        series, _, correlative = control_number.rpartition("-")
        return any(int(correlative) in taken for taken in self._numbers_elsewhere.get((owner, year, series), ()))

    def is_electronic(self, owner: Owner, number: str) -> bool:
        """Whether a number, with or without hyphens and capitals, is a code or a control number of the owner's.

        Control numbers that another system has used are known too.
        """
        plain = _plain(number)
        if (owner, plain) in self._plain_numbers:
            return True
        series, correlative = plain[:-_CORRELATIVE], plain[-_CORRELATIVE:]
        return correlative.isdecimal() and any(
            of == owner and _plain(prefix) == series and any(int(correlative) in taken for taken in ranges)
            for (of, _, prefix), ranges in self._numbers_elsewhere.items()
        )

    def code_taken(self, owner: Owner, code: str) -> bool:
        """Whether a stamped document or an accepted event has the generation code."""
        return (owner, code) in self._documents or (owner, code) in self._event_codes

    def reports(self, owner: Owner, code: str) -> list[journal.ContingencyFiled]:
        """The contingency events that report a document."""
        return self._reports.get((owner, code), [])

    def report_refused_at(self, owner: Owner, code: str) -> datetime | None:
        """The moment of the latest refusal of a contingency event that named a document and came in time, or None."""
        return self._refused_reports.get((owner, code))

    def live_notes(self, owner: Owner, code: str) -> list[Stored]:
        """The notes that adjust a document and are not invalidated."""
        notes = (self._documents[owner, note] for note in self._notes.get((owner, code), ()))
        return [note for note in notes if note.alive]

    def taken_back(self, owner: Owner, code: str) -> Amounts:
        """The amounts that valid notes have already taken from a document, by kind of sale."""
        amounts = [note.facts.adjusts[code] for note in self.live_notes(owner, code)]
        return sum(a[0] for a in amounts), sum(a[1] for a in amounts), sum(a[2] for a in amounts)

    def lot(self, code: str) -> Lot | None:
        """A lot by the code that the service gave to it."""
        return self._lots.get(code)

    def documents(self) -> Iterator[Stored]:
        """Every stamped document, oldest first."""
        return iter(self._documents.values())

    def events(self) -> list[journal.Invalidated | journal.ContingencyFiled]:
        """Every accepted event, oldest first."""
        return list(self._events)

    def _apply(self, entry: journal.Entry) -> None:
        match entry:
            case journal.Accepted():
                self._apply_accepted(entry, facts_of(parsed_document(payload_of(entry.jws))))
            case journal.NumbersTaken():
                series = ((entry.environment, entry.nit), entry.year, entry.series)
                self._numbers_elsewhere.setdefault(series, []).append(range(entry.first, entry.last + 1))
            case journal.Refused():
                self._refusals[(entry.environment, entry.nit), entry.generation_code] = entry
            case journal.Invalidated():
                owner = (entry.environment, entry.nit)
                self._event_codes.add((owner, entry.event_code))
                self._events.append(entry)
                document = self._documents[owner, entry.document_code]
                self._documents[owner, entry.document_code] = replace(document, invalidated_at=entry.at)
            case journal.ContingencyFiled():
                owner = (entry.environment, entry.nit)
                self._event_codes.add((owner, entry.event_code))
                self._events.append(entry)
                for code, _ in entry.documents:
                    self._reports.setdefault((owner, code), []).append(entry)
            case journal.ContingencyRefused():
                for code in entry.documents:
                    self._refused_reports[(entry.environment, entry.nit), code] = entry.at
            case journal.LotReceived():
                self._lots[entry.lot_code] = Lot(entry)
            case journal.LotProcessed():
                self._lots[entry.lot_code].answers = entry

    def _apply_accepted(self, entry: journal.Accepted, facts: Facts) -> Stored:
        owner = (entry.environment, entry.nit)
        code = facts.generation_code
        stored = Stored(
            environment=entry.environment,
            nit=entry.nit,
            facts=facts,
            processed_at=entry.at,
            stamp=entry.stamp,
            code=entry.code,
            text=entry.text,
            observations=entry.observations,
            jws=entry.jws,
        )
        self._documents[owner, code] = stored
        self._plain_numbers.update((owner, _plain(number)) for number in (code, facts.control_number))
        self._numbers.add((owner, facts.issued_on.year, facts.control_number))
        self._refusals.pop((owner, code), None)
        for adjusted in facts.adjusts:
            self._notes.setdefault((owner, adjusted), []).append(code)
        return stored


def _plain(number: str) -> str:
    """A number by its letters and digits alone, in capitals."""
    return "".join(filter(str.isalnum, number)).upper()
