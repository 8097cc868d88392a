"""The measurement of the panel: every page without and with sales, as a table and as JSON."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from bench.panel.archive import archive_in, sample_of
from bench.panel.measuring import Owner, Sold, Timed, sales
from bench.panel.pages import Page, pages_of
from bench.running import Database, cpu_s, postgres_cpu_s, started_gateway

LIMIT_MS: Final = 100
"""A page that takes longer in more than one of twenty times is marked."""

_NOT_THERE: Final = frozenset({"/enter/{token}", "/account/passkeys/{passkey}"})
"""A link that lets somebody in once, and a passkey, with which the owner could not log in here by a password alone.

What is timed is the page that says that there is none.
"""

_SALES_PER_SECOND: Final = 10.0


class Wanted(Struct, frozen=True):
    """The database, the documents of the archive, how often each page is opened, and a part of the names of pages."""

    kind: Database
    documents: int
    rounds: int
    only: str


def measure_panel(console: Console, folder: Path, wanted: Wanted) -> int:
    """Prints the table; returns 1 when a page did not answer as a page does, because then its time means nothing."""
    kind, documents, rounds = wanted.kind, wanted.documents, wanted.rounds
    kept = folder / f"{kind}-{documents}"
    with console.status("the archive") as status, archive_in(kept, kind, documents) as (url, archive):
        sample = sample_of(url, archive)
        found = pages_of(archive.parts, sample, datetime.now(UTC))
        pages = [page for page in found if wanted.only in page.name]
        # What the company's gateway announces meanwhile has nowhere to go.
        with started_gateway(url, kept, archive.secret, {}) as started:
            owner = Owner(started.url, lambda: cpu_s(started.gateway) + postgres_cpu_s(kept))
            quiet = [_timed(status, owner, page, rounds) for page in pages]
            with sales(started.url, archive.key, _SALES_PER_SECOND) as sold:
                busy = [_timed(status, owner, page, rounds) for page in pages]
    console.print(_table(f"{documents:,} documents, {kind}, {rounds} times each", quiet, busy))
    told = sold[0]
    console.print(
        f"sold meanwhile: {told.stamped} of {len(told.seconds)} stamped, p50 {median(told.seconds) * 1000:.1f} ms"
    )
    report = folder / f"panel-{kind}-{documents}.json"
    report.write_text(json.dumps(_report(quiet, busy, told), indent=1), encoding="utf-8")
    console.print(f"written: {report}")
    wrong = [each for each in (*quiet, *busy) if each.status >= 400 and each.name not in _NOT_THERE]
    for each in wrong:
        console.print(f"[red]{each.status}[/red] {each.name}: {each.path}")
    slow = [each for each in (*quiet, *busy) if is_slow(each)]
    console.print(f"pages above {LIMIT_MS} ms at p95: {len({each.name for each in slow})} of {len(pages)}")
    return 1 if wrong else 0


def is_slow(timed: Timed) -> bool:
    """Whether a page takes too long; a file may take as long as its content."""
    return timed.is_page and timed.at(0.95) > LIMIT_MS


def _timed(status: Any, owner: Owner, page: Page, rounds: int) -> Timed:
    status.update(page.name)
    return owner.times(page, rounds)


def _table(title: str, quiet: Sequence[Timed], busy: Sequence[Timed]) -> Table:
    """The pages, the slowest first, then the files."""
    table = Table(title=f"{title}; milliseconds", title_justify="left")
    table.add_column("page")
    for name in ("status", "kB", "cpu", "p50", "p95", "max", "selling p50", "p95", "max"):
        table.add_column(name, justify="right")
    both = sorted(zip(quiet, busy, strict=True), key=lambda pair: (not pair[0].is_page, -pair[0].at(0.95)))
    for one, other in both:
        style = "red" if is_slow(one) or is_slow(other) else None if one.is_page else "dim"
        numbers = [f"{each:,.1f}" for timed in (one, other) for each in (timed.at(0.5), timed.at(0.95), timed.at(1.0))]
        table.add_row(
            one.name, str(one.status), f"{one.size / 1000:,.0f}", f"{one.cpu_s * 1000:,.1f}", *numbers, style=style
        )
    return table


def _report(quiet: Sequence[Timed], busy: Sequence[Timed], sold: Sold) -> dict[str, Any]:
    return {
        "pages": [
            {
                "name": one.name,
                "path": one.path,
                "status": one.status,
                "bytes": one.size,
                "cpu_ms": round(one.cpu_s * 1000, 2),
                "is_page": one.is_page,
                "quiet_ms": [round(each * 1000, 2) for each in one.seconds],
                "selling_ms": [round(each * 1000, 2) for each in other.seconds],
            }
            for one, other in zip(quiet, busy, strict=True)
        ],
        "sold": {"stamped": sold.stamped, "ms": [round(each * 1000, 2) for each in sold.seconds]},
    }
