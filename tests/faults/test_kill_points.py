"""A gateway killed at any moment loses nothing, repeats nothing and skips no number."""

import random
from pathlib import Path

import pytest

from ocote.fault_points import PANEL_COMMITS, POINTS
from tests.faults import kill_backups as backups
from tests.faults import kill_commands as commands
from tests.faults import kill_points as points
from tests.faults import kill_rewound as rewound
from tests.faults import kill_senders as senders
from tests.faults import lost_database
from tests.faults.random_kills import kill_at_random


def test_every_point_is_died_at() -> None:
    assert set(points.ROUNDS) == {"contingency", "delivering", "issuing", "cancelling", "moving on"}, (
        "a round that no test below does"
    )
    visited = points.visited() | commands.visited() | senders.visited() | backups.visited() | rewound.visited()
    by_people = {f"{moment}:{unit}" for unit in PANEL_COMMITS for moment in ("before-commit", "after-commit")}
    assert visited | lost_database.visited() == set(POINTS) - by_people


@pytest.mark.parametrize(
    ("name", "database_url"),
    [
        ("contingency", "sqlite"),
        ("delivering", "postgres"),
        ("issuing", "postgres"),
        ("cancelling", "sqlite"),
        ("moving on", "sqlite"),
        ("moving on", "postgres"),
    ],
    indirect=["database_url"],
)
def test_killed_at_each_point_nothing_is_lost_doubled_or_skipped(name: str, database_url: str, tmp_path: Path) -> None:
    """Each round on one of the databases; ``make faults`` does them all on both."""
    line = points.kill_at_each_point(name, database_url, tmp_path)
    assert line.is_clean, line.findings
    assert line.tried == len(points.ROUNDS[name])


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_command_that_was_killed_can_be_given_again(database_url: str, tmp_path: Path) -> None:
    line = commands.kill_commands(database_url, tmp_path)
    assert line.is_clean, line.findings
    assert line.tried == len(commands.visited())


def test_a_backup_or_a_restore_that_was_killed_can_be_given_again(database_url: str, tmp_path: Path) -> None:
    line = backups.kill_backups(database_url, tmp_path)
    assert line.is_clean, line.findings
    assert line.tried == len(backups.visited()) + 1, "one point is visited twice"


def test_killed_around_a_database_that_has_gone_back_no_number_is_given_too_early(
    database_url: str, tmp_path: Path
) -> None:
    line = rewound.kill_while_rewound(database_url, tmp_path)
    assert line.is_clean, line.findings


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_killed_while_it_tells_of_documents_everybody_is_told(database_url: str, tmp_path: Path) -> None:
    line = senders.kill_senders(database_url, tmp_path)
    assert line.is_clean, line.findings
    assert line.tried == len(senders.visited())


def test_killed_at_random_under_load_nothing_is_lost_doubled_or_skipped(database_url: str, tmp_path: Path) -> None:
    line = kill_at_random(database_url, tmp_path, 4, random.Random(4))
    assert line.is_clean, line.findings
    assert line.tried == 4
