"""Every fault in full: how often it is tried, and against which database."""

import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from ocote import logs
from tests.databases import Databases, databases
from tests.faults import disasters, kill_backups, kill_commands, kill_rewound, kill_senders, lost_database, storage
from tests.faults.clocks import SITUATIONS, play
from tests.faults.kill_points import ROUNDS, kill_at_each_point
from tests.faults.network import FAILURES, fail_every_way
from tests.faults.outage_drill import sell_through_an_outage
from tests.faults.random_faults import Breaker, fail_at_random
from tests.faults.random_kills import kill_at_random
from tests.faults.tally import Tally
from tests.hostile import drills as hostile
from tests.hostile.besieged import Transport

_KILLS = 100
"""Of each database."""
_RAINED_ON = 1250
"""The same, with the breaker and without it."""
_RESTARTS = 20
_OUTAGES = (2_000, 10_000)
_MUTATED = 10_000
"""Of each database."""
_ROUNDS = 5
"""Of a key that asks for whatever it can."""
_DISASTERS = 6
"""Databases lost one after the other; each backup is of what the one before left."""
_ARCHIVED = 300_000
_SALES = 40
"""Sales of the neighbour beside searches, each with its ticket and the list."""
_HANG_UPS = 15
"""Of eight clients at once: what a key with the usual limits may ask in a minute."""

Kind = Literal["sqlite", "postgres", "none"]
_KINDS: tuple[disasters.Kind, ...] = ("sqlite", "postgres")
_TRANSPORTS: tuple[Transport, ...] = ("http", "https")
_BREAKERS: tuple[Breaker, ...] = ("quick", "never")


@dataclass(frozen=True, slots=True)
class Drill:
    """One fault in full. ``work`` takes the URL of a fresh database of this kind, if any, and an empty folder."""

    name: str
    database: Kind
    work: Callable[..., Tally]


def drills(seed: int) -> Iterator[Drill]:
    """All that may run beside each other, the longest first."""
    chance = random.Random(seed)
    for kind in _KINDS:
        own = random.Random(chance.random())
        yield Drill(f"{_KILLS} kills at random", kind, partial(kill_at_random, kills=_KILLS, chance=own))
    for kind in _KINDS:
        for breaker in _BREAKERS:
            own = random.Random(chance.random())
            work = partial(fail_at_random, documents=_RAINED_ON, chance=own, breaker=breaker)
            yield Drill(f"{_RAINED_ON} documents under random faults, breaker {breaker}", kind, work)
    for kind in _KINDS:
        mutate = partial(hostile.send_mutated_requests, requests=_MUTATED, seed=seed)
        yield Drill(f"{_MUTATED} mutated requests", kind, mutate)
    for kind in _KINDS:
        for endpoint in FAILURES:
            yield Drill(f"network at {endpoint}", kind, partial(fail_every_way, endpoint, times=(1, 3)))
        for name in ROUNDS:
            yield Drill(f"killed at each point, {name}", kind, partial(kill_at_each_point, name))
        yield Drill("killed commands", kind, kill_commands.kill_commands)
        yield Drill("killed around a database that has gone back", kind, kill_rewound.kill_while_rewound)
        yield Drill("killed while sending", kind, kill_senders.kill_senders)
        yield Drill("killed while backing up and restoring", kind, kill_backups.kill_backups)
        for name in SITUATIONS:
            yield Drill(f"clock: {name}", kind, partial(play, name))
    for kind in _KINDS:
        losing = partial(_with_databases, disasters.lose_database_with_journal, kind=kind, times=_DISASTERS)
        yield Drill("database lost, backup and journal", "none", losing)
        losing = partial(_with_databases, disasters.lose_database_without_journal, kind=kind)
        yield Drill("database lost, backup alone", "none", losing)
        killing = partial(_with_databases, lost_database.kill_replays, kind=kind)
        yield Drill("replay of the journal killed at each point", "none", killing)
    yield Drill("PostgreSQL restarted", "none", partial(storage.restart_postgres, times=_RESTARTS))
    yield Drill("PostgreSQL read-only", "none", partial(storage.forbid_postgres_to_write, times=_RESTARTS))
    yield Drill("disk full", "sqlite", partial(storage.fill_disk, times=_RESTARTS))
    for kind in _KINDS:
        yield Drill("disk of the journal full", kind, partial(storage.fill_journal_disk, times=_RESTARTS))
        yield Drill("journal missing", kind, partial(storage.lose_journal_disk, times=_RESTARTS))
    yield Drill("SQLite read-only", "sqlite", partial(storage.forbid_sqlite_to_write, times=_RESTARTS))


def attacks(seed: int) -> Iterator[Drill]:
    """Attacks on a gateway that a neighbour uses; each has the machine for itself, for waiting times are measured."""
    for transport in _TRANSPORTS:
        yield Drill(f"pipelining over {transport}", "sqlite", partial(hostile.pipelining, transport=transport))
        yield Drill(f"tiny chunks over {transport}", "sqlite", partial(hostile.tiny_chunks, transport=transport))
    for kind in _KINDS:
        beside = partial(hostile.sell_beside_a_key, rounds=_ROUNDS, chance=random.Random(seed))
        yield Drill("a key at its limits beside a neighbour", kind, beside)
        yield Drill("bodies of 1 MiB beside a neighbour", kind, hostile.post_heavy_bodies)
    for kind in _KINDS:
        beside = partial(hostile.search_beside_a_neighbour, documents=_ARCHIVED, rounds=_SALES)
        yield Drill(f"searches of {_ARCHIVED} documents beside a neighbour", kind, beside)
        yield Drill("long PDFs with hang-ups", kind, partial(hostile.hang_up_on_long_pdfs, times=_HANG_UPS))


def outages() -> Iterator[Drill]:
    """What has the machine for itself, for its speed is measured."""
    for documents in _OUTAGES:
        for kind in _KINDS:
            yield Drill(f"outage of {documents}", kind, partial(sell_through_an_outage, documents=documents))


def _with_databases(work: Callable[..., Tally], **more: object) -> Tally:
    """For drills in which a database is taken away and another one made."""
    with databases() as own:
        return work(own, **more)


def run(drill: Drill) -> Tally:
    """One drill, in this process, without the log of the gateways in it. One that breaks off counts as a loss."""
    logs.configure("critical")
    with databases() as own, tempfile.TemporaryDirectory(prefix="faults", ignore_cleanup_errors=True) as folder:
        try:
            return drill.work(*_fresh(own, drill.database), folder=Path(folder))
        except AssertionError as broken:
            return Tally(f"{drill.name}, {drill.database}", 1, 0, 1, 0, 0, "broke off", (str(broken),))


def _fresh(own: Databases, kind: Kind) -> tuple[str, ...]:
    """The URL of a fresh database of this kind, or nothing for a drill that makes its own."""
    match kind:
        case "sqlite":
            return (own.sqlite(),)
        case "postgres":
            return (own.postgres(),)
        case "none":
            return ()
