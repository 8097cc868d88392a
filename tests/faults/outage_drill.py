"""MH is away while a shop sells at full speed, and comes back: how long until everything has its stamp?"""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from tests.faults.books import compare, gateway_books
from tests.faults.operations import sale
from tests.faults.processes import Installation, installation
from tests.faults.tally import Tally, tally

_CLIENTS = 16
_LONGEST_S = 600.0
_LOOK_S = 0.2
_UNSETTLED = sql("SELECT count(*) AS n FROM document WHERE state IN ('registered', 'contingency')")


def sell_through_an_outage(database_url: str, folder: Path, documents: int) -> Tally:
    """So many sales while MH refuses every connection; then MH is back and takes them all.

    Raises AssertionError when a sale is not answered in contingency, or is not stamped in ten minutes.
    """
    with installation(database_url, folder, {"OCOTE_LOG_LEVEL": "warning", "OCOTE_MH_TIMEOUT": "8"}) as installed:
        gateway = installed.gateway()
        gateway.issue("BEFORE")
        installed.emulator.hide()
        seen = _sell(f"http://127.0.0.1:{gateway.port}", installed.key, documents)
        assert seen["stamped"] == 0
        installed.emulator.show()
        began = time.monotonic()
        asyncio.run(_until_settled(installed, began))
        drained_s = time.monotonic() - began
        books = gateway_books(database_url)
        assert len(books) == documents + 1
        findings = compare(database_url, installed.emulator.control, [sale(reference) for reference in books])
    p99 = quantiles(seen["seconds"], n=100)[98]
    remark = (
        f"sold at {documents / seen['wall_s']:,.0f}/s, p99 {p99 * 1000:,.0f} ms; "
        f"drained in {drained_s:.1f} s, {documents / drained_s:,.0f}/s, from the moment MH was back"
    )
    return tally(f"outage of {documents:,} documents, {database_url.partition(':')[0]}", 1, findings, [], remark)


def _sell(url: str, key: str, documents: int) -> dict[str, Any]:
    """The load of the bench, by a process of its own."""
    command = [sys.executable, "-m", "bench.load", url, str(documents), str(_CLIENTS)]
    ended = subprocess.run(command, input=key, capture_output=True, text=True, check=True)
    seen: dict[str, Any] = json.loads(ended.stdout)
    return seen


async def _until_settled(installed: Installation, began: float) -> None:
    def unsettled() -> Transaction[int]:
        [row] = yield _UNSETTLED()
        return int(row["n"])

    async with open_store(installed.database_url) as store:
        while waiting := await store.read(unsettled):
            assert time.monotonic() - began < _LONGEST_S, f"{waiting} documents still wait"
            await asyncio.sleep(_LOOK_S)
