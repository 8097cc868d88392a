"""``python -m bench [--database sqlite|postgres]``: measures what one document costs, and prints one table.

With ``--panel`` it measures every page of the panel over an archive of a million documents. README.md beside this file
says how to read both tables.
"""

import argparse
import json
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any, get_args

import structlog
from rich.console import Console
from rich.table import Table

from bench.panel.run import Wanted, measure_panel
from bench.running import Database, RunningGateway, cpu_s, memory_mb, running_gateway
from ocote.signing import jws
from ocote.signing.certificate import read_certificate

_ROUNDS = 3
_SIGNATURES = 400
_PAYLOAD_BYTES = 3400
_WARM_UP = 200


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one unit, in microseconds."""

    cpu_us: float
    wall_us: float


@dataclass(frozen=True, slots=True)
class Round:
    """One round of load: processor time of gateway and emulator in seconds, and the result of the clients."""

    gateway_s: float
    emulator_s: float
    seen: dict[str, Any]


def main() -> int:
    """Prints the measurement; returns 1 when a document was not stamped, because then the numbers mean nothing."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--database", choices=get_args(Database), default="sqlite")
    parser.add_argument("--documents", type=int, help="sold, 2000; of the archive of the panel, 1000000")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument(
        "--panel", action="store_true", help="every page of the panel instead of the cost of a document"
    )
    parser.add_argument(
        "--folder", type=Path, help="of the archive of the panel, which is kept there for the next time"
    )
    parser.add_argument("--rounds", type=int, default=30, help="times that a page of the panel is opened")
    parser.add_argument("--only", default="", help="a part of the names of the pages that are opened")
    chosen = parser.parse_args()
    return _panel(chosen) if chosen.panel else _document(chosen)


def _panel(chosen: argparse.Namespace) -> int:
    """Measures the panel, over an archive that is thrown away unless there is a folder for it."""
    # The database of a million documents logs nothing; the gateway that makes them would log each of its own.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(StringIO()))
    wanted = Wanted(chosen.database, chosen.documents or 1_000_000, chosen.rounds, chosen.only)
    with ExitStack() as stack:
        kept = chosen.folder or Path(
            stack.enter_context(TemporaryDirectory(prefix="ocote", ignore_cleanup_errors=True))
        )
        return measure_panel(Console(), kept.resolve(), wanted)


def _document(chosen: argparse.Namespace) -> int:
    """Measures what one document costs."""
    documents = chosen.documents or 2_000
    console = Console()
    with (
        console.status("measuring"),
        running_gateway(chosen.database) as running,
        running_gateway(chosen.database, with_journal=True) as journaling,
    ):
        idle_mb = memory_mb(running.gateway, "VmRSS")
        signature = min((_signature_alone(running) for _ in range(_ROUNDS)), key=lambda cost: cost.cpu_us)
        _load(running, _WARM_UP, chosen.clients)
        _load(journaling, _WARM_UP, chosen.clients)
        journal_before = journaling.journal_bytes()
        rounds: list[Round] = []
        journaled: list[Round] = []
        # In turns, so that other work of the machine disturbs both alike.
        for _ in range(_ROUNDS):
            rounds.append(_round(running, documents, chosen.clients))
            journaled.append(_round(journaling, documents, chosen.clients))
        journal_bytes = journaling.journal_bytes() - journal_before
        peak_mb = memory_mb(running.gateway, "VmHWM")
    for each in (*rounds, *journaled):
        if each.seen["stamped"] != chosen.documents:
            console.print(
                f"only {each.seen['stamped']} of {chosen.documents} were stamped: {each.seen['first_failure']}"
            )
            return 1
    # Other work of the machine can only add to the cost of a round, therefore the cheapest round is the most exact.
    best = min(rounds, key=lambda each: each.gateway_s)
    best_journaled = min(journaled, key=lambda each: each.gateway_s)
    seen, seen_journaled = best.seen, best_journaled.seen
    document_us = best.gateway_s / documents * 1e6
    table = Table(
        title=f"{documents} invoices of three lines over {chosen.clients} connections, {chosen.database}; "
        f"the cheapest of {_ROUNDS} rounds",
        title_justify="left",
        show_header=False,
    )
    table.add_column()
    table.add_column(justify="right")
    for name, value in (
        ("signature alone, processor", f"{signature.cpu_us:,.0f} µs"),
        ("signature alone, elapsed", f"{signature.wall_us:,.0f} µs"),
        ("whole document, gateway's processor", f"{document_us:,.0f} µs"),
        ("whole document ÷ signature", f"{document_us / signature.cpu_us:.2f}"),
        ("documents per second", f"{chosen.documents / seen['wall_s']:,.0f}"),
        *_percentiles(seen["seconds"]),
        ("with the journal: gateway's processor", f"{best_journaled.gateway_s / documents * 1e6:,.0f} µs"),
        ("with the journal: documents per second", f"{chosen.documents / seen_journaled['wall_s']:,.0f}"),
        *((f"with the journal: {name}", text) for name, text in _percentiles(seen_journaled["seconds"])),
        ("with the journal: bytes per document", f"{journal_bytes / documents / _ROUNDS:,.0f}"),
        ("gateway's memory, idle", f"{idle_mb:,.0f} MB"),
        ("gateway's memory, highest", f"{peak_mb:,.0f} MB"),
        ("gateway's start until ready", f"{running.ready_after_s:.2f} s"),
        ("beside it: emulator's processor per document", f"{best.emulator_s / documents * 1e6:,.0f} µs"),
        ("beside it: clients' processor per document", f"{seen['cpu_s'] / documents * 1e6:,.0f} µs"),
    ):
        table.add_row(name, value)
    console.print(table)
    if seen["steps_ms"]:
        steps = ", ".join(f"{name} {mean:.2f}" for name, mean in seen["steps_ms"].items())
        console.print(f"elapsed per step, mean in ms, waiting included: {steps}")
    return 0


def _round(running: RunningGateway, documents: int, clients: int) -> Round:
    gateway, emulator = cpu_s(running.gateway), cpu_s(running.emulator)
    seen = _load(running, documents, clients)
    return Round(cpu_s(running.gateway) - gateway, cpu_s(running.emulator) - emulator, seen)


def _percentiles(seconds: list[float]) -> list[tuple[str, str]]:
    cuts = quantiles(seconds, n=100)
    return [(f"answer, {name}", f"{cut * 1000:,.1f} ms") for name, cut in (("p50", cuts[49]), ("p99", cuts[98]))]


def _signature_alone(running: RunningGateway) -> Cost:
    """The cost of one RS512 signature of a payload of usual size, with the key already loaded and checked."""
    company = running.company
    key = read_certificate(company.certificate.read_bytes(), company.certificate_password).private_key
    payload = b"x" * _PAYLOAD_BYTES
    jws.sign(payload, key)
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(_SIGNATURES):
        jws.sign(payload, key)
    return Cost(
        (time.process_time() - cpu) / _SIGNATURES * 1e6,
        (time.perf_counter() - wall) / _SIGNATURES * 1e6,
    )


def _load(running: RunningGateway, documents: int, clients: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.load", running.url, str(documents), str(clients)]
    ended = subprocess.run(command, input=running.key, capture_output=True, text=True, check=True)  # noqa: S603
    seen: dict[str, Any] = json.loads(ended.stdout)
    return seen


if __name__ == "__main__":
    sys.exit(main())
