"""Kills the operator's commands at every commit they make, and runs them again."""

import signal
from collections.abc import Callable
from pathlib import Path

from tests.builders.company import NIT, POINT_OF_SALE
from tests.faults.books import compare, contingencies, numbers_set
from tests.faults.client import Client
from tests.faults.kill_points import FINISH_S, await_rest
from tests.faults.operations import ccf, sale
from tests.faults.processes import Installation, installation
from tests.faults.tally import Tally, tally
from tests.processes import Child

_COMMAND_S = 60.0


def _add_company(installed: Installation) -> tuple[str, ...]:
    """Renews the company with a second point of sale, which goes on with the numbers of another system."""
    file = installed.folder / "empresa.toml"
    known = file.read_text(encoding="utf-8")
    file.write_text(f'{known}[[branch.pos]]\ncode = "P002"\nnext_number = {{ "01" = 1094 }}\n', encoding="utf-8")
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


def _set_number(_: Installation) -> tuple[str, ...]:
    return ("number", "set", "--company", NIT, "--pos", POINT_OF_SALE, "--type", "05", "--next", "40")


def _clear_customer(_: Installation) -> tuple[str, ...]:
    return ("customer", "clear", "1", "nrc")


def _import_items(installed: Installation) -> tuple[str, ...]:
    (installed.folder / "articulos.csv").write_text(
        "code,description,unit_price\nCAFE-LB,Café,5.65\n", encoding="utf-8"
    )
    return ("item", "import", "articulos.csv", "--company", NIT)


COMMANDS: dict[str, Callable[[Installation], tuple[str, ...]]] = {
    "companies.save_company": _add_company,
    "companies.set_company_active": _enable_company,
    "companies.insert_key": _create_key,
    "companies.end_key": _disable_key,
    "customers.revise": _clear_customer,
    "items.bring_items_in": _import_items,
    "numbers.set_next_number": _set_number,
    "contingencies.correct_cause": _correct_cause,
    "contingencies.claim_one": _go_on,
    "audit_log.append_entry": _go_on,
}
"""What commits each unit of work that is the operator's alone."""


_ONLY_ONCE = frozenset({"companies.end_key"})
"""The command that died after its commit has done it; another one says that there is nothing left to do."""

_NUMBERS_SET = [("P002", "01", 1, 1094, 1093), ("P001", "05", 1, 40, 39), ("P001", "05", 40, 40, 39)]
"""What the commands leave: a first number is set once, and a number as often as the command got to its commit."""


def visited() -> set[str]:
    """Every point that some command dies at."""
    return {f"{moment}-commit:{unit}" for unit in COMMANDS for moment in ("before", "after")}


def kill_commands(database_url: str, folder: Path) -> Tally:
    """Each command dies before its commit, then after it, then runs to its end; four documents wait meanwhile.

    Raises AssertionError when a command does not die, or does not succeed at last, or half a number was set.
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
        assert numbers_set(database_url) == _NUMBERS_SET
        findings = compare(database_url, installed.emulator.control, client.asked)
    return tally(f"killed commands of the operator, {database_url.partition(':')[0]}", kills, findings, client.changed)


def _ended(child: Child) -> int:
    return child.wait(_COMMAND_S)
