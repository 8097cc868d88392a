"""Kills the operator's commands at every commit they make, and runs them again."""

import signal
from collections.abc import Callable
from pathlib import Path

from ocote.cli.demo.company import POINT_OF_SALE
from ocote.cli.demo.processes import Child
from tests.faults.books import compare, contingencies
from tests.faults.clerk import Clerk
from tests.faults.kill_points import FINISH_S, await_rest
from tests.faults.operations import ccf, sale
from tests.faults.processes import Town, town
from tests.faults.tally import Tally, tally

_COMMAND_S = 60.0
_NIT = "06140101260017"


def _add_company(_: Town) -> tuple[str, ...]:
    return ("company", "add", "empresa.toml")


def _enable_company(_: Town) -> tuple[str, ...]:
    return ("company", "enable", _NIT)


def _create_key(_: Town) -> tuple[str, ...]:
    return ("key", "create", "--company", _NIT, "--pos", POINT_OF_SALE)


def _disable_key(place: Town) -> tuple[str, ...]:
    """Of a key that was made for it."""
    made = place.run("key-to-disable", *_create_key(place))
    _ended(made)
    return ("key", "disable", made.log.read_text(encoding="utf-8").split()[-1][:12])


def _correct_cause(place: Town) -> tuple[str, ...]:
    return ("contingency", "set", contingencies(place.database_url)[0], "--kind", "3")


def _go_on(place: Town) -> tuple[str, ...]:
    return ("contingency", "file", contingencies(place.database_url)[0])


def _clear_customer(_: Town) -> tuple[str, ...]:
    return ("customer", "clear", "1", "nrc")


COMMANDS: dict[str, Callable[[Town], tuple[str, ...]]] = {
    "companies.save_company": _add_company,
    "companies.set_company_active": _enable_company,
    "companies.insert_key": _create_key,
    "companies.end_key": _disable_key,
    "customers.revise": _clear_customer,
    "contingencies.correct_cause": _correct_cause,
    "contingencies.claim_one": _go_on,
}
"""What commits each unit of work that is the operator's alone."""


_ONLY_ONCE = frozenset({"companies.end_key"})
"""The command that died after its commit has done it; another one says that there is nothing left to do."""


def visited() -> set[str]:
    """Every point that some command dies at."""
    return {f"{moment}-commit:{unit}" for unit in COMMANDS for moment in ("before", "after")}


def kill_commands(database_url: str, folder: Path) -> Tally:
    """Each command dies before its commit, then after it, then runs to its end; four documents wait meanwhile.

    Raises AssertionError when a command does not die, or does not succeed at last.
    """
    clerk, kills = Clerk(), 0
    with town(database_url, folder) as place:
        place.emulator.control.fault("down", count=None)
        gateway = place.gateway(with_worker=False)
        clerk.ask_all(gateway, [ccf("WAITS-3"), *(sale(f"WAITS-{number}") for number in range(3))])
        gateway.kill()
        for unit, command in COMMANDS.items():
            arguments = command(place)
            for moment in ("before", "after"):
                dying = place.run(f"{unit}-{moment}", *arguments, dies_at=f"{moment}-commit:{unit}")
                assert _ended(dying) == -signal.SIGKILL, dying.log.read_text(encoding="utf-8")
                kills += 1
            last = place.run(f"{unit}-last", *arguments)
            said_done = _ended(last) == 0 or unit in _ONLY_ONCE
            assert said_done, last.log.read_text(encoding="utf-8")
        place.emulator.control.behave()
        gateway = place.gateway()
        clerk.insist(gateway, FINISH_S)
        await_rest(place, gateway)
        findings = compare(database_url, place.emulator.control, clerk.asked)
    return tally(f"killed commands of the operator, {database_url.partition(':')[0]}", kills, findings, clerk.changed)


def _ended(child: Child) -> int:
    return child.process.wait(_COMMAND_S)
