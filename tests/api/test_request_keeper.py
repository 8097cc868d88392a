"""Answered requests are gathered in memory and written in the background: bounded, in order, without secrets."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from prometheus_client import REGISTRY

from ocote.api.request_keeper import FAULTS_KEPT, MOST_IN_MEMORY, ROWS_AT_ONCE, RequestKeeper
from ocote.api.request_log import RequestLog
from ocote.documents.view import AnswerWarning
from ocote.dte.faults import Fault
from ocote.store.api_requests import KeptRequest
from ocote.store.engine.store import Store, StoreUnavailableError

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
KEY = "odt_" + "0123456789abcdef" * 3 + "01234567"


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Tables:
    """A database that takes requests, is away, or refuses what it is given."""

    def __init__(self) -> None:
        self.batches: list[list[KeptRequest]] = []
        self.raises: Exception | None = None
        self.meanwhile: Callable[[], None] = lambda: None

    async def write(self, _: object, requests: list[KeptRequest]) -> None:
        self.meanwhile()
        if self.raises is not None:
            raise self.raises
        self.batches.append(requests)

    @property
    def rows(self) -> list[KeptRequest]:
        return [row for batch in self.batches for row in batch]


def answered(name: str = "req-1", **facts: Any) -> RequestLog:
    scope = {"path": "/api/connect/invoice", "raw_path": b"/api/connect/invoice", "method": "POST", "headers": []}
    log = RequestLog(scope)
    log.request_id, log.company_id, log.key_prefix, log.status = name, 1, KEY[:12], 200
    for fact, value in facts.items():
        setattr(log, fact, value)
    return log


def note(keeper: RequestKeeper, *logs: RequestLog, was_let_in: bool = True) -> None:
    for log in logs:
        keeper.note(log, "10.0.0.1", was_let_in=was_let_in)


@pytest.fixture
def tables() -> Tables:
    return Tables()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keeper(tables: Tables, clock: Clock) -> RequestKeeper:
    return RequestKeeper(cast("Store", tables), clock)


def lost() -> float:
    return REGISTRY.get_sample_value("ocote_requests_not_kept_total") or 0.0


async def test_nothing_is_written_by_the_request_and_all_of_it_in_one_batch_later(
    keeper: RequestKeeper, tables: Tables
) -> None:
    note(keeper, *(answered(f"r{number}") for number in range(3)))
    assert tables.batches == []
    await keeper.write_some()
    assert [[row.request_id for row in batch] for batch in tables.batches] == [["r0", "r1", "r2"]]
    await keeper.write_some()
    assert len(tables.batches) == 1


async def test_codes_and_fields_of_faults_and_warnings_are_kept_and_bounded(
    keeper: RequestKeeper, tables: Tables
) -> None:
    faults = tuple(Fault("field_empty", f"lines[{number}].description", "x" * 5000) for number in range(50))
    warnings = [AnswerWarning("field_ignored", "price", {"why": "no existe"})] * 50
    note(keeper, answered(status=400, code="field_empty", faults=faults, warnings=warnings))
    await keeper.write_some()
    [row] = tables.rows
    kept = json.loads(row.faults)
    assert len(kept) == len(json.loads(row.warnings)) == FAULTS_KEPT
    assert kept[1] == {"code": "field_empty", "field": "lines[1].description"}


async def test_what_a_text_quotes_of_a_person_is_not_kept(keeper: RequestKeeper, tables: Tables) -> None:
    fault = Fault("nit_check_digit", "customer.nit", "no es un NIT: 0614-010190-101-1")
    filled = {"what": "correo electrónico del cliente", "value": "persona@example.com"}
    warnings = [AnswerWarning(code, "customer.email", filled) for code in ("remembered", "buyer_field_filled")]
    note(keeper, answered(status=400, code=fault.code, faults=(fault,), warnings=warnings))
    await keeper.write_some()
    [row] = tables.rows
    assert "0614" not in repr(row)
    assert "persona@" not in repr(row)
    assert [each["code"] for each in json.loads(row.warnings)] == ["remembered", "buyer_field_filled"]


@pytest.mark.parametrize("fact", ["request_id", "document"])
async def test_a_key_is_kept_nowhere(keeper: RequestKeeper, tables: Tables, fact: str) -> None:
    named = Fault("field_unknown", KEY, f"{KEY} no es")
    note(keeper, answered(**{fact: f"x{KEY}" if fact == "document" else KEY}, faults=(named,)))
    await keeper.write_some()
    assert KEY[12:40] not in repr(tables.rows)


async def test_characters_that_no_database_keeps_are_left_out(keeper: RequestKeeper, tables: Tables) -> None:
    note(keeper, answered(document="a\0b\ud800c", faults=(Fault("x", "a\0", "\udfff"),)))
    await keeper.write_some()
    assert tables.rows[0].document == "ab?c"
    assert "\\u0000" not in tables.rows[0].faults


async def test_while_the_database_is_away_the_requests_wait_in_their_order(
    keeper: RequestKeeper, tables: Tables
) -> None:
    tables.raises = StoreUnavailableError("away")
    note(keeper, answered("r0"), answered("r1"))
    await keeper.write_some()
    note(keeper, answered("r2"))
    tables.raises = None
    await keeper.write_some()
    assert [row.request_id for row in tables.rows] == ["r0", "r1", "r2"]


async def test_a_full_memory_loses_the_oldest_and_says_so(
    keeper: RequestKeeper, tables: Tables, capsys: pytest.CaptureFixture[str]
) -> None:
    before = lost()
    note(keeper, *(answered(f"r{number}") for number in range(MOST_IN_MEMORY + 3)))
    await keeper.write_some()
    assert tables.rows[0].request_id == "r3"
    assert len(tables.rows) == ROWS_AT_ONCE
    assert lost() - before == 3


async def test_what_came_during_a_write_in_vain_takes_the_room_of_the_oldest(
    keeper: RequestKeeper, tables: Tables
) -> None:
    before = lost()
    note(keeper, *(answered(f"r{number}") for number in range(MOST_IN_MEMORY)))
    tables.raises = StoreUnavailableError("away")
    tables.meanwhile = lambda: note(keeper, answered("new-0"), answered("new-1"))
    await keeper.write_some()
    tables.raises, tables.meanwhile = None, lambda: None
    while await keeper.write_some() and len(tables.rows) < MOST_IN_MEMORY:
        pass
    names = [row.request_id for row in tables.rows]
    assert (names[0], names[-2:], len(names)) == ("r2", ["new-0", "new-1"], MOST_IN_MEMORY)
    assert lost() - before == 2


async def test_requests_that_cannot_be_written_do_not_stand_in_the_way_of_later_ones(
    keeper: RequestKeeper, tables: Tables
) -> None:
    tables.raises = ValueError("no such column")
    note(keeper, answered("odd"))
    with pytest.raises(ValueError, match="column"):
        await keeper.write_some()
    tables.raises = None
    note(keeper, answered("next"))
    await keeper.write_some()
    assert [row.request_id for row in tables.rows] == ["next"]


async def test_at_the_end_everything_that_is_left_is_written(keeper: RequestKeeper, tables: Tables) -> None:
    note(keeper, *(answered(f"r{number}") for number in range(2 * ROWS_AT_ONCE + 1)))
    stop = asyncio.Event()
    stop.set()
    await keeper.keep_writing(stop)
    assert [len(batch) for batch in tables.batches] == [ROWS_AT_ONCE, ROWS_AT_ONCE, 1]


async def test_an_end_without_a_database_comes_all_the_same(keeper: RequestKeeper, tables: Tables) -> None:
    tables.raises = StoreUnavailableError("away")
    note(keeper, answered())
    stop = asyncio.Event()
    stop.set()
    await keeper.keep_writing(stop)
    assert tables.rows == []


async def test_of_refused_requests_one_of_each_key_is_kept_in_a_minute(
    keeper: RequestKeeper, tables: Tables, clock: Clock
) -> None:
    for _ in range(100):
        note(keeper, answered("loop", status=429), was_let_in=False)
    note(keeper, answered("other", status=429, key_prefix="odt_ffffffff"), was_let_in=False)
    note(keeper, answered("done"))
    clock.now += timedelta(seconds=59)
    note(keeper, answered("early", status=429), was_let_in=False)
    clock.now += timedelta(seconds=1)
    note(keeper, answered("later", status=429), was_let_in=False)
    await keeper.write_some()
    assert [row.request_id for row in tables.rows] == ["loop", "other", "done", "later"]


async def test_a_stranger_and_a_log_that_is_off_leave_nothing(tables: Tables, clock: Clock) -> None:
    off = RequestKeeper(cast("Store", tables), clock, is_on=False)
    note(off, answered())
    on = RequestKeeper(cast("Store", tables), clock)
    note(on, answered(company_id=None))
    await off.write_some()
    await on.write_some()
    assert tables.batches == []
