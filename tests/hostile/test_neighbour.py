"""Whatever one company asks, at the limits of its key, its neighbour sells, prints, mails and lists as ever."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.besieged import Besieged, besieged_gateway
from tests.hostile.neighbour import Day, prepare, under_attack
from tests.hostile.requests_of_a_key import EVERYTHING

_REQUESTS = 64
"""Of the attacker, for each example."""


@pytest.fixture
def prepared_gateway(database_url: str, tmp_path: Path) -> Iterator[Besieged]:
    with besieged_gateway(database_url, tmp_path) as running:
        prepare(running)
        yield running


def test_the_attacker_asks_for_every_operation_of_the_api(shared_gateway: Besieged) -> None:
    described = json.loads(shared_gateway.attacker.request("GET", "/openapi.json").content)["paths"]
    operations = {(method.upper(), path) for path, methods in described.items() for method in methods}
    assert operations == set(EVERYTHING)


def test_whatever_one_company_asks_the_other_goes_on(prepared_gateway: Besieged) -> None:
    @settings(max_examples=2, derandomize=True, suppress_health_check=list(HealthCheck), report_multiple_bugs=False)
    @given(st.integers(0, 10**6))
    def go_on_under_attack(seed: int) -> None:
        day = Day(prepared_gateway, f"dia-{len(days)}")
        days.append(day)
        with under_attack(prepared_gateway, seed, _REQUESTS) as attack:
            day.go_on_while(attack.goes_on)
        assert not attack.faults, attack.faults
        assert attack.statuses

    days: list[Day] = []
    go_on_under_attack()
    for day in days:
        assert not day.close()
    assert prepared_gateway.is_alive()
