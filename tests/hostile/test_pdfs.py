"""PDFs of the longest documents: they fill no memory but a child's, and nobody else waits for them."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.hostile.besieged import Besieged, Transport, besieged_gateway, connection_to
from tests.hostile.conftest import TRANSPORTS
from tests.hostile.long_prints import (
    HANG_UPS_AT_ONCE,
    LONG_PRINT,
    asked_for,
    children_of,
    counted,
    highest_memory_of_all,
    public_path,
    sell_long,
)
from tests.ports import free_port
from tests.running_gateway import Reply
from tests.waiting import until

QUOTA = 120
"""Requests of a key in a minute, by default."""

MAILS = 8
OWN_MIB = 220
"""More than the gateway's own process takes while its children set the longest documents."""

ALL_MIB = 1500
"""More than the gateway, a child with the longest document and a child with short ones take together."""

_until = partial(until, seconds=120.0)


@dataclass(frozen=True, slots=True)
class Printing:
    """A gateway whose attacker has issued the longest document, and the port of its metrics."""

    besieged: Besieged
    metrics_port: int

    def pdfs(self, outcome: str) -> float:
        return counted(self.metrics_port, f'ocote_pdfs_total{{outcome="{outcome}"}}')

    def waiting(self) -> float:
        return counted(self.metrics_port, "ocote_pdfs_waiting")

    def ended(self, why: str) -> float:
        return counted(self.metrics_port, f'ocote_pdf_children_ended_total{{why="{why}"}}')

    def public_pdf(self, path: str) -> Reply:
        """The reply to somebody who follows a public link to the PDF."""
        connection = connection_to(self.besieged.port, self.besieged.trusted)
        try:
            connection.request("GET", f"{path}/pdf")
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()


@pytest.fixture(params=TRANSPORTS[:1])
def printing(request: pytest.FixtureRequest, all_databases: Databases, tmp_path: Path) -> Iterator[Printing]:
    transport: Transport = request.param
    port = free_port()
    settings = {"OCOTE_METRICS_PORT": str(port), "OCOTE_BASE_URL": "https://facturas.example.com"}
    with besieged_gateway(all_databases.sqlite(), tmp_path, transport, environ=settings) as besieged:
        sell_long(besieged.attacker, LONG_PRINT)
        besieged.neighbour.sell("caja-1")
        yield Printing(besieged, port)
        assert besieged.is_alive()


@pytest.mark.parametrize("printing", TRANSPORTS, indirect=True)
def test_long_documents_delay_no_ticket_and_are_not_set_for_who_has_gone(printing: Printing) -> None:
    besieged = printing.besieged
    with asked_for(besieged, LONG_PRINT, HANG_UPS_AT_ONCE):
        _until(lambda: printing.waiting() > 0)
        besieged.neighbour.print_ticket("caja-1")
        assert printing.pdfs("made") <= 2, "the ticket, and at most the one that was being set"
    _until(lambda: printing.waiting() == 0)
    _until(
        lambda: printing.pdfs("abandoned") + printing.pdfs("refused") + printing.pdfs("made") == HANG_UPS_AT_ONCE + 1
    )
    assert printing.pdfs("made") <= 2
    besieged.neighbour.print_ticket("caja-1")


def test_a_minute_of_long_documents_leaves_the_neighbours_mails_alone(printing: Printing) -> None:
    besieged = printing.besieged
    addresses = [f"cliente-{number}@example.com" for number in range(MAILS)]
    for round_number in range(QUOTA // 15):
        with asked_for(besieged, LONG_PRINT, 15):
            reference = f"dia-{round_number}"
            besieged.neighbour.sell(reference, customer={"name": "Cliente", "email": addresses[round_number]})
            besieged.neighbour.print_ticket(reference)
    _until(lambda: all(map(besieged.mail_server.to, addresses)))
    assert [len(besieged.mail_server.to(address)) for address in addresses] == [1] * MAILS
    assert printing.pdfs("impossible") == 0


def test_the_longest_document_takes_the_memory_of_a_child_alone(printing: Printing) -> None:
    besieged = printing.besieged
    with highest_memory_of_all(besieged) as highest:
        for kind in ("invoice", "ticket", "invoice"):
            reply = besieged.attacker.request("GET", f"/file/{LONG_PRINT}?type={kind}")
            assert reply.status == 200
            assert reply.content.startswith(b"%PDF")
    assert besieged.highest_memory_mib() < OWN_MIB
    assert highest[0] < ALL_MIB
    _until(lambda: besieged.memory_mib() < OWN_MIB + 2 * 100)
    assert printing.ended("used_up") == 3


def test_a_child_that_is_killed_in_the_middle_is_replaced_and_the_request_answered(printing: Printing) -> None:
    besieged = printing.besieged
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(besieged.attacker.request, "GET", f"/file/{LONG_PRINT}?type=invoice")
        _until(lambda: bool(children_of(besieged.child.pid)))
        [child] = children_of(besieged.child.pid)
        os.kill(child, signal.SIGKILL)
        reply = asking.result()
    assert reply.status == 200
    assert reply.content.startswith(b"%PDF")
    assert printing.ended("killed") == 1
    besieged.neighbour.print_ticket("caja-1")


def test_past_the_bound_of_the_queue_files_tickets_and_public_pages_are_refused(printing: Printing) -> None:
    besieged = printing.besieged
    sell_long(besieged.attacker, "por-correo", customer={"name": "Cliente", "email": "lector@example.com"})
    _until(lambda: bool(besieged.mail_server.to("lector@example.com")))
    path = public_path(besieged, "lector@example.com")
    with asked_for(besieged, LONG_PRINT, 12):
        _until(lambda: printing.pdfs("refused") > 0)
        for kind in ("invoice", "ticket"):
            reply = besieged.attacker.request("GET", f"/file/{LONG_PRINT}?type={kind}")
            assert (reply.status, reply.json()["code"]) == (503, "pdf_queue_full")
            assert int(reply.headers["retry-after"]) > 0
        page = printing.public_pdf(path)
        assert (page.status, page.headers["retry-after"]) == (503, reply.headers["retry-after"])
        assert b"pdf_queue_full" in page.content
        besieged.neighbour.print_ticket("caja-1")
        besieged.attacker.sell("otra")
    _until(lambda: printing.waiting() == 0)
    assert besieged.attacker.request("GET", "/file/otra?type=ticket").status == 200
