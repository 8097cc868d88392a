"""An MH that knows numbers of another system, and what a gateway made of its own numbers beside them."""

import asyncio
from collections import defaultdict
from typing import Any

from ocote.clock import local
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Transaction, sql
from tests.builders.company import NIT, POINT_OF_SALE
from tests.running_gateway import RunningGateway

_DOCUMENTS = sql("SELECT * FROM document ORDER BY posted_at, id")
_COUNTERS = sql("SELECT * FROM correlative ORDER BY doc_type")
_REPLACED = sql("SELECT * FROM superseded_version WHERE why = 'number' ORDER BY document_id, version")


def take_numbers(gateway: RunningGateway, first: int, last: int, doc_type: str = "01") -> None:
    """MH knows these numbers of the company's point of sale, in this year, from another system."""
    year = local(gateway.clock()).year
    series = f"DTE-{doc_type}-{POINT_OF_SALE}"
    gateway.emulator.control.numbers_elsewhere(NIT, series, year, first=first, last=last)


def refuse_every_number(gateway: RunningGateway, doc_type: str = "01") -> None:
    """MH refuses every number of a series from now on."""
    year = local(gateway.clock()).year
    gateway.emulator.control.numbers_elsewhere(NIT, f"DTE-{doc_type}-{POINT_OF_SALE}", year)


def control_number(correlative: int, doc_type: str = "01") -> str:
    """A control number of the company's point of sale."""
    return f"DTE-{doc_type}-{POINT_OF_SALE}-{correlative:015d}"


def correlatives(answers: list[dict[str, Any]]) -> list[int]:
    """The correlatives of answers, in order."""
    return sorted(int(answer["control_number"][-15:]) for answer in answers)


def documents(gateway: RunningGateway) -> list[Row]:
    """Every document as the table holds it."""
    return _rows(gateway, _all_documents)


def counters(gateway: RunningGateway) -> list[Row]:
    """Every counter."""
    return _rows(gateway, _all_counters)


def replaced(gateway: RunningGateway) -> list[Row]:
    """Every text whose number MH refused."""
    return _rows(gateway, _all_replaced)


def assert_each_number_once(gateway: RunningGateway, taken: dict[str, range]) -> None:
    """Asserts that MH and the gateway hold the same documents, no number twice, none skipped, none another's.

    ``taken`` are the numbers of the other system, by type.
    """
    at_mh = {held["generation_code"]: held for held in gateway.emulator.control.documents()}
    here: dict[str, list[int]] = defaultdict(list)
    for row in documents(gateway):
        assert row["state"] == "stamped", row["external_ref"]
        held = at_mh.pop(row["generation_code"])
        assert (row["stamp"], row["jws"], row["control_number"]) == (held["stamp"], held["jws"], held["control_number"])
        here[row["doc_type"]].append(int(row["control_number"][-15:]))
    assert not at_mh, "MH holds a document that the gateway does not know"
    for counter in counters(gateway):
        doc_type, last = counter["doc_type"], counter["last"]
        elsewhere = taken.get(doc_type, range(0))
        assert sorted([*here[doc_type], *(number for number in elsewhere if number <= last)]) == [*range(1, last + 1)]


def _all_documents() -> Transaction[list[Row]]:
    return (yield _DOCUMENTS())


def _all_counters() -> Transaction[list[Row]]:
    return (yield _COUNTERS())


def _all_replaced() -> Transaction[list[Row]]:
    return (yield _REPLACED())


def _rows(gateway: RunningGateway, work: Any) -> list[Row]:
    async def read() -> list[Row]:
        async with open_store(gateway.database_url) as store:
            return await store.read(work)

    return asyncio.run(read())
