"""``make faults``: every fault in full, against both databases, and one table of what came of it.

It takes about an hour; ``make test`` does the same in a short form.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from rich import box
from rich.console import Console
from rich.table import Table

from tests.faults.full import Drill, attacks, drills, outages, run
from tests.faults.tally import Tally

_WIDTH = 190
"""A line of the table is not broken, whatever it is printed to."""


def in_turn(seed: int, chosen: str, side_by_side: int) -> Iterator[Tally]:
    """Runs the drills whose names hold ``chosen``; gives each line as it is known."""

    def pick(all_of_them: Iterable[Drill]) -> list[Drill]:
        return [drill for drill in all_of_them if chosen in f"{drill.name}, {drill.database}"]

    spawn = get_context("spawn")
    with ProcessPoolExecutor(side_by_side, mp_context=spawn, max_tasks_per_child=1) as pool:
        for done in as_completed([pool.submit(run, drill) for drill in pick(drills(seed))]):
            yield done.result()
    with ProcessPoolExecutor(1, mp_context=spawn, max_tasks_per_child=1) as pool:
        yield from pool.map(run, pick([*attacks(seed), *outages()]))


def table(lines: Iterable[Tally]) -> Table:
    """What a reader wants to know: the faults by name, and three columns of zeros."""
    drawn = Table("fault", box=box.SIMPLE_HEAD)
    for heading in ("times tried", "documents", "lost", "doubled", "numbers skipped"):
        drawn.add_column(heading, justify="right")
    drawn.add_column("remark")
    for line in lines:
        figures = (line.tried, line.documents, line.lost, line.doubled, line.skipped)
        style = None if line.is_clean else "bold red"
        drawn.add_row(line.fault, *(f"{figure:,}" for figure in figures), line.remark, style=style)
    return drawn


def main() -> int:
    """Prints the table; returns 1 when anything was lost, doubled or skipped."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--only", default="", help="only the faults whose names hold this")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeats the same random choices")
    parser.add_argument("--side-by-side", type=int, default=2, help="how many faults are tried at a time")
    chosen = parser.parse_args()
    console = Console(width=max(Console().width, _WIDTH))
    console.print(f"seed {chosen.seed}")
    began, lines = time.monotonic(), list[Tally]()
    with console.status("failing") as status:
        for line in in_turn(chosen.seed, chosen.only, chosen.side_by_side):
            lines.append(line)
            console.print(f"{time.monotonic() - began:6.0f} s  {line.fault}: {line.tried} tried", *line.findings[:20])
            status.update(f"failing: {len(lines)} faults done")
    total = Tally(
        "all",
        sum(line.tried for line in lines),
        sum(line.documents for line in lines),
        sum(line.lost for line in lines),
        sum(line.doubled for line in lines),
        sum(line.skipped for line in lines),
    )
    console.print(table([*sorted(lines, key=lambda line: line.fault), total]))
    return 0 if total.is_clean and lines else 1


if __name__ == "__main__":
    sys.exit(main())
