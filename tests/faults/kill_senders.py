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

from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Statement, Transaction, sql
from tests.builders.company import NIT
from tests.faults.books import compare
from tests.faults.client import Client
from tests.faults.kill_points import DEATH_S, FINISH_S
from tests.faults.operations import Operation, sale
from tests.faults.processes import Gateway, Installation, UnansweredError, installation
from tests.faults.tally import Tally, tally
from tests.outbox.erp import Erp, open_erp
from tests.outbox.mail_server import STALLS, MailServer, open_mail_server
from tests.processes import Child

_CUSTOMER = {"name": "Cliente de Prueba", "email": "cliente@example.com"}
_LOOK_S = 0.05

_OUTBOX = sql("SELECT id, channel, state, attempts, due_at FROM outbox")
_WEBHOOKS = sql("SELECT id FROM webhook WHERE removed_at IS NULL")
_SWITCHED_ON = sql("SELECT id FROM webhook WHERE removed_at IS NULL AND disabled_at IS NULL")
_LATER = sql("UPDATE outbox SET due_at = :now WHERE state = 'sending' RETURNING id")
_LONG_AGO = sql("""
    UPDATE outbox SET created_at = '2020' WHERE id = (SELECT min(id) FROM outbox
                                                      WHERE channel = 'webhook' AND state = 'sent')
    RETURNING id""")


_FAILS = sql("UPDATE webhook SET failing_since = created_at, failed_at = created_at RETURNING id")
_NOTICE = sql(
    "UPDATE webhook SET failing_since = created_at, failed_at = created_at, notice_due_at = created_at RETURNING id"
)
_OLD_SECRET = sql("UPDATE webhook SET previous_secrets = secret, previous_until = '2020' RETURNING id")
_STATES: Mapping[str, Statement[Row]] = {
    "webhook_health.webhook_worked": _FAILS,
    "webhook_health.due_notices": _NOTICE,
    "webhook_health.end_notice": _NOTICE,
    "webhooks.forget_previous_secrets": _OLD_SECRET,
}
"""What has happened to the webhook before the unit of work is reached."""


@dataclass(frozen=True, slots=True)
class Senders:
    """An installation whose company has a mail server and a webhook, and the gateway that is to die."""

    installation: Installation
    client: Client
    numbers: "count[int]"
    mail_server: MailServer
    erp: Erp
    forgotten: list[str]

    def rows(self, statement: Statement[Row], **values: Any) -> list[Row]:
        """The rows of a committed statement."""

        def work() -> Transaction[list[Row]]:
            return (yield statement(**values))

        async def run() -> list[Row]:
            async with open_store(self.installation.database_url) as store:
                return await store.write(work)

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, run()).result()


def _sell(senders: Senders, gateway: Gateway) -> None:
    made = sale(f"SEND-{next(senders.numbers)}")
    operation = Operation(made.kind, made.reference, made.path, {**made.body, "customer": _CUSTOMER})
    senders.client.ask(gateway, operation)


def _sell_to_a_slow_server(senders: Senders, gateway: Gateway) -> None:
    """A sale whose mail is under way long enough for its lease to be renewed."""
    senders.mail_server.messages.append(STALLS)
    _sell(senders, gateway)


def _sell_to_a_failing_receiver(senders: Senders, gateway: Gateway) -> None:
    senders.erp.statuses.append(500)
    _sell(senders, gateway)


def _send_again(senders: Senders, gateway: Gateway) -> None:
    """Sends a mail again, as a customer asks."""
    reference = senders.client.asked[0].reference
    gateway.call(f"/documents/{reference}/email", {"to": f"copia-{next(senders.numbers)}@example.com"})


def _grow_old(senders: Senders) -> None:
    """An announcement of long ago is there when the next process starts."""
    gateway = senders.installation.gateway()
    _sell(senders, gateway)
    _at_rest(senders)
    gateway.kill()
    [old] = senders.rows(_LONG_AGO)
    senders.forgotten.append(old["id"])


