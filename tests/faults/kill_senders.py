"""Kills a gateway while it mails documents and tells webhooks of them: everybody is told, and no more than SMTP forces.

A mail that was handed over just before a death is handed over again, for nothing tells whether it arrived: under the
same Message-ID, and no more often than was tried.
"""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from ocote.cli.demo.processes import Child
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Statement, Transaction, sql
from tests.faults.books import compare
from tests.faults.clerk import Clerk
from tests.faults.kill_points import DEATH_S, FINISH_S
from tests.faults.operations import Operation, sale
from tests.faults.processes import Gateway, Town, UnansweredError, town
from tests.faults.tally import Tally, tally
from tests.outbox.erp import Erp, open_erp
from tests.outbox.post_office import PostOffice, open_post_office

_NIT = "06140101260017"
_CUSTOMER = {"name": "Cliente de Prueba", "email": "cliente@example.com"}
_LOOK_S = 0.05

_OUTBOX = sql("SELECT id, channel, state, attempts, due_at FROM outbox")
_WEBHOOKS = sql("SELECT id FROM webhook WHERE removed_at IS NULL")
_LATER = sql("UPDATE outbox SET due_at = :now WHERE state = 'sending' RETURNING id")
_LONG_AGO = sql("""
    UPDATE outbox SET created_at = '2020' WHERE id = (SELECT min(id) FROM outbox
                                                      WHERE channel = 'webhook' AND state = 'sent')
    RETURNING id""")


@dataclass(frozen=True, slots=True)
class Scene:
    """A town whose company has a mail server and a webhook, and the gateway that is to die."""

    town: Town
    clerk: Clerk
    numbers: "count[int]"
    office: PostOffice
    erp: Erp
    forgotten: list[str]

    def rows(self, statement: Statement, **values: Any) -> list[Row]:
        """What a statement gives, committed."""

        def work() -> Transaction[list[Row]]:
            return (yield statement(**values))

        async def run() -> list[Row]:
            async with open_store(self.town.database_url) as store:
                return await store.write(work)

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, run()).result()


def _sell(scene: Scene, gateway: Gateway) -> None:
    made = sale(f"SEND-{next(scene.numbers)}")
    operation = Operation(made.kind, made.reference, made.path, {**made.body, "customer": _CUSTOMER})
    scene.clerk.ask(gateway, operation)


def _send_again(scene: Scene, gateway: Gateway) -> None:
    """One that a customer has asked for."""
    reference = scene.clerk.asked[0].reference
    gateway.call(f"/documents/{reference}/email", {"to": f"copia-{next(scene.numbers)}@example.com"})


def _grow_old(scene: Scene) -> None:
    """An announcement of long ago is there when the next process starts."""
    gateway = scene.town.gateway()
    _sell(scene, gateway)
    _at_rest(scene)
    gateway.kill()
    [old] = scene.rows(_LONG_AGO)
    scene.forgotten.append(old["id"])


_DEEDS: Mapping[str, Callable[[Scene, Gateway], None]] = {
    "outbox.claim_due_in_lane": _sell,
    "outbox.record_attempt": _sell,
    "outbox.send_again": _send_again,
    "outbox.forget_announcements": lambda _scene, _gateway: None,
}
_COMMANDS = ("webhooks.insert_webhook", "webhooks.end_webhook", "outbox.replay_announcement")


def visited() -> set[str]:
    """Every point that is died at here."""
    return {f"{moment}-commit:{unit}" for unit in (*_DEEDS, *_COMMANDS) for moment in ("before", "after")}


def kill_senders(database_url: str, folder: Path) -> Tally:
    """A death before and after every commit of what is sent; then peace, and everything that arrived is counted.

    Raises AssertionError when a point is not reached, or a command does not do what it is to do at last.
    """
    settings = {"OCOTE_WEBHOOK_ALLOW_PRIVATE": "on"}
    with open_post_office() as office, open_erp() as erp, town(database_url, folder, settings, office.company) as place:
        scene = Scene(place, Clerk(), count(1), office, erp, [])
        kills = _kill_registrations(scene)
        for unit, deed in _DEEDS.items():
            for moment in ("before", "after"):
                if unit == "outbox.forget_announcements":
                    _grow_old(scene)
                _die_of(scene, f"{moment}-commit:{unit}", deed)
                kills += 1
        gateway = place.gateway()
        _sell(scene, gateway)
        _at_rest(scene)
        kills += _kill_replay(scene)
        scene.clerk.insist(gateway, FINISH_S)
        _at_rest(scene)
        findings = compare(database_url, place.emulator.control, scene.clerk.asked)
        _count_what_arrived(scene, findings.lost, findings.doubled)
    return tally(f"killed while sending, {database_url.partition(':')[0]}", kills, findings, scene.clerk.changed)


