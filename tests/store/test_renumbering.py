"""However processes come between each other, no number is used twice, none is skipped, and a stamped one stays."""

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Final, Literal
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocote.dte.control_number import build_control_number
from ocote.dte.sale import Amounts
from ocote.store import documents as rows
from ocote.store.customers import Counterparty
from ocote.store.document_row import DocumentRow
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Transaction, sql
from ocote.store.engine.store import Store
from ocote.store.leases import Lease
from ocote.store.new_document import Content, NewDocument, NewVersion, SignedUnder, UnderNextNumber
from ocote.store.outbox import NOBODY
from ocote.store.renumbering import RefusedNumber, moves_of, renumber, taken_counters
from ocote.store.verdict import Verdict
from tests.store.place import LATER, NOON, Place
from tests.store.rows import add_company, add_key

_A_HANDFUL: Final = 2
_LEASE: Final = Lease("a process", LATER)
_NITS = count(1)
_WORN = sql("""
    SELECT jws FROM document WHERE company_id = :company
    UNION SELECT jws FROM superseded_version WHERE company_id = :company""")

Act = tuple[Literal["sell", "send", "answer", "retry"], int]
ACTS: Final = st.lists(
    st.tuples(st.sampled_from(["sell", "send", "send", "answer", "answer", "retry"]), st.integers(0, 7)),
    max_size=40,
)


@dataclass(slots=True)
class Till:
    """Processes that sell at one point of sale, and an MH that knows numbers of another system."""

    store: Store
    company: int
    key: int
    elsewhere: frozenset[int]
    documents: list[str] = field(default_factory=list)
    on_the_way: list[DocumentRow] = field(default_factory=list)
    at_mh: dict[str, str] = field(default_factory=dict)

    async def do(self, act: Act) -> None:
        """One step of any process; a step without anything to work on does nothing."""
        kind, which = act
        if kind == "sell":
            await self._sell()
        elif kind == "answer" and self.on_the_way:
            await self._answer(self.on_the_way.pop(which % len(self.on_the_way)))
        elif kind in ("send", "retry") and self.documents:
            row = await self.row(self.documents[which % len(self.documents)])
            if kind == "send" and row.state == "registered":
                self.on_the_way.append(row)
            elif kind == "retry" and row.state == "rejected":
                await self._retry(row)

    async def row(self, document_id: str) -> DocumentRow:
        row = await self.store.read(rows.document_by_id, self.company, document_id)
        assert row is not None
        return row

    async def _sell(self) -> None:
        document_id = str(uuid4())
        new = NewDocument(
            id=document_id,
            company_id=self.company,
            key_id=self.key,
            family="sale",
            doc_type="01",
            external_ref=document_id,
            branch_code="M001",
            pos_code="P001",
            year=2026,
            posted_at=NOON,
            lease=_LEASE,
            content=_content(str(uuid4()).upper()),
            request="{}",
            fingerprint="f",
            sign=lambda correlative: (_number(correlative), f"text.{_number(correlative)}"),
        )
        await self.store.write(rows.register, new)
        self.documents.append(document_id)

    async def _answer(self, sent: DocumentRow) -> None:
        """MH answers what a process has sent, perhaps long ago; the process acts on the version that it sent."""
        taken = int(sent.control_number[-15:]) in self.elsewhere
        if not taken:
            self.at_mh.setdefault(sent.generation_code, sent.control_number)
        elif await self.store.read(moves_of, self.company, sent.id) < _A_HANDFUL:
            await self.store.write(renumber, _refused(sent))
            return
        await self.store.write(rows.settle, self.company, sent, _verdict(is_taken=taken), NOON, NOBODY)

    async def _retry(self, row: DocumentRow) -> None:
        new = NewVersion(
            document_id=row.id,
            company_id=self.company,
            key_id=self.key,
            replaces=row.version,
            signed_at=NOON,
            lease=_LEASE,
            content=_content(row.generation_code),
            request="{}",
            fingerprint="f",
            text=UnderNextNumber(row, _text, NOBODY),
        )
        await self.store.write(rows.reopen, new)

    async def comes_to_rest(self) -> None:
        """Every document is pursued until MH has stamped it."""
        for _ in range(100):
            found = [await self.row(each) for each in self.documents]
            if all(row.state == "stamped" for row in found):
                return
            for which in range(len(self.documents)):
                await self.do(("retry", which))
                await self.do(("send", which))
            while self.on_the_way:
                await self.do(("answer", 0))
        raise AssertionError("a reference is stuck")


