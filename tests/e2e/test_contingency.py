"""From the silence of MH to the last stamp: what customers see, what MH is told, and that nothing happens twice."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ocote.contingency.piece import WorkLimits
from ocote.store.contingency.overview import overview
from tests.builders.bodies import ccf, export, invoice, purchase
from tests.builders.company import EXPORT_SETTINGS
from tests.dte.official_rules import assert_conforms
from tests.e2e.outage import (
    arrives_at_last,
    assert_delivered_as_mh_has_it,
    comes_to,
    contingencies,
    mh_comes_back,
    mh_goes_away,
    mh_was_looked_for,
    named,
    reports,
    sells,
    status_of,
)
from tests.e2e.worker import a_worker, a_worker_works, all_that_is_due, work_is_done
from tests.e2e.written import assert_official, signed
from tests.printing.reading import words
from tests.running_gateway import NEVER, RunningGateway, running_gateway
from tests.waiting import until

IN_LOTS, ONE_BY_ONE = WorkLimits(few=0), WorkLimits(few=1000)
HEAD = "identificacion"
KNOWN_BUYER = "06140102260013"
"""A taxpayer that MH knows by its registration number, 123457-5."""


@pytest.fixture(params=["v1", "v2"])
def exporter(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway of a company that issues every type, in each edition."""
    edition_from = NEVER if request.param == "v1" else "2026-01-01"
    with running_gateway(database_url, tmp_path, edition_from=edition_from, company=EXPORT_SETTINGS) as running:
        yield running


def test_every_type_is_signed_for_the_contingency_reported_in_one_event_and_delivered(exporter: RunningGateway) -> None:
    gateway = exporter
    gateway.post("/invoice", ccf("b2b-0"))
    mh_goes_away(gateway)
    references = {
        "caja-1": ("/invoice", invoice("caja-1")),
        "b2b-1": ("/invoice", ccf("b2b-1")),
        "exp-1": ("/invoice", export("exp-1")),
        "nc-1": ("/credit-memo", {"document_id": "b2b-0", "external_ref": "nc-1", "full_adjustment": True}),
        "compra-1": ("/suex", purchase("compra-1")),
    }
    for reference, (path, body) in references.items():
        answer = gateway.post(path, body)
        assert (answer["success"], answer["dte_success"], answer["contingency"]) == (True, False, True), answer
        waiting = status_of(gateway, reference, "?include_dte=1")
        said = waiting["schema"][HEAD]
        assert (said["tipoModelo"], said["tipoOperacion"], said["tipoContingencia"]) == (2, 2, 1)
        assert said.get("motivoContin", said.get("motivoContigencia")) is None
        assert_official(waiting["schema"])
        assert waiting["contingency_deadline"] is None, "no deadline runs while the cause lasts"
        for kind in ("invoice",) if reference == "exp-1" else ("ticket", "invoice"):
            printed = words(gateway.request("GET", f"/file/{reference}?type={kind}").content)
            assert "TRANSMISIÓN POR CONTINGENCIA" in printed
        assert gateway.request("GET", f"/file/{reference}?type=json").status == 409
    assert gateway.get("/status/b2b-0")["invalidated"] is False, "the note is not stamped yet"

    mh_comes_back(gateway)
    a_worker_works(gateway)
    [report] = reports(gateway)
    edition, version = (("v1", 3), ("v2", 4))[
        status_of(gateway, "caja-1", "?include_dte=1")["schema"][HEAD]["version"] - 1
    ]
    assert report[HEAD]["version"] == version
    assert_conforms(edition, f"contingencia-schema-v{version}.json", report)
    assert {row["tipoDoc"] for row in report["detalleDTE"]} == {"01", "03", "05", "11", "14"}
    assert (report["motivo"]["tipoContingencia"], report["motivo"]["motivoContingencia"]) == (1, None)
    for reference in references:
        said = assert_delivered_as_mh_has_it(gateway, reference)
        assert said[HEAD]["codigoGeneracion"] in named(report)
        assert said[HEAD]["tipoOperacion"] == 2
    assert gateway.get("/status/b2b-0")["invalidated"] is True
    assert [row.state for row in contingencies(gateway)] == ["done"]