def _die_of(scene: Scene, point: str, deed: Callable[[Scene, Gateway], None]) -> None:
    gateway = scene.town.gateway(dies_at=point)
    scene.clerk.ask_again(gateway)
    try:
        if not gateway.is_dead():
            deed(scene, gateway)
    except UnansweredError:
        pass
    deadline = time.monotonic() + DEATH_S
    while not gateway.is_dead():
        assert time.monotonic() < deadline, f"{point} was not reached in {DEATH_S:.0f} s"
        time.sleep(_LOOK_S)
    _has_died(gateway.child, point)
    scene.rows(_LATER, now="2020")


def _kill_registrations(scene: Scene) -> int:
    """A webhook is added and removed by commands that die; the last one that is added stays."""
    add = ("webhook", "add", "--company", _NIT, "--url", scene.erp.url)
    _kill_command(scene, "before-commit:webhooks.insert_webhook", add)
    assert not scene.rows(_WEBHOOKS)
    _kill_command(scene, "after-commit:webhooks.insert_webhook", add)
    [row] = scene.rows(_WEBHOOKS)
    # Its secret was never shown: the operator takes it away and adds another one.
    remove = ("webhook", "remove", row["id"])
    _kill_command(scene, "before-commit:webhooks.end_webhook", remove)
    assert scene.rows(_WEBHOOKS)
    _kill_command(scene, "after-commit:webhooks.end_webhook", remove)
    assert not scene.rows(_WEBHOOKS)
    added = scene.town.run("webhook-add", *add)
    assert added.process.wait(DEATH_S) == 0, added.log.read_text(encoding="utf-8")
    return 4


def _kill_replay(scene: Scene) -> int:
    sent = next(row["id"] for row in scene.rows(_OUTBOX) if row["channel"] == "webhook")
    for moment in ("before", "after"):
        _kill_command(scene, f"{moment}-commit:outbox.replay_announcement", ("webhook", "replay", sent))
    return 2


def _kill_command(scene: Scene, point: str, arguments: tuple[str, ...]) -> None:
    dying = scene.town.run(point.replace(":", "-"), *arguments, dies_at=point)
    dying.process.wait(DEATH_S)
    _has_died(dying, point)


def _has_died(child: Child, point: str) -> None:
    log = child.log.read_text(encoding="utf-8")
    assert child.process.returncode == -signal.SIGKILL, f"{point}: {log[-2000:]}"


def _at_rest(scene: Scene) -> None:
    """Until nothing waits to be sent."""
    deadline = time.monotonic() + FINISH_S
    while waiting := [row for row in scene.rows(_OUTBOX) if row["due_at"] is not None]:
        assert time.monotonic() < deadline, f"still waiting: {[dict(row) for row in waiting]}"
        time.sleep(_LOOK_S)


def _count_what_arrived(scene: Scene, lost: list[str], doubled: list[str]) -> None:
    """Every row arrived, under one identifier, and no more often than it was tried."""
    rows = scene.rows(_OUTBOX)
    lost.extend(f"{row['channel']} {row['id']} is {row['state']}" for row in rows if row["state"] != "sent")
    mails = Counter(mail["Message-ID"] for mail in scene.office.mails)
    tries = [row["attempts"] for row in rows if row["channel"] == "email"]
    if len(mails) < len(tries):
        lost.append(f"{len(tries)} mails were to arrive, {len(mails)} did")
    if len(mails) > len(tries) or mails.total() > sum(tries):
        doubled.append(
            f"{mails.total()} mails under {len(mails)} names for {len(tries)} that were tried {sum(tries)} times"
        )
    told = Counter(one.id for one in scene.erp.told)
    known = {row["id"] for row in rows if row["channel"] == "webhook"}
    lost.extend(f"nobody was told of {missing}" for missing in known - told.keys())
    doubled.extend(f"an unknown {unknown} was told" for unknown in told.keys() - known - set(scene.forgotten))
