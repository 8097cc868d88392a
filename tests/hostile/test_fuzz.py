"""Requests that no client means are answered with what is wrong with them, and leave nothing behind."""

from pathlib import Path

from tests.hostile.fuzzing import fuzz

_SEED = 20261129
_REQUESTS = 1000
"""On each kind of database; ``make faults`` sends ten times as many."""


def test_no_request_makes_the_gateway_fail_or_keep_what_it_refuses(database_url: str, tmp_path: Path) -> None:
    found = fuzz(database_url, tmp_path, _REQUESTS, _SEED)

    assert not found.faults, "\n".join(found.faults)
    assert found.skipped == 0
    assert sum(found.answers.values()) == _REQUESTS
    assert {200, 400, 401, 404, 405, 409} <= found.answers.keys()