def test_what_had_arrived_is_stamped_with_the_text_signed_first_and_only_the_rest_is_reported(
    gateway: RunningGateway,
) -> None:
    control = gateway.emulator.control
    control.fault("down", "query", None)
    control.fault("answer_lost", "reception")
    control.fault("down", "reception", None)
    arrived, lost = (gateway.post("/invoice", invoice(f"caja-{number}")) for number in (1, 2))
    for answer in (arrived, lost):
        assert signed(gateway, answer)[HEAD]["tipoOperacion"] == 2
    mh_comes_back(gateway)
    a_worker_works(gateway)
    first = assert_delivered_as_mh_has_it(gateway, "caja-1")[HEAD]
    assert (first["tipoModelo"], first["tipoOperacion"], first["tipoContingencia"]) == (1, 1, None)
    assert assert_delivered_as_mh_has_it(gateway, "caja-2")[HEAD]["tipoOperacion"] == 2
    [report] = reports(gateway)
    assert named(report) == [lost["generation_code"]]
    printed = words(gateway.request("GET", "/file/caja-1?type=invoice").content)
    assert "TRANSMISIÓN POR CONTINGENCIA" not in printed


def test_when_everything_had_arrived_there_is_no_event(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("down", "query", None)
    gateway.emulator.control.fault("answer_lost", "reception")
    gateway.post("/invoice", invoice("caja-0"))
    mh_comes_back(gateway)
    a_worker_works(gateway)
    assert_delivered_as_mh_has_it(gateway, "caja-0")
    assert reports(gateway) == []
    assert [row.state for row in contingencies(gateway)] == ["done"]


def test_what_arrives_only_after_it_was_asked_for_is_left_out_of_the_corrected_event(gateway: RunningGateway) -> None:
    """MH was slow, not deaf: a first transmission turns up when the event is already being written."""
    gateway.emulator.control.fault("down", "query", None)
    gateway.emulator.control.fault("slow", "reception", None, seconds=1.2, store=False)
    slow, lost = (gateway.post("/invoice", invoice(f"caja-{number}")) for number in (1, 2))
    mh_comes_back(gateway)

    async def work() -> None:
        async with a_worker(gateway) as worker:
            await comes_to(gateway, worker, "filing")
            await arrives_at_last(gateway, worker, slow["generation_code"])
            await work_is_done(gateway, worker, 1)
            assert reports(gateway) == [], "MH refuses an event that names a document which it has stamped"
            gateway.time_passes(seconds=600)
            await work_is_done(gateway, worker)

    asyncio.run(work())
    assert assert_delivered_as_mh_has_it(gateway, "caja-1")[HEAD]["tipoOperacion"] == 1
    assert assert_delivered_as_mh_has_it(gateway, "caja-2")[HEAD]["tipoOperacion"] == 2
    assert [named(report) for report in reports(gateway)] == [[lost["generation_code"]]]


def given_up(gateway: RunningGateway) -> dict[str, Any]:
    """A sale that MH was slow to take, so that it entered a contingency; MH is back."""
    gateway.emulator.control.fault("down", "query", None)
    gateway.emulator.control.fault("slow", "reception", None, seconds=1.2, store=False)
    slow: dict[str, Any] = gateway.post("/invoice", invoice("caja-1"))
    mh_comes_back(gateway)
    return slow


def test_what_mh_takes_soon_after_it_was_given_up_is_the_text_signed_first(gateway: RunningGateway) -> None:
    """MH is asked for it only when nothing can be under way any more; until then no event names it."""
    slow = given_up(gateway)

    async def work() -> None:
        async with a_worker(gateway) as worker:
            await comes_to(gateway, worker, "asking")
            await all_that_is_due(worker)
            assert [row.state for row in await worker.store.read(overview)] == ["asking"]
            await arrives_at_last(gateway, worker, slow["generation_code"])
            await work_is_done(gateway, worker)

    asyncio.run(work())
    assert assert_delivered_as_mh_has_it(gateway, "caja-1")[HEAD]["tipoOperacion"] == 1
    assert reports(gateway) == []


def test_what_mh_stamped_before_it_took_the_event_is_the_text_signed_first(gateway: RunningGateway) -> None:
    """MH took an event that names a document it had: its refusal of the second text tells, and its own clock."""
    slow = given_up(gateway)

    async def work() -> None:
        async with a_worker(gateway) as worker:
            await comes_to(gateway, worker, "delivering")
            gateway.emulator.control.move_clock(-60)
            await arrives_at_last(gateway, worker, slow["generation_code"])
            gateway.emulator.control.move_clock(60)
            await work_is_done(gateway, worker)

    asyncio.run(work())
    assert assert_delivered_as_mh_has_it(gateway, "caja-1")[HEAD]["tipoOperacion"] == 1


def test_many_documents_go_in_lots_and_a_refused_one_is_corrected_under_its_number(
    eager_gateway: RunningGateway,
) -> None:
    gateway = eager_gateway
    gateway.another_company(KNOWN_BUYER)
    gateway.emulator.control.policy(lot_pending_polls=2)
    mh_goes_away(gateway)
    sells(gateway, 119)
    wrong = ccf("b2b-1")
    wrong["customer"] = {**wrong["customer"], "nit": KNOWN_BUYER, "nrc": "2345678"}
    refused = gateway.post("/invoice", wrong)
    mh_comes_back(gateway)
    a_worker_works(gateway)

    counts = gateway.emulator.control.counts()
    assert (counts["lot"], counts["lot_query"], counts["contingency"]) == (2, 6, 1)
    assert len(gateway.emulator.control.documents()) == 119
    assert assert_delivered_as_mh_has_it(gateway, "caja-118")[HEAD]["tipoOperacion"] == 2
    told = gateway.get("/status/b2b-1")
    assert (told["success"], told["rejected"], told["contingency"]) == (False, True, False)
    assert (told["dte_state"], told["codigo_msg"]) == ("RECHAZADO", "008")
    assert told["dte_message"] == "[receptor.nrc] NO CORRESPONDE A CONTRIBUYENTE"

    until(lambda: mh_was_looked_for(gateway))
    corrected = gateway.post("/invoice", {**wrong, "customer": {**wrong["customer"], "nrc": "1234575"}})
    assert (corrected["dte_success"], corrected["is_duplicate"]) == (True, False), corrected
    for kept in ("document_id", "control_number", "generation_code", "posted_date_time"):
        assert corrected[kept] == refused[kept], kept
    assert assert_delivered_as_mh_has_it(gateway, "b2b-1")[HEAD]["tipoOperacion"] == 1


def test_more_documents_than_an_event_may_name_are_reported_in_several(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    made = sells(gateway, 7)
    mh_comes_back(gateway)
    a_worker_works(gateway, WorkLimits(documents_per_event=3, documents_per_lot=2, few=1))
    told = [named(report) for report in reports(gateway)]
    assert [len(codes) for codes in told] == [3, 3, 1]
    assert Counter(code for codes in told for code in codes) == Counter(one["generation_code"] for one in made)
    assert gateway.emulator.control.counts()["lot"] == 4, "three documents are a lot of two and one of one"
    for number in range(7):
        assert_delivered_as_mh_has_it(gateway, f"caja-{number}")


def test_a_refused_event_is_corrected_and_filed_again_after_a_while(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    made = sells(gateway, 2)
    mh_comes_back(gateway)
    gateway.emulator.control.fault("reject", "contingency", text="[emisor.nombreResponsable] VALOR NO VALIDO")
    a_worker_works(gateway, spans=20)
    assert gateway.emulator.control.counts()["contingency"] == 1, "nothing will have changed in a second"
    assert [row.state for row in contingencies(gateway)] == ["filing"]
    gateway.time_passes(seconds=600)
    a_worker_works(gateway)
    [report] = reports(gateway)
    assert named(report) == [answer["generation_code"] for answer in made]
    sent = {t["document_sha256"] for t in gateway.emulator.control.transmissions() if t["endpoint"] == "contingency"}
    assert len(sent) == 2, "the second event is another one"
    assert_delivered_as_mh_has_it(gateway, "caja-1")


@pytest.mark.parametrize(("fault", "outside", "kind"), [("down", True, 1), ("down", False, 3), ("reject", True, 2)])
def test_the_cause_is_told_apart(database_url: str, tmp_path: Path, fault: Any, outside: bool, kind: int) -> None:
    """MH's outage from our own by a machine outside MH, both from a login that MH refuses."""
    with socket.socket() as elsewhere:
        elsewhere.bind(("127.0.0.1", 0))
        if outside:
            elsewhere.listen()
        with running_gateway(database_url, tmp_path, probe_host=elsewhere.getsockname()) as gateway:
            gateway.emulator.control.fault(fault, "auth" if fault == "reject" else None, None)
            answer = gateway.post("/invoice", invoice("caja-1"))
            assert answer["contingency"] is True
            mh_comes_back(gateway)
            a_worker_works(gateway)
            said = assert_delivered_as_mh_has_it(gateway, "caja-1")
            assert said[HEAD]["tipoContingencia"] == kind
            assert reports(gateway)[0]["motivo"]["tipoContingencia"] == kind


def test_an_invalidation_asked_for_while_mh_is_away_is_sent_when_it_is_back(eager_gateway: RunningGateway) -> None:
    gateway = eager_gateway
    gateway.post("/invoice", invoice("sold"))
    mh_goes_away(gateway)
    sells(gateway, 2)
    waiting = gateway.post("/invalidate/sold", None)
    assert (waiting["success"], waiting["contingency"], waiting["invalidated"]) == (True, True, False)
    refused = gateway.request("POST", "/invalidate/caja-1")
    assert (refused.status, refused.json()["code"]) == (409, "document_not_stamped")
    mh_comes_back(gateway)
    gateway.time_passes(seconds=61)
    a_worker_works(gateway)
    assert gateway.get("/invalidate/status/sold")["invalidated"] is True
    assert gateway.emulator.control.counts()["invalidation"] == 1
    until(lambda: mh_was_looked_for(gateway))
    assert gateway.post("/invalidate/caja-1", None)["invalidated"] is True, "it is stamped by now"


def test_a_client_that_keeps_asking_for_an_invalidation_does_not_hold_it_up(eager_gateway: RunningGateway) -> None:
    gateway = eager_gateway
    gateway.post("/invoice", invoice("sold"))
    mh_goes_away(gateway)
    sells(gateway, 2)
    for _ in range(6):
        assert gateway.post("/invalidate/sold", None)["contingency"] is True
        gateway.time_passes(seconds=59)
    mh_comes_back(gateway)
    gateway.time_passes(seconds=61)
    a_worker_works(gateway)
    assert gateway.get("/invalidate/status/sold")["invalidated"] is True


def test_a_document_refused_after_its_contingency_may_meet_the_next_outage(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    first = gateway.post("/invoice", invoice("caja-0"))
    mh_comes_back(gateway)
    gateway.emulator.control.fault("reject", "reception", code="096", class_code="98", text="NO CUMPLE ESQUEMA JSON")
    a_worker_works(gateway)
    assert gateway.get("/status/caja-0")["rejected"] is True
    mh_goes_away(gateway)
    other = {**invoice("caja-0"), "lines": [{"description": "Corregida", "quantity": 1, "unit_price": 22.60}]}
    again = gateway.post("/invoice", other)
    assert (again["contingency"], again["is_duplicate"], str(again["amount_gross"])) == (True, False, "22.60")
    mh_comes_back(gateway)
    a_worker_works(gateway)
    said = assert_delivered_as_mh_has_it(gateway, "caja-0")
    assert said["resumen"]["montoTotalOperacion"] == Decimal("22.6")
    assert said[HEAD]["numeroControl"] == first["control_number"]
    assert len(reports(gateway)) == 2


def test_the_status_tells_until_when_a_document_has_to_be_reported_and_delivered(gateway: RunningGateway) -> None:
    gateway.is_now(2026, 6, 3, 8)
    mh_goes_away(gateway)
    gateway.post("/invoice", invoice("caja-0"))
    gateway.is_now(2026, 6, 3, 12)
    mh_comes_back(gateway)

    async def work() -> None:
        async with a_worker(gateway) as worker:
            await comes_to(gateway, worker, "filing")
            assert deadline(gateway).startswith("2026-06-04T12:00:0"), "24 hours from the end of the cause"
            gateway.time_passes(seconds=3600)
            await comes_to(gateway, worker, "delivering")
            assert deadline(gateway).startswith("2026-06-06T13:00:0"), "72 hours from the stamp of the event"
            [listed] = gateway.get("/documents?state=contingency")["documents"]
            assert listed["contingency_deadline"] == deadline(gateway)

    asyncio.run(work())
    a_worker_works(gateway)
    assert gateway.get("/status/caja-0")["contingency_deadline"] is None


def deadline(gateway: RunningGateway) -> str:
    told: str = gateway.get("/status/caja-0")["contingency_deadline"]
    assert told.endswith("-06:00")
    return told
