"""Decides which documents of a journal are written into a database, and which gave way to others.

A line of the journal is written before the commit that numbers its document. What the journal does not say itself, MH
is asked about, by generation code.
"""

from msgspec import Struct

from ocote.companies.registry import Companies
from ocote.continuity.claims import Contest, Versions, contests, decide_contest, left_to_loser, only_kept
from ocote.continuity.journal_index import IndexedVersion, JournalIndex, order
from ocote.continuity.replay_companies import CompanyMap
from ocote.continuity.replay_report import Displaced
from ocote.journal.reading import JournalReading
from ocote.mh import Stamped, Undetermined
from ocote.mh.hosts import MhHosts


class NumberBearer(Struct, frozen=True):
    """The reference and the number of the document that keeps a number or a reference."""

    external_ref: str
    control_number: str


class ReplayPlan:
    """The documents that are to be written, by id, and what is left out.

    ``left_out`` are ids of documents of which nothing is written, ``open_numbers`` control numbers about which MH did
    not answer. ``displaced`` are documents that were kept or stamped, and whose number or reference another one has.
    """

    def __init__(self, companies: CompanyMap, opened: Companies, hosts: MhHosts, index: JournalIndex) -> None:
        self.documents: dict[str, Versions] = {}
        self.left_out: set[str] = set()
        self.open_numbers: set[str] = set()
        self.displaced: list[Displaced] = []
        self.dropped = 0
        self._companies = companies
        self._opened = opened
        self._hosts = hosts
        self._index = index
        self._stamped: dict[str, bool | None] = {}

    async def choose(self, reading: JournalReading) -> None:
        """Decides about every document. Raises StoreUnavailableError."""
        for document_id, versions in self._index.versions.items():
            if self._companies.id_of(versions[-1].owner) is None:
                self._companies.miss(versions[-1])
                self.left_out.add(document_id)
            else:
                self.documents[document_id] = versions
        while (contest := next(contests(self.documents, self.company_of), None)) is not None:
            await self._decide(contest, reading)

    async def give_way(
        self, loser: IndexedVersion, bearer: NumberBearer, reading: JournalReading, *, over_number: bool
    ) -> None:
        """Leaves out what a document had signed under a number or a reference that another document has.

        What it had signed before, under another number, is left. When MH does not answer everything is left out for
        now.
        """
        has_stamp = await self._mh_has(loser)
        if has_stamp is None:
            self._leave_open(loser)
            return
        if has_stamp or reading.was_kept(loser.place):
            self.displaced.append(
                Displaced(
                    nit=self._companies.nit_of(self.company_of(loser)),
                    external_ref=loser.external_ref,
                    control_number=loser.control_number,
                    generation_code=loser.generation_code,
                    signed_at=loser.at,
                    other_ref=bearer.external_ref,
                    other_number=bearer.control_number,
                    has_stamp=has_stamp,
                )
            )
        self.dropped += 1
        left = left_to_loser(self.documents.pop(loser.id), loser, over_number=over_number)
        if left:
            self.documents[loser.id] = left
        else:
            self.left_out.add(loser.id)

    def company_of(self, line: IndexedVersion) -> int:
        """The id of a document's company in this database, which has the company."""
        company_id = self._companies.id_of(line.owner)
        if company_id is None:
            raise LookupError(f"the company of document {line.id} is missing")
        return company_id

    def in_order(self) -> list[Versions]:
        """The documents by the moment of their first text; a note stands behind all that it adjusts."""
        ordered: dict[str, Versions] = {}
        for versions in sorted(self.documents.values(), key=lambda each: order(each[0])):
            for adjusted in (each for version in versions for each in version.adjusts):
                if adjusted in self.documents:
                    ordered.setdefault(adjusted, self.documents[adjusted])
            ordered.setdefault(versions[-1].id, versions)
        return list(ordered.values())

    async def _decide(self, contest: Contest, reading: JournalReading) -> None:
        winner = only_kept(contest, lambda line: reading.was_kept(line.place))
        if winner is None:
            at_mh = {one.generation_code: await self._mh_has(one) for one in contest.documents}
            winner = decide_contest(contest, at_mh)
        if winner is None:
            for one in contest.documents:
                self._leave_open(one)
            return
        bearer = NumberBearer(winner.external_ref, winner.control_number)
        for loser in contest.documents:
            if loser is not winner:
                await self.give_way(loser, bearer, reading, over_number=contest.over_number)

    def _leave_open(self, line: IndexedVersion) -> None:
        self.open_numbers.add(line.control_number)
        self.left_out.add(line.id)
        self.documents.pop(line.id)

    async def _mh_has(self, line: IndexedVersion) -> bool | None:
        """Whether MH has stamped a document; None when MH does not answer."""
        code = line.generation_code
        if code not in self._stamped:
            company = await self._opened.get(self.company_of(line))
            host = self._hosts.of(company.environment)
            found = await host.query(company.credentials, line.doc_type, code)
            self._stamped[code] = None if isinstance(found, Undetermined) else isinstance(found, Stamped)
        return self._stamped[code]