@given(acts=ACTS, elsewhere=st.frozensets(st.integers(1, 12)))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_no_interleaving_uses_a_number_twice_or_skips_one(
    database_url: str, acts: list[Act], elsewhere: frozenset[int]
) -> None:
    async def run() -> None:
        async with open_store(database_url) as store:
            company = await store.write(add_company, f"{next(_NITS):014d}")
            till = Till(store, company, await store.write(add_key, company), elsewhere)
            for act in acts:
                await till.do(act)
            await till.comes_to_rest()
            documents = [await till.row(each) for each in till.documents]
            assert {row.generation_code: row.control_number for row in documents} == till.at_mh
            numbers = {int(row.control_number[-15:]) for row in documents}
            assert len(numbers) == len(documents)
            assert not numbers & elsewhere
            worn = {int(text[-15:]) for text in await store.read(_worn, company)}
            assert worn == {*range(1, max(worn, default=0) + 1)}, "every number is a document's, or was refused"
            assert worn - numbers <= elsewhere
            assert sum(c.taken for c in await store.read(taken_counters)) >= len(worn - numbers)

    asyncio.run(run())


async def test_of_two_processes_that_hear_the_refusal_one_takes_a_number(place: Place, database_url: str) -> None:
    till = Till(place.store, place.company, await place.store.write(add_key, place.company), frozenset({1}))
    await till.do(("sell", 0))
    row = await till.row(till.documents[0])
    async with open_store(database_url) as other:
        moved = await asyncio.gather(
            *(store.write(renumber, _refused(row)) for store in (place.store, other) for _ in range(3))
        )
    [only] = [each for each in moved if each is not None]
    assert (only.before.control_number, only.after.control_number) == (_number(1), _number(2))
    assert (only.after.version, only.after.due_at) == (2, LATER)
    [counter] = await place.store.read(taken_counters)
    assert (counter.last, counter.taken, counter.taken_at) == (2, 1, NOON)


async def test_a_stamped_document_keeps_its_number(place: Place) -> None:
    till = Till(place.store, place.company, await place.store.write(add_key, place.company), frozenset())
    for _ in range(2):
        await till.do(("sell", 0) if not till.documents else ("send", 0))
    await till.do(("send", 0))
    late = till.on_the_way[0]
    await till.do(("answer", 1))
    assert await place.store.write(renumber, _refused(late)) is None
    row = await till.row(till.documents[0])
    assert (row.state, row.control_number) == ("stamped", _number(1))
    assert await place.store.read(taken_counters) == []


def _number(correlative: int) -> str:
    return build_control_number("01", "M001", "P001", correlative)


def _text(correlative: int) -> SignedUnder:
    return SignedUnder(_number(correlative), f"text.{_number(correlative)}")


def _content(code: str) -> Content:
    amounts = Amounts(Decimal("10.00"), Decimal("1.30"), Decimal("11.30"), Decimal("0.00"), Decimal("11.30"))
    return Content(edition="v1", generation_code=code, amounts=amounts, party=Counterparty("Cliente"))


def _refused(sent: DocumentRow) -> RefusedNumber:
    return RefusedNumber(
        company_id=sent.company_id,
        document_id=sent.id,
        version=sent.version,
        answer="{}",
        refused_at=NOON,
        lease=_LEASE,
        sign=lambda _row, _jws, correlative: (_number(correlative), f"text.{_number(correlative)}"),
        listeners=NOBODY,
    )


def _verdict(*, is_taken: bool) -> Verdict:
    return Verdict(
        state="rejected" if is_taken else "stamped",
        stamp=None if is_taken else "S" * 40,
        mh_state="RECHAZADO" if is_taken else "",
        mh_message="[identificacion.numeroControl] YA EXISTE UN REGISTRO CON ESE VALOR" if is_taken else "",
        mh_code="004" if is_taken else "",
        observations="[]",
        answer="{}",
    )


def _worn(company: int) -> Transaction[list[str]]:
    found: list[Row] = yield _WORN(company=company)
    return [row["jws"] for row in found]
