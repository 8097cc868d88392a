"""Backups that are made while tills sell: each holds the sales of one moment, without a gap."""

import json
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from ocote.clock import system_clock
from tests.backups.small import made
from tests.builders.bodies import invoice
from tests.running_gateway import RunningGateway, running_gateway
from tests.waiting import until

_TILLS = 8
_BACKUPS = 4
_BETWEEN = 12
"""So many sales between two backups."""

Row = dict[str, Any]


def _rows(file: Path, table: str) -> list[Row]:
    with ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        [columns] = [entry["columns"] for entry in manifest["tables"] if entry["name"] == table]
        lines = archive.read(f"tables/{table}.jsonl").splitlines()
    return [dict(zip(columns, json.loads(line), strict=True)) for line in lines]


def _sell_and_back_up(gateway: RunningGateway, folder: Path) -> list[Path]:
    numbers, sold, over = count(1), list[str](), threading.Event()

    def sell() -> None:
        while not over.is_set():
            reference = f"venta-{next(numbers)}"
            assert gateway.post("/invoice", invoice(reference))["dte_success"] is True
            sold.append(reference)

    files = [folder / f"copia-{number}.zip" for number in range(_BACKUPS)]
    with ThreadPoolExecutor(_TILLS) as pool:
        tills = [pool.submit(sell) for _ in range(_TILLS)]
        try:
            for file in files:
                enough = len(sold) + _BETWEEN
                until(lambda enough=enough: len(sold) >= enough)  # type: ignore[misc]
                made(gateway.database_url, file, system_clock)
        finally:
            over.set()
        for till in tills:
            till.result()
    return files


@pytest.mark.slow
def test_a_backup_while_tills_sell_holds_every_number_up_to_its_counter(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path) as gateway:
        files = _sell_and_back_up(gateway, tmp_path)
    documents = 0
    for file in files:
        given: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for row in _rows(file, "document"):
            series = (row["doc_type"], row["branch_code"], row["pos_code"], row["year"])
            given[series].append(int(row["control_number"][-15:]))
        counters = {
            (row["doc_type"], row["branch_code"], row["pos_code"], row["year"]): row["last"]
            for row in _rows(file, "correlative")
        }
        assert {series: sorted(numbers) for series, numbers in given.items()} == {
            series: list(range(1, last + 1)) for series, last in counters.items()
        }
        now = sum(map(len, given.values()))
        assert now > documents
        documents = now
