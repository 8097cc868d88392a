"""Processes that are killed and processes that race: nothing is lost, nothing happens twice."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

from tests.faults.processes import Gateway, Installation, UnansweredError, installation

CALLERS = 6
PATIENCE_S = 120


def stamped_at_last(gateway: Gateway, references: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Asks again, as a client does, until every reference is stamped.

    Before that a reference may be busy, for its document belongs for a while to the process that died, and then in
    contingency, while another process takes it to MH.
    """

    def insist(reference: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            status, answer = gateway.issue(reference)
            if status == 200 and answer["dte_success"]:
                return answer
            assert answer.get("contingency") or (status, answer["code"]) == (409, "reference_busy"), answer
        raise AssertionError(f"{reference} was not stamped in {PATIENCE_S} s")

    wanted = list(references)
    with ThreadPoolExecutor(len(wanted)) as pool:
        return dict(zip(wanted, pool.map(insist, wanted), strict=True))


def in_parallel(work: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(CALLERS) as pool:
        for done in [pool.submit(work, caller) for caller in range(CALLERS)]:
            done.result()


def sell_until_killed(
    installed: Installation, gateway: Gateway, enough: int
) -> tuple[set[str], dict[str, dict[str, Any]]]:
    """Several callers sell without a pause until the process is killed under them: what they asked, what they know."""
    asked: set[str] = set()
    answered: dict[str, dict[str, Any]] = {}
    lock = threading.Lock()

    def sell(caller: int) -> None:
        for number in count():
            reference = f"KILL-{caller}-{number}"
            with lock:
                asked.add(reference)
            try:
                status, answer = gateway.issue(reference)
            except UnansweredError:
                return
            assert status == 200, answer
            with lock:
                answered[reference] = answer
                last = len(answered) == enough
            if last:
                gateway.kill()

    installed.emulator.control.fault("slow", "reception", count=None, seconds=0.05)
    in_parallel(sell)
    installed.emulator.control.behave()
    return asked, answered


def test_a_gateway_killed_in_the_middle_loses_nothing_and_repeats_nothing(database_url: str, tmp_path: Path) -> None:
    with installation(database_url, tmp_path) as installed:
        asked, answered = sell_until_killed(installed, installed.gateway(), enough=24)
        assert len(asked) > len(answered)

        settled = stamped_at_last(installed.gateway(), asked)

        for reference, before in answered.items():
            after = settled[reference]
            for same in ("document_id", "control_number", "generation_code", "reception_stamp"):
                assert after[same] == before[same]
            assert after["is_duplicate"] is True
        numbers = sorted(int(answer["control_number"][-15:]) for answer in settled.values())
        assert numbers == list(range(1, len(asked) + 1))
        at_mh = Counter(document["generation_code"] for document in installed.emulator.control.documents())
        assert at_mh == Counter(answer["generation_code"] for answer in settled.values())


def test_two_gateways_asked_for_the_same_sales_at_once_issue_each_once(database_url: str, tmp_path: Path) -> None:
    with installation(database_url, tmp_path) as installed:
        gateways = (installed.gateway(), installed.gateway())
        references = [f"RACE-{number}" for number in range(20)]
        answers: list[dict[str, Any]] = []

        def sell(caller: int) -> None:
            for reference in references:
                status, answer = gateways[caller % 2].issue(reference)
                assert status == 200, answer
                answers.append(answer)

        in_parallel(sell)

        assert len(answers) == CALLERS * len(references)
        numbers = {answer["external_ref"]: set[str]() for answer in answers}
        for answer in answers:
            assert answer["dte_success"]
            numbers[answer["external_ref"]].add(answer["control_number"])
        assert all(len(given) == 1 for given in numbers.values())
        assert len(set.union(*numbers.values())) == len(references)
        assert len(installed.emulator.control.documents()) == len(references)
