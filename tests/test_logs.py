import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from ocote import logs


@pytest.fixture(autouse=True)
def _previous_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_our_own_lines_and_the_libraries_lines_are_json_objects(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    structlog.get_logger("ocote.issuing").info("document stamped", control_number="DTE-01", buyer="Peña")
    logging.getLogger("uvicorn.error").warning("late by %d ms", 5)
    ours, theirs = lines(capsys)
    assert (ours["event"], ours["level"], ours["logger"], ours["buyer"]) == (
        "document stamped",
        "info",
        "ocote.issuing",
        "Peña",
    )
    assert (theirs["event"], theirs["level"]) == ("late by 5 ms", "warning")
    assert str(ours["timestamp"]).endswith("Z")


def test_the_access_log_with_its_query_strings_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug")
    logging.getLogger("uvicorn.access").warning("GET /file/1?key=odt_secret")
    assert lines(capsys) == []


def test_lines_below_the_level_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("warning")
    structlog.get_logger("ocote").info("quiet")
    assert lines(capsys) == []


def test_a_traceback_shows_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    password = "muy" + "-secreta"
    try:
        raise ValueError(len(password))
    except ValueError:
        structlog.get_logger("ocote").exception("failed")
    [line] = lines(capsys)
    assert "ValueError: 11" in str(line["exception"])
    assert "muy-secreta" not in json.dumps(line)
