"""A database is lost under load; an older copy takes its place, and the journal is replayed into the copy."""

import random
import signal
import sqlite3
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal
from uuid import uuid4

from ocote.store.engine.statement import sql
from tests.databases import Databases
from tests.faults.books import compare, read_rows
from tests.faults.client import Client
from tests.faults.kill_points import FINISH_S, await_rest
from tests.faults.operations import Operation, ccf, invalidation, note, note_on_several, purchase, sale
from tests.faults.processes import Gateway, Installation, UnansweredError, installation
from tests.faults.tally import Tally, tally

_COMMAND_S = 120.0
_CALLERS = 4
_SOLD_AT_DEATH = 120
"""The sale during which the process is killed: a replay of so many needs several transactions."""
_DUI = {"antes": "00016297-5", "despues": "00016298-3"}
"""A customer that the copy knows, and one of the lost time."""

_TABLES: Mapping[str, str] = {
    "document": """
        SELECT external_ref, id, family, doc_type, edition, branch_code, pos_code, year, control_number,
               generation_code, version, state, stamp, mh_state, mh_message, mh_code, observations, taxable_cents,
               vat_cents, gross_cents, withheld_cents, payable_cents, customer_name, customer_folded, customer_email,
               redirect_email, fingerprint, posted_at, stamped_at, rejected_at, invalidated_at, invalidated_by,
               adjusts_id, adjusts_whole, key_id, contingency_id, event_id, request, jws, answer,
               (SELECT record FROM customer WHERE customer.id = customer_id) AS customer
        FROM document WHERE state IN ('stamped', 'rejected') AND external_ref NOT LIKE 'carga%'
        ORDER BY external_ref""",
    "document under load": """
        SELECT external_ref, id, doc_type, year, control_number, generation_code, version, state, stamp, gross_cents,
               customer_name, fingerprint, posted_at, key_id, request, jws,
               (SELECT record FROM customer WHERE customer.id = customer_id) AS customer
        FROM document WHERE state IN ('stamped', 'rejected') AND external_ref LIKE 'carga%' ORDER BY external_ref""",
    "adjusted_document": """
        SELECT note_id, position, document_id, number, taken, stated FROM adjusted_document
        ORDER BY note_id, position""",
    "superseded_version": """
        SELECT document_id, version, company_id, why, generation_code, rejected_at, key_id, jws, answer,
               nullif(superseded_at, CASE WHEN why = 'unsent' THEN superseded_at END) AS replaced_at
        FROM superseded_version
        WHERE document_id IN (SELECT id FROM document WHERE state IN ('stamped', 'rejected'))
        ORDER BY document_id, version""",
    "invalidation": """
        SELECT id, company_id, key_id, document_id, edition, generation_code, reason, replacement_code, state, jws,
               stamp, mh_state, mh_message, mh_code, observations, answer, requested_at, settled_at
        FROM invalidation WHERE state IN ('stamped', 'rejected') ORDER BY id""",
    "contingency_event": """
        SELECT id, contingency_id, company_id, edition, generation_code, state, documents, jws, stamp, mh_message,
               answer, signed_at, settled_at
        FROM contingency_event WHERE state <> 'registered' ORDER BY id""",
    "contingency": "SELECT id, company_id, kind, reason, began_at, last_at FROM contingency ORDER BY id",
    "customer": "SELECT company_id, nit, dui, nrc, record FROM customer ORDER BY record",
}
"""What a replay brings back as it was: everything but the lots, the outbox, the leases, the counts of attempts and the
ids of customers, which on PostgreSQL have gaps of their own.

Under load MH's last verdicts may be missing in the journal, or be there before their commit: MH is asked again, and the
moments of these verdicts are others.
"""


def sell_all_kinds(installed: Installation, client: Client, gateway: Gateway, name: str) -> None:
    """Every kind of document, a refused one, a corrected one, cancellations, and an outage that comes to its end."""
    control = installed.emulator.control
    bills = [ccf(f"{name}-ccf-{number}") for number in range(3)]
    sold = [sale(f"{name}-{number}") for number in range(4)]
    known = sale(f"{name}-cliente")
    known = replace(known, body={**known.body, "customer": {"name": f"Cliente de {name}", "dui": _DUI[name]}})
    client.ask_all(gateway, [*bills, *sold, known, purchase(f"{name}-compra")])
    several = note_on_several(f"{name}-varias", bills[1].reference, bills[2].reference)
    client.ask_all(gateway, [note(f"{name}-nota", bills[0].reference), several])
    client.ask_all(gateway, [invalidation(sold[0]), invalidation(purchase(f"{name}-compra"))])
    for operation in (sale(f"{name}-corregida"), sale(f"{name}-rechazada")):
        control.fault("reject", "reception", code="096")
        client.ask(gateway, operation)
    client.let_go(operation)
    client.ask(gateway, sale(f"{name}-corregida", "2.26"))
    wait_in_outage(installed, client, gateway, f"{name}-corte")
    control.behave()
    await_rest(installed, gateway)
    client.insist(gateway, FINISH_S)


def wait_in_outage(installed: Installation, client: Client, gateway: Gateway, name: str) -> None:
    """Sales that enter contingency; MH has stamped the first of them, and its answer was lost."""
    control = installed.emulator.control
    control.fault("answer_lost", "reception")
    control.fault("down", count=None)
    for number in range(3):
        client.ask(gateway, sale(f"{name}-{number}"))


