"""Kills what refuses numbers after a database has gone back, and what lets them be given out again."""

import json
import signal
from pathlib import Path
from uuid import uuid4

from ocote.continuity.seen import FILE_NAME
from tests.builders.company import NIT, POINT_OF_SALE
from tests.faults.books import compare
from tests.faults.client import Client
from tests.faults.kill_points import DEATH_S, FINISH_S, await_rest
from tests.faults.operations import sale
from tests.faults.processes import Gateway, Installation, installation
from tests.faults.tally import Tally, tally
from tests.processes import Child

_MOMENTS = ("before", "after")
_UNITS = ("installation.doubt_numbers", "installation.confirm_numbers")


def visited() -> set[str]:
    """Every point that this drill dies at."""
    return {f"{moment}-commit:{unit}" for unit in _UNITS for moment in _MOMENTS}


def kill_while_rewound(database_url: str, folder: Path) -> Tally:
    """A gateway dies while it refuses numbers, then ``ocote restore --confirm`` while it allows them.

    Raises AssertionError when a process does not die, or a sale is numbered in between.
    """
    client = Client()
    with installation(database_url, folder) as installed:
        gateway = installed.gateway(with_worker=False)
        client.ask_all(gateway, [sale("KEPT-1"), sale("KEPT-2")])
        gateway.child.stop()
        _remember_a_lost_sale(folder)
        for moment in _MOMENTS:
            gateway = installed.gateway(dies_at=f"{moment}-commit:installation.doubt_numbers")
            _dies(gateway.child)
        gateway = installed.gateway()
        assert "Atención: no se emite nada" in gateway.child.written()
        _is_refused(gateway)
        series = ("--company", NIT, "--pos", POINT_OF_SALE, "--type", "01", "--next", "4")
        _succeeds(installed.run("number-set", "number", "set", *series))
        for moment in _MOMENTS:
            _is_refused(gateway)
            _dies(_confirm(installed, moment, dies_at=f"{moment}-commit:installation.confirm_numbers"))
        _succeeds(_confirm(installed, "last"))
        client.ask_all(gateway, [sale("NEW-1"), sale("NEW-2")])
        client.insist(gateway, FINISH_S)
        await_rest(installed, gateway)
        findings = compare(database_url, installed.emulator.control, client.asked)
    # Number 3 belongs to the lost sale.
    findings.skipped[:] = [each for each in findings.skipped if not each.startswith("number 3 of ")]
    kind = database_url.partition(":")[0]
    return tally(f"killed around a database that has gone back, {kind}", len(visited()), findings, client.changed)


def _remember_a_lost_sale(folder: Path) -> None:
    """Leaves the machine's memory as if a third sale had been in the database."""
    file = folder / FILE_NAME
    content = json.loads(file.read_bytes())
    [seen] = content["installations"].values()
    [series] = seen["series"].values()
    assert series["number"] == 2
    series.update(last=3, number=3, document=str(uuid4()))
    file.write_text(json.dumps(content), encoding="utf-8")


def _is_refused(gateway: Gateway) -> None:
    status, answer = gateway.post(sale("TOO-EARLY"))
    assert (status, answer["code"]) == (409, "numbers_unconfirmed"), answer


def _confirm(installed: Installation, name: str, dies_at: str | None = None) -> Child:
    return installed.run(f"confirm-{name}", "restore", "--confirm", dies_at=dies_at)


def _dies(child: Child) -> None:
    assert child.wait(DEATH_S) == -signal.SIGKILL, child.written()


def _succeeds(child: Child) -> None:
    assert child.wait(DEATH_S) == 0, child.written()