def _bring_about(senders: Senders, state: Statement[Row]) -> None:
    """The webhook is in a state when the next process starts, and no announcement waits that could end the state."""
    gateway = senders.installation.gateway()
    senders.client.insist(gateway, FINISH_S)
    _at_rest(senders)
    gateway.kill()
    assert senders.rows(state)


_ACTIONS: Mapping[str, Callable[[Senders, Gateway], None]] = {
    "outbox.claim_due_in_lane": _sell,
    "outbox.record_attempt": _sell,
    "outbox.renew_lease": _sell_to_a_slow_server,
    "outbox.send_again": _send_again,
    "outbox.forget_announcements": lambda _senders, _gateway: None,
    "webhook_health.webhook_failed": _sell_to_a_failing_receiver,
    "webhook_health.webhook_worked": _sell,
    "webhook_health.due_notices": lambda _senders, _gateway: None,
    "webhook_health.end_notice": lambda _senders, _gateway: None,
    "webhooks.forget_previous_secrets": lambda _senders, _gateway: None,
}
_COMMANDS = (
    "webhooks.insert_webhook",
    "webhooks.end_webhook",
    "webhooks.choose_events",
    "webhooks.replace_secret",
    "webhook_health.switch_off",
    "webhook_health.switch_on",
    "webhook_health.replay_some",
    "outbox.replay_announcement",
)


def visited() -> set[str]:
    """Every point that is died at here."""
    return {f"{moment}-commit:{unit}" for unit in (*_ACTIONS, *_COMMANDS) for moment in ("before", "after")}


def kill_senders(database_url: str, folder: Path) -> Tally:
    """A death before and after every commit of what is sent; then peace, and everything that arrived is counted.

    Raises AssertionError when a point is not reached, or a command does not do what it is to do at last.
    """
    settings = {"OCOTE_WEBHOOK_ALLOW_PRIVATE": "on"}
    with (
        open_mail_server() as mail_server,
        open_erp() as erp,
        installation(database_url, folder, settings, mail_server.company) as installed,
    ):
        senders = Senders(installed, Client(), count(1), mail_server, erp, [])
        kills = _kill_registrations(senders)
        for unit, action in _ACTIONS.items():
            for moment in ("before", "after"):
                if unit == "outbox.forget_announcements":
                    _grow_old(senders)
                elif unit in _STATES:
                    _bring_about(senders, _STATES[unit])
                _die_of(senders, f"{moment}-commit:{unit}", action)
                kills += 1
        gateway = installed.gateway()
        _sell(senders, gateway)
        _at_rest(senders)
        kills += _kill_replay(senders) + _kill_changes(senders)
        senders.client.insist(gateway, FINISH_S)
        _at_rest(senders)
        findings = compare(database_url, installed.emulator.control, senders.client.asked)
        _count_what_arrived(senders, findings.lost, findings.doubled)
    return tally(f"killed while sending, {database_url.partition(':')[0]}", kills, findings, senders.client.changed)


def _die_of(senders: Senders, point: str, action: Callable[[Senders, Gateway], None]) -> None:
    gateway = senders.installation.gateway(dies_at=point)
    senders.client.ask_again(gateway)
    try:
        if not gateway.is_dead():
            action(senders, gateway)
    except UnansweredError:
        pass
    deadline = time.monotonic() + DEATH_S
    while not gateway.is_dead():
        assert time.monotonic() < deadline, f"{point} was not reached in {DEATH_S:.0f} s"
        time.sleep(_LOOK_S)
    _has_died(gateway.child, point)
    senders.rows(_LATER, now="2020")


