"""Whatever goes wrong between the gateway and MH, every document is stamped once and both books say the same."""

import random
from pathlib import Path

import pytest

from ocote.emulator.faults import Endpoint
from tests.databases import Databases
from tests.faults.network import FAILURES, FORMS, fail_every_way
from tests.faults.random_faults import fail_at_random


@pytest.mark.parametrize("endpoint", FAILURES)
def test_whatever_fails_at_an_endpoint_nothing_is_lost_or_doubled(
    endpoint: Endpoint, all_databases: Databases, tmp_path: Path
) -> None:
    line = fail_every_way(endpoint, all_databases.sqlite(), tmp_path, times=(1,))
    assert line.is_clean, line.findings
    assert line.tried == len(FORMS)


def test_under_a_rain_of_faults_every_document_is_stamped_once_or_refused(database_url: str, tmp_path: Path) -> None:
    line = fail_at_random(database_url, tmp_path, 300, random.Random(300), breaker="never")
    assert line.is_clean, line.findings
    assert line.tried > 5
