"""A body of 1 MiB costs little, whatever it holds: nobody waits for it, and a refused one leaves nothing behind."""

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import FrameType

import pytest

from ocote.web.invalid import MAX_FAULTS, InvalidRequest
from ocote.web.json_text import MAX_VALUES, read_object
from tests.databases import Databases
from tests.faults.books import gateway_books
from tests.hostile.besieged import Besieged, Till, besieged_gateway
from tests.hostile.heavy_bodies import heavy_bodies, heavy_body, names

_MOST_MIB = 400
"""Twice the memory of a gateway that nobody attacks; a body, its values and its answer are a few MiB each."""
_LARGEST_ANSWER = 64 * 1024
_STEPS_FOR_A_VALUE = 12
_ATTACKERS = 8
_SALES = 5
_HEAVIEST = (
    "a long name over many values, and an escape",
    "a long name over many values, and a repeated name",
    "a long name over many objects with half a character",
    "a repeated name after nearly as many as are taken",
    "two thousand lines with a discount",
)


@pytest.fixture
def plain_gateway(all_databases: Databases, tmp_path: Path) -> Iterator[Besieged]:
    """One gateway, for all bodies."""
    with besieged_gateway(all_databases.sqlite(), tmp_path) as running:
        yield running


def test_there_are_bodies_of_many_kinds() -> None:
    assert len(names()) >= 40


@pytest.mark.parametrize("name", names())
def test_reading_takes_a_bounded_number_of_steps_whatever_the_body(name: str) -> None:
    body = heavy_body(name)
    steps = 0

    def count(_: FrameType, __: str, ___: object) -> None:
        nonlocal steps
        steps += 1

    sys.setprofile(count)
    try:
        with suppress(InvalidRequest):
            read_object(body)
    finally:
        sys.setprofile(None)
    assert steps < _STEPS_FOR_A_VALUE * MAX_VALUES


def test_every_body_is_answered_and_a_refused_one_leaves_nothing(plain_gateway: Besieged) -> None:
    attacker, issued = plain_gateway.attacker, 0
    for name, body in heavy_bodies():
        reply = attacker.request("POST", "/invoice", raw=body)

        assert reply.status in (200, 400), (name, reply.status, reply.content[:500])
        if reply.status == 200:
            issued += 1
            continue
        answer = reply.json()
        assert answer["code"], name
        assert 1 <= len(answer["errors"]) <= MAX_FAULTS, name
        assert all(each["field"] for each in answer["errors"]), name
        assert len(reply.content) < _LARGEST_ANSWER, name

    assert len(gateway_books(plain_gateway.database_url)) == issued
    plain_gateway.neighbour.sell("caja-1")
    assert plain_gateway.highest_memory_mib() < _MOST_MIB
    assert plain_gateway.is_alive()


def test_a_neighbour_sells_beside_the_heaviest_bodies(plain_gateway: Besieged) -> None:
    is_over = threading.Event()
    with ThreadPoolExecutor(_ATTACKERS) as pool:
        attacks = [pool.submit(_post_until, is_over, plain_gateway.attacker) for _ in range(_ATTACKERS)]
        try:
            for number in range(_SALES):
                plain_gateway.neighbour.sell(f"caja-{number}")
        finally:
            is_over.set()
        posted = sum(attack.result() for attack in attacks)

    assert posted >= _ATTACKERS
    assert plain_gateway.neighbour.references() == [f"caja-{number}" for number in reversed(range(_SALES))]
    assert plain_gateway.highest_memory_mib() < _MOST_MIB
    assert plain_gateway.is_alive()


def _post_until(is_over: threading.Event, attacker: Till) -> int:
    """Posts the heaviest bodies in turn, as dry runs; returns how many were answered."""
    posted = 0
    while not is_over.is_set():
        reply = attacker.request("POST", "/invoice?dry_run=1", raw=heavy_body(_HEAVIEST[posted % len(_HEAVIEST)]))
        assert reply.status in (200, 400), reply.content[:500]
        posted += 1
    return posted
