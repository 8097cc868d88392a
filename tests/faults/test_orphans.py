"""The processes of a gateway whose first process is killed: none of them lives on."""

from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.faults.processes import Gateway, installation
from tests.ports import free_port
from tests.waiting import until

_PATIENCE_S = 120


def offspring(pid: int) -> Iterator[int]:
    """The processes that a process started, and those that they started."""
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, listed.read_text().split()):
            yield child
            yield from offspring(child)


def runs(pid: int) -> bool:
    """Whether a process runs; one that has ended may stay listed until another process asks for its status."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def pdf_of(gateway: Gateway, reference: str) -> bytes:
    connection = HTTPConnection("127.0.0.1", gateway.port, timeout=_PATIENCE_S)
    connection.request(
        "GET", f"/api/connect/file/{reference}?type=invoice", headers={"Authorization": f"Bearer {gateway.key}"}
    )
    answer = connection.getresponse().read()
    connection.close()
    return answer


@pytest.mark.parametrize("workers", [1, 2])
def test_a_gateway_that_was_killed_leaves_no_process_and_frees_its_port(
    all_databases: Databases, tmp_path: Path, workers: int
) -> None:
    """The calls are counted in a Redis that nobody can reach, which stops no sale."""
    with installation(all_databases.sqlite(), tmp_path, {"OCOTE_RATE_LIMIT_URL": "redis://127.0.0.1:9/0"}) as installed:
        port = free_port()
        killed = installed.run("killed", "serve", "--port", str(port), "--workers", str(workers))
        gateway = Gateway(killed, port, installed.key)
        killed.wait_until(gateway.is_ready, _PATIENCE_S)
        assert gateway.issue("KILL-1")[0] == 200
        assert pdf_of(gateway, "KILL-1").startswith(b"%PDF")
        left = set(offspring(killed.pid))
        assert len(left) >= workers

        gateway.kill()

        until(lambda: not any(map(runs, left)), seconds=_PATIENCE_S)
        after = installed.run("after", "serve", "--port", str(port))
        after.wait_until(Gateway(after, port, installed.key).is_ready, _PATIENCE_S)