def sell_until_killed(client: Client, gateway: Gateway, name: str) -> None:
    """Clients sell and cancel without a pause until the process is killed, in the middle of their calls."""
    numbers = count(1)

    def sell(seed: float) -> None:
        own = random.Random(seed)
        with suppress(UnansweredError):
            while not gateway.is_dead():
                number = next(numbers)
                if number == _SOLD_AT_DEATH:
                    gateway.kill()
                operation = own.choice((sale, sale, ccf, purchase))(f"{name}-{number}")
                if client.ask(gateway, operation) == "stamped" and own.random() < 0.2:
                    client.ask(gateway, invalidation(operation))

    with ThreadPoolExecutor(_CALLERS) as pool:
        list(pool.map(sell, range(_CALLERS)))


def copy_of(database_url: str, folder: Path, made: Databases) -> str:
    """The URL of a copy of a database as it is at this moment, also while processes work with it."""
    if not database_url.startswith("sqlite:"):
        return made.load_postgres(made.dump_postgres(database_url, "--inserts"))
    path = folder / f"copy-{uuid4().hex}.sqlite3"
    source, target = sqlite3.connect(database_url.removeprefix("sqlite:///")), sqlite3.connect(path)
    with closing(source), closing(target):
        source.backup(target)
    path.chmod(0o600)
    return f"sqlite:///{path}"


def content(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that a replay has to bring back, by table."""

    def values(row: Any) -> tuple[Any, ...]:
        return tuple(row)

    return {name: [values(row) for row in read_rows(database_url, sql(text))] for name, text in _TABLES.items()}


@dataclass(frozen=True, slots=True)
class Disaster:
    """An installation whose database was lost, with the content that the database had, and the clients."""

    installed: Installation
    client: Client
    before: dict[str, list[tuple[Any, ...]]]

    def replay(self, *options: str) -> tuple[int, str]:
        """Gives the command ``ocote journal replay``; its exit status and what it wrote."""
        child = self.installed.run("replay", "journal", "replay", *options)
        return child.wait(_COMMAND_S), child.written()

    def replay_dies_at(self, point: str) -> None:
        """Gives the command, which dies at a point. Raises AssertionError when it does not."""
        child = self.installed.run(point.replace(":", "-"), "journal", "replay", dies_at=point)
        assert child.wait(_COMMAND_S) == -signal.SIGKILL, f"{point}: {child.written()}"

    def goes_on(self) -> Gateway:
        """Starts a gateway, and the clients repeat what was not answered."""
        self.installed.emulator.control.behave()
        gateway = self.installed.gateway()
        self.client.insist(gateway, FINISH_S)
        await_rest(self.installed, gateway)
        return gateway


def lose_database(installed: Installation, folder: Path, made: Databases) -> Disaster:
    """Sells, copies the database, sells on, kills the gateway under load, and puts the copy in its place."""
    client = Client()
    gateway = installed.gateway()
    sell_all_kinds(installed, client, gateway, "antes")
    wait_in_outage(installed, client, gateway, "copia")
    copy = copy_of(installed.database_url, folder, made)
    installed.emulator.control.behave()
    await_rest(installed, gateway)
    sell_all_kinds(installed, client, gateway, "despues")
    sell_until_killed(client, gateway, "carga")
    before = content(installed.database_url)
    if installed.database_url.startswith("sqlite:"):
        Path(installed.database_url.removeprefix("sqlite:///")).unlink()
    return Disaster(replace(installed, database_url=copy), client, before)


POINTS: Final = tuple(
    f"{moment}-commit:{unit}"
    for unit in (
        "installation.doubt_numbers",
        "replaying.replay_customer",
        "replaying.replay_documents",
        "replaying.replay_documents:2",
        "replaying_events.replay_happenings",
        "replaying_events.replay_happenings:2",
        "resuming.resume_all_work",
        "journal_segments.know_segments",
        "installation.confirm_numbers",
    )
    for moment in ("before", "after")
)
"""The points at which a replay is killed, one after the other."""


def visited() -> set[str]:
    """Every point that a replay dies at."""
    return {":".join(point.split(":")[:2]) for point in POINTS}


def lose_and_replay(database_url: str, folder: Path, made: Databases, kills: Sequence[str] = ()) -> Tally:
    """The whole drill: nothing may be lost, doubled or skipped, and every reference keeps its document.

    ``kills`` are points at which the replay is killed before it comes to its end.
    """
    journal = folder / "journal"
    journal.mkdir()
    with installation(database_url, folder, {"OCOTE_JOURNAL_DIR": str(journal)}) as installed:
        disaster = lose_database(installed, folder, made)
        for point in kills:
            disaster.replay_dies_at(point)
        status, told = disaster.replay()
        assert status == 0, told
        after = content(disaster.installed.database_url)
        apart = [
            f"{table}: {row[:6]} is not as it was"
            for table, rows in disaster.before.items()
            for row in rows
            if row not in after[table]
        ]
        gateway = disaster.goes_on()
        _ask_everything_again(disaster.client, gateway)
        findings = compare(disaster.installed.database_url, installed.emulator.control, disaster.client.asked)
    kind = database_url.partition(":")[0]
    name = "replay of the journal killed at each point" if kills else "database lost, journal replayed"
    line = tally(f"{name}, {kind}", len(kills) or 1, findings, disaster.client.changed)
    return replace(line, lost=line.lost + len(apart), findings=(*line.findings, *apart))


def kill_replays(made: Databases, kind: Literal["sqlite", "postgres"], folder: Path) -> Tally:
    """A replay that is killed at each of its points, one after the other, and then comes to its end."""
    return lose_and_replay(made.sqlite() if kind == "sqlite" else made.postgres(), folder, made, POINTS)


def _ask_everything_again(client: Client, gateway: Gateway) -> None:
    """Repeats every request; the clients notice a document that has become another one."""
    operations: list[Operation] = [
        each for each in client.asked if each.is_document and "rechazada" not in each.reference
    ]
    client.ask_all(gateway, operations)
