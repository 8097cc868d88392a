"""A running emulator for any test that needs one: ``pytest_plugins`` or a plain import of the fixtures.

``mh`` is shared by the tests of a module, ``company`` is a company of its own for each test, so that tests do not meet
in the books.
"""

import random
from collections.abc import Iterator
from datetime import datetime
from functools import cache

import pytest

from ocote.emulator.certificate import make_certificate
from ocote.emulator.clock import EL_SALVADOR, MovableClock
from ocote.emulator.server import RegisteredCompany, RunningEmulator

NOON = datetime(2026, 8, 14, 12, 0, tzinfo=EL_SALVADOR)
"""The moment at which the emulator of the tests stands still: a Friday in the middle of a month."""


@cache
def shared_certificate() -> bytes:
    """One certificate per test process: making a key is slow, and most tests do not care which it is."""
    return make_certificate("06149999990017", "Emisor de Prueba, S.A. de C.V.", "Prueba#2026")


def fresh_nit() -> str:
    """A NIT of the right form that no other test uses."""
    return f"0614{random.randrange(10**10):010d}"


@pytest.fixture(scope="module")
def running_mh() -> Iterator[RunningEmulator]:
    """One emulator per module."""
    with RunningEmulator(clock=MovableClock(NOON)) as running:
        yield running


@pytest.fixture
def mh(running_mh: RunningEmulator) -> Iterator[RunningEmulator]:
    """The module's emulator, standing still at NOON, without faults and with nothing in its log."""
    running_mh.control.reset()
    running_mh.control.freeze_clock(NOON)
    yield running_mh
    running_mh.control.behave()


@pytest.fixture
def company(mh: RunningEmulator) -> RegisteredCompany:
    """A company in the test environment that no other test uses."""
    return mh.add_company(nit=fresh_nit(), certificate=shared_certificate().decode())