def _kill_registrations(senders: Senders) -> int:
    """A webhook is added and removed by commands that die; the last one that is added stays."""
    add = ("webhook", "add", "--company", NIT, "--url", senders.erp.url)
    _kill_command(senders, "before-commit:webhooks.insert_webhook", add)
    assert not senders.rows(_WEBHOOKS)
    _kill_command(senders, "after-commit:webhooks.insert_webhook", add)
    [row] = senders.rows(_WEBHOOKS)
    # Its secret was never shown: the operator takes it away and adds another one.
    remove = ("webhook", "remove", row["id"])
    _kill_command(senders, "before-commit:webhooks.end_webhook", remove)
    assert senders.rows(_WEBHOOKS)
    _kill_command(senders, "after-commit:webhooks.end_webhook", remove)
    assert not senders.rows(_WEBHOOKS)
    added = senders.installation.run("webhook-add", *add)
    assert added.wait(DEATH_S) == 0, added.written()
    return 4


def _kill_replay(senders: Senders) -> int:
    sent = next(row["id"] for row in senders.rows(_OUTBOX) if row["channel"] == "webhook")
    for moment in ("before", "after"):
        _kill_command(senders, f"{moment}-commit:outbox.replay_announcement", ("webhook", "replay", sent))
    return 2


def _kill_changes(senders: Senders) -> int:
    """Every command that changes the webhook, given again until it says that it is done."""
    [hook] = [row["id"] for row in senders.rows(_WEBHOOKS)]
    commands = {
        "webhooks.choose_events": ("events", hook, "--events", "all"),
        "webhooks.replace_secret": ("rotate", hook, "--keep", "0"),
        "webhook_health.switch_off": ("disable", hook),
        "webhook_health.switch_on": ("enable", hook),
        "webhook_health.replay_some": ("replay", hook, "--all"),
    }
    for unit, command in commands.items():
        for moment in ("before", "after"):
            _kill_command(senders, f"{moment}-commit:{unit}", ("webhook", *command))
    assert len(senders.rows(_SWITCHED_ON)) == 1
    return 2 * len(commands)


def _kill_command(senders: Senders, point: str, arguments: tuple[str, ...]) -> None:
    dying = senders.installation.run(point.replace(":", "-"), *arguments, dies_at=point)
    dying.wait(DEATH_S)
    _has_died(dying, point)


def _has_died(child: Child, point: str) -> None:
    log = child.written()
    assert child.status() == -signal.SIGKILL, f"{point}: {log[-2000:]}"


def _at_rest(senders: Senders) -> None:
    """Until nothing waits to be sent."""
    deadline = time.monotonic() + FINISH_S
    while waiting := [row for row in senders.rows(_OUTBOX) if row["due_at"] is not None]:
        assert time.monotonic() < deadline, (
            f"still waiting: {[(row['channel'], row['id'], row['state']) for row in waiting]}"
        )
        time.sleep(_LOOK_S)


def _count_what_arrived(senders: Senders, lost: list[str], doubled: list[str]) -> None:
    """Every row arrived, under one identifier, and no more often than it was tried."""
    rows = senders.rows(_OUTBOX)
    lost.extend(f"{row['channel']} {row['id']} is {row['state']}" for row in rows if row["state"] != "sent")
    ids = [str(mail["Message-ID"]) for mail in senders.mail_server.mails]
    assert [each for each in ids if each.startswith("<wh_")], "the company was told that its webhook fails"
    mails = Counter(each for each in ids if not each.startswith("<wh_"))
    tries = [row["attempts"] for row in rows if row["channel"] == "email"]
    if len(mails) < len(tries):
        lost.append(f"{len(tries)} mails were to arrive, {len(mails)} did")
    if len(mails) > len(tries) or mails.total() > sum(tries):
        doubled.append(
            f"{mails.total()} mails under {len(mails)} names for {len(tries)} that were tried {sum(tries)} times"
        )
    told = Counter(one.id for one in senders.erp.told)
    known = {row["id"] for row in rows if row["channel"] == "webhook"}
    lost.extend(f"nobody was told of {missing}" for missing in known - told.keys())
    doubled.extend(f"an unknown {unknown} was told" for unknown in told.keys() - known - set(senders.forgotten))
