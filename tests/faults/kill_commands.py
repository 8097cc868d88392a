"""Kills the operator's commands at every commit they make, and runs them again."""

import signal
from collections.abc import Callable
from pathlib import Path

from tests.builders.company import NIT, POINT_OF_SALE
from tests.faults.books import compare, contingencies
from tests.faults.client import Client
from tests.faults.kill_points import FINISH_S, await_rest
from tests.faults.operations import ccf, sale
from tests.faults.processes import Installation, installation
from tests.faults.tally import Tally, tally
from tests.processes import Child

_COMMAND_S = 60.0


def _add_company(_: Installation) -> tuple[str, ...]:
    return ("company", "add", "empresa.toml")


def _enable_company(_: Installation) -> tuple[str, ...]:
    return ("company", "enable", NIT)


def _create_key(_: Installation) -> tuple[str, ...]:
    return ("key", "create", "--company", NIT, "--pos", POINT_OF_SALE)


def _disable_key(installed: Installation) -> tuple[str, ...]:
    """Disables a key that was made for this purpose."""
    made = installed.run("key-to-disable", *_create_key(installed))
    _ended(made)
    return ("key", "disable", made.written().split()[-1][:12])


def _correct_cause(installed: Installation) -> tuple[str, ...]:
    return ("contingency", "set", contingencies(installed.database_url)[0], "--kind", "3")


def _go_on(installed: Installation) -> tuple[str, ...]:
    return ("contingency", "file", contingencies(installed.database_url)[0])


def _clear_customer(_: Installation) -> tuple[str, ...]:
    return ("customer", "clear", "1", "nrc")


COMMANDS: dict[str, Callable[[Installation], tuple[str, ...]]] = {
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
    client, kills = Client(), 0
    with installation(database_url, folder) as installed:
        installed.emulator.control.fault("down", count=None)
        gateway = installed.gateway(with_worker=False)
        client.ask_all(gateway, [ccf("WAITS-3"), *(sale(f"WAITS-{number}") for number in range(3))])
        gateway.kill()
        for unit, command in COMMANDS.items():
            arguments = command(installed)
            for moment in ("before", "after"):
                dying = installed.run(f"{unit}-{moment}", *arguments, dies_at=f"{moment}-commit:{unit}")
                assert _ended(dying) == -signal.SIGKILL, dying.written()
                kills += 1
            last = installed.run(f"{unit}-last", *arguments)
            said_done = _ended(last) == 0 or unit in _ONLY_ONCE
            assert said_done, last.written()
        installed.emulator.control.behave()
        gateway = installed.gateway()
        client.insist(gateway, FINISH_S)
        await_rest(installed, gateway)
        findings = compare(database_url, installed.emulator.control, client.asked)
    return tally(f"killed commands of the operator, {database_url.partition(':')[0]}", kills, findings, client.changed)


def _ended(child: Child) -> int:
    return child.wait(_COMMAND_S)
