"""The documents of a note on several documents: written with each version, journaled with it, and replayed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from ocote.dte.sale import Amounts, Contingency
from ocote.journal.lines import AdjustedLink, DocumentLine, decode_line, encode_line
from ocote.store import documents as rows
from ocote.store.adjusted import links_of
from ocote.store.contingency import contingencies
from ocote.store.contingency.contingencies import SignedAgain
from ocote.store.contingency.joining import Joining
from ocote.store.customers import Counterparty
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.store import Store
from ocote.store.leases import Lease
from ocote.store.new_document import Adjusts, Content, NewDocument, NewVersion, SignedUnder
from ocote.store.numbers import Series
from ocote.store.outbox import NOBODY
from ocote.store.renumbering import RefusedNumber, renumber
from ocote.store.replaying import ReplayedDocument, ReplayOutcome, replay_documents
from ocote.store.verdict import Verdict
from tests.store.memory_journal import MemoryJournal
from tests.store.place import LATER, NOON
from tests.store.rows import add_company, add_document, add_key

_LEASE = Lease("a process", LATER)
_SERIES = Series("05", "M001", "P001", 2026)
_REFUSED = Verdict("rejected", None, "RECHAZADO", "", "096", "[]", "{}")
_FORGOTTEN = sql("DELETE FROM adjusted_document WHERE CAST(:note AS TEXT) IS NULL OR note_id = :note")
_LOST = sql("DELETE FROM document WHERE company_id = :company AND id = :id")


def foreign(position: int) -> AdjustedLink:
    """A CCF on paper, of another system."""
    return AdjustedLink(position, None, f"P-{position}", '{"taxable":"1.00"}', '{"number":"P"}')


@dataclass(frozen=True, slots=True)
class Shop:
    """A company with two CCFs and a journal."""

    store: Store
    journal: MemoryJournal
    company: int
    key: int
    ccfs: tuple[str, str]

    def own(self, position: int, which: int) -> AdjustedLink:
        """One of the two CCFs."""
        return AdjustedLink(position, self.ccfs[which], self.ccfs[which], '{"taxable":"2.00"}', None)

    async def note(self, adjusts: Adjusts, joins: Joining | None = None) -> str:
        """Registers a note; returns its id."""
        note = str(uuid4())
        new = NewDocument(
            id=note,
            company_id=self.company,
            key_id=self.key,
            family="note",
            doc_type="05",
            external_ref=note,
            branch_code="M001",
            pos_code="P001",
            year=2026,
            posted_at=NOON,
            lease=_LEASE,
            content=_content(adjusts),
            request="{}",
            fingerprint="f",
            sign=lambda correlative: (_SERIES.control_number(correlative), "a.b.c"),
            joins=joins,
        )
        await self.store.write(rows.register, new)
        return note

    async def is_refused(self, note: str) -> None:
        """MH refuses the present version of a note."""
        row = await self.store.read(rows.document_by_id, self.company, note)
        assert row is not None
        assert await self.store.write(rows.settle, self.company, row, _REFUSED, NOON, NOBODY)

    async def retry(self, note: str, adjusts: Adjusts) -> None:
        """Writes new content into a refused note."""
        row = await self.store.read(rows.document_by_id, self.company, note)
        assert row is not None
        text = SignedUnder(row.control_number, "d.e.f")
        new = NewVersion(note, self.company, self.key, row.version, NOON, _LEASE, _content(adjusts), "{}", "g", text)
        assert await self.store.write(rows.reopen, new) is not None

    async def links(self, note: str) -> tuple[AdjustedLink, ...]:
        """The documents of a note in the database."""
        return await self.store.read(links_of, self.company, note)

    async def loses(self, *notes: str) -> None:
        """Takes notes out of the database, as when an older copy takes its place."""
        await self.store.write(_lose, self.company, notes)

    async def replay(self, note: str, *named: str) -> ReplayOutcome:
        """Replays the lines of a note, read back from their text, whose last text names some documents."""
        lines = [decode_line(encode_line(line).rstrip()) for line in self.journal.documents if line.id == note]
        versions = tuple(line for line in lines if isinstance(line, DocumentLine))
        [outcome] = await self.store.write(replay_documents, [ReplayedDocument(versions, {}, None, "", named)], NOON)
        return outcome


@pytest.fixture
async def shop(database_url: str) -> AsyncIterator[Shop]:
    journal = MemoryJournal()
    async with open_store(database_url, journal=journal) as store:
        company = await store.write(add_company)
        key = await store.write(add_key, company)
        first, second = [await store.write(add_document, company, doc_type="03", state="stamped") for _ in range(2)]
        yield Shop(store, journal, company, key, (first, second))


async def test_a_note_is_written_and_journaled_with_its_documents(shop: Shop) -> None:
    links = (shop.own(0, 1), foreign(1), shop.own(2, 0))
    note = await shop.note(Adjusts(None, links=links))
    assert await shop.links(note) == links
    [line] = shop.journal.documents
    assert (line.adjusted, line.adjusted_ids) == (links, (shop.ccfs[1], shop.ccfs[0]))
    assert decode_line(encode_line(line).rstrip()) == line


async def test_the_line_of_a_note_on_one_document_has_no_list(shop: Shop) -> None:
    note = await shop.note(Adjusts(shop.ccfs[0]))
    await shop.is_refused(note)
    await shop.retry(note, Adjusts(shop.ccfs[1]))
    assert await shop.links(note) == ()
    assert [line.adjusted_ids for line in shop.journal.documents] == [(ccf,) for ccf in shop.ccfs]
    assert not any(b'"adjusted"' in encode_line(line) for line in shop.journal.documents)


async def test_a_retry_replaces_the_documents_of_the_note(shop: Shop) -> None:
    note = await shop.note(Adjusts(None, links=(shop.own(0, 0), shop.own(1, 1), foreign(2))))
    for adjusts in (Adjusts(None, links=(foreign(0), shop.own(1, 0))), Adjusts(shop.ccfs[0]), Adjusts(None, links=())):
        await shop.is_refused(note)
        await shop.retry(note, adjusts)
        assert await shop.links(note) == adjusts.links
        assert (shop.journal.documents[-1].adjusted or ()) == adjusts.links


async def test_every_text_that_is_signed_again_is_journaled_with_the_documents(shop: Shop) -> None:
    """Under another number, for a contingency, and for another cause of the contingency."""
    links = (foreign(0), shop.own(1, 0))
    note = await shop.note(Adjusts(None, links=links))

    def sign(_row: object, _jws: str, correlative: int) -> tuple[str, str]:
        return _SERIES.control_number(correlative), "d.e.f"

    moved = await shop.store.write(renumber, RefusedNumber(shop.company, note, 1, "{}", NOON, _LEASE, sign, NOBODY))
    assert moved is not None
    joining = Joining("c-1", 1, None, NOON, NOON, "")
    assert await shop.store.write(
        contingencies.enter, SignedAgain(shop.company, note, 2, "g.h.i"), joining, NOON, NOBODY
    )
    corrected = await shop.store.write(
        contingencies.correct_cause, shop.company, "c-1", Contingency(2), {}, lambda _text: "j.k.l", NOON
    )
    assert corrected == 1
    lines = shop.journal.documents
    assert [(line.version, line.jws) for line in lines] == [(1, "a.b.c"), (2, "d.e.f"), (3, "g.h.i"), (4, "j.k.l")]
    assert {line.adjusted for line in lines} == {links}


async def test_a_lost_note_comes_back_with_its_documents(shop: Shop) -> None:
    links = (shop.own(0, 1), foreign(1), shop.own(2, 0))
    note = await shop.note(Adjusts(None, links=links))
    await shop.loses(note)
    assert await shop.replay(note) == "written"
    assert await shop.links(note) == links
    assert await shop.replay(note) == "known"
    assert await shop.links(note) == links


async def test_a_note_of_the_copy_gets_the_documents_of_its_last_text(shop: Shop) -> None:
    """The copy has the first text of the note; the last one that the journal has may have a list or one document."""
    before, after = (foreign(0), shop.own(1, 0)), (shop.own(0, 1), foreign(1))
    first = await shop.note(Adjusts(None, links=before))
    note, single = await shop.note(Adjusts(None, links=before)), await shop.note(Adjusts(None, links=before))
    for each, adjusts in ((note, Adjusts(None, links=after)), (single, Adjusts(shop.ccfs[0]))):
        [line] = [line for line in shop.journal.documents if line.id == each]
        later = replace(line, version=2, adjusted=adjusts.links, adjusts_id=adjusts.document_id)
        shop.journal.lines.append(later)
        assert await shop.replay(each) == "written"
        assert await shop.links(each) == adjusts.links
    assert await shop.links(first) == before


async def test_a_text_without_documents_has_those_of_the_text_that_named_the_same(shop: Shop) -> None:
    """A program that does not know the list signed the note again; the earlier text is in the journal, or here."""
    links = (shop.own(0, 0), foreign(1))
    named = [link.number for link in links]
    lost, kept = await shop.note(Adjusts(None, links=links)), await shop.note(Adjusts(None, links=links))
    first = list(shop.journal.documents)
    for line in first:
        shop.journal.lines.append(replace(line, version=2, adjusted=UNSET))
    await shop.store.write(_lose, shop.company, [lost], only=lost)
    assert await shop.replay(lost, "otro") == "apart"
    assert await shop.replay(lost, *named) == "written"
    shop.journal.lines.remove(next(line for line in first if line.id == kept))
    assert await shop.replay(kept, *reversed(named)) == "apart"
    assert await shop.replay(kept, *named) == "written"
    assert (await shop.links(lost), await shop.links(kept)) == (links, links)


async def test_a_note_of_which_one_own_document_is_missing_stays_apart(shop: Shop) -> None:
    note = await shop.note(Adjusts(None, links=(shop.own(0, 0), foreign(1), shop.own(2, 1))))
    await shop.loses(note, shop.ccfs[1])
    assert await shop.replay(note) == "apart"
    assert await shop.links(note) == ()
    assert await shop.store.read(rows.document_by_id, shop.company, note) is None


def _content(adjusts: Adjusts) -> Content:
    amounts = Amounts(Decimal("10.00"), Decimal("1.30"), Decimal("11.30"), Decimal("0.00"), Decimal("11.30"))
    return Content("v1", str(uuid4()).upper(), amounts, Counterparty("Cliente"), adjusts)


def _lose(company: int, lost: Sequence[str], only: str | None = None) -> Transaction[None]:
    yield _FORGOTTEN(note=only)
    for document in lost:
        yield _LOST(company=company, id=document)
