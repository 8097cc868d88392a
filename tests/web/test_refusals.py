"""Refused requests leave a trace, and no number of them fills the log or the memory."""

from collections.abc import Callable
from sys import getsizeof

import pytest
from structlog.testing import capture_logs

from ocote.web.refusals import LINES_FOR_EACH, MOST_LINES, RefusalLog, RefusedRequest


class Windows:
    """The end of a window comes when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, work: Callable[[], None]) -> None:
        self.waiting.append(work)

    def end(self) -> None:
        [work] = self.waiting
        self.waiting.clear()
        work()


def refused(caller: str, code: str = "key_unknown", **changes: str) -> RefusedRequest:
    facts = {"method": "GET", "path": "/documents", "address": caller, "key": "odt_01234567", **changes}
    return RefusedRequest(status=401, code=code, caller=caller, **facts)


def test_a_line_tells_who_asked_for_what_and_why_it_was_refused() -> None:
    with capture_logs() as lines:
        RefusalLog(Windows()).note(refused("192.0.2.7"))
    assert lines == [
        {
            "event": "request_refused",
            "log_level": "info",
            "status": 401,
            "code": "key_unknown",
            "method": "GET",
            "path": "/documents",
            "address": "192.0.2.7",
            "key": "odt_01234567",
        }
    ]


def test_of_one_caller_the_first_are_told_and_the_rest_is_counted() -> None:
    windows = Windows()
    log = RefusalLog(windows)
    with capture_logs() as lines:
        for _ in range(100):
            log.note(refused("192.0.2.7"))
        log.note(refused("192.0.2.8"))
        log.note(refused("192.0.2.7", "key_missing"))
        windows.end()
    assert [line["address"] for line in lines[:-1]] == ["192.0.2.7"] * LINES_FOR_EACH + ["192.0.2.8"]
    assert lines[-1]["event"] == "more_requests_refused"
    assert lines[-1]["count"] == 101 - LINES_FOR_EACH
    assert lines[-1]["codes"] == {"key_unknown": 100 - LINES_FOR_EACH, "key_missing": 1}


def test_of_any_number_of_callers_a_bounded_number_of_lines_is_written_and_none_is_remembered_for_long() -> None:
    windows = Windows()
    log = RefusalLog(windows)
    with capture_logs() as lines:
        for number in range(50_000):
            log.note(refused(f"2001:db8::{number:x}"))
        assert len(lines) == MOST_LINES
        assert len(log._lines_of) <= MOST_LINES
        assert getsizeof(log._lines_of) < 20_000
        windows.end()
    assert (len(lines), lines[-1]["count"]) == (MOST_LINES + 1, 50_000 - MOST_LINES)
    assert not log._lines_of


def test_each_window_begins_anew_and_a_quiet_one_says_nothing() -> None:
    windows = Windows()
    log = RefusalLog(windows)
    with capture_logs() as lines:
        for _ in range(3):
            log.note(refused("192.0.2.7"))
            windows.end()
    assert [line["event"] for line in lines] == ["request_refused"] * 3


@pytest.mark.parametrize("path", ["/\x1b[2J", "/\x9b2J", "/\u202etxt", "/a\nb", "/" + "x" * 100_000])
def test_what_a_stranger_wrote_cannot_disturb_a_terminal_nor_fill_a_line(path: str) -> None:
    with capture_logs() as lines:
        RefusalLog(Windows()).note(refused("192.0.2.7", path=path, method="X" * 1000))
    assert lines[0]["path"].isascii()
    assert lines[0]["path"].isprintable()
    assert len(str(lines[0])) < 1000
