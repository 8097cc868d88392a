"""Cancelling documents with an event to MH, as a client sees it (contract 13, D18, D19; rules.md 5)."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ocote.documents.view import Family
from ocote.issuing.request import InvalidationRequest
from ocote.issuing.timing import StepTimes
from ocote.mh.hosts import MhHost
from ocote.parts import open_parts
from ocote.store.invalidations import claim_invalidation
from ocote.work.leases import LEASE_LASTS
from tests.builders.bodies import ccf, invoice, note
from tests.builders.death import Death
from tests.dte.official_rules import schema_errors
from tests.e2e.answers import refusal
from tests.e2e.in_process import key_holder
from tests.e2e.issued import CONSUMER, invalidation_route, issue_one_of
from tests.e2e.meanwhile import meanwhile
from tests.e2e.worker import a_worker_works
from tests.e2e.written import assert_official, invalidations
from tests.running_gateway import MovableClock, RunningGateway, serving

SALES: frozenset[Family] = frozenset({"sale", "note"})


@pytest.mark.parametrize("doc_type", ["01", "03", "05", "11", "14"])
def test_a_document_of_any_type_can_be_cancelled(either_gateway: RunningGateway, doc_type: str) -> None:
    gateway = either_gateway
    issued = issue_one_of(gateway, doc_type, "doc-1")
    nobody_tried = gateway.get(f"{invalidation_route(doc_type)}/status/doc-1")
    assert {nobody_tried[name] for name in ("success", "dte_success", "contingency", "rejected", "invalidated")} == {
        False
    }
    answer = gateway.post(f"{invalidation_route(doc_type)}/doc-1", None)
    assert (answer["success"], answer["dte_success"], answer["invalidated"]) == (True, True, True), answer
    assert (answer["contingency"], answer["rejected"], answer["created_credit_memo"]) == (False, False, False)
    assert (answer["credit_memo_id"], answer["credit_memo_control_number"]) == ("", "")
    for same in ("document_id", "external_ref", "doc_type", "control_number"):
        assert answer[same] == issued[same]
    assert len(answer["reception_stamp"]) == 40
    assert answer["reception_stamp"] != issued["reception_stamp"]
    assert answer["invalidated_date_time"].endswith("-06:00")
    assert [each["reason"] for each in answer["history"]] == [2], "rescinded, when nobody says otherwise"
    assert gateway.get(f"{invalidation_route(doc_type)}/status/doc-1") == answer
    [stored] = gateway.emulator.control.documents(generation_code=issued["generation_code"])
    assert stored["state"] == "invalidated"
    [event] = invalidations(gateway)
    assert event["documento"]["codigoGeneracion"] == issued["generation_code"]
    assert event["documento"]["selloRecibido"] == issued["reception_stamp"]


@pytest.mark.parametrize("doc_type", ["01", "03", "05", "11"])
def test_every_event_meets_its_official_schema(either_gateway: RunningGateway, doc_type: str) -> None:
    issue_one_of(either_gateway, doc_type, "doc-1")
    either_gateway.post("/invalidate/doc-1", None)
    [event] = invalidations(either_gateway)
    assert_official(event)


def test_the_event_for_an_anonymous_invoice_meets_its_official_schema(either_gateway: RunningGateway) -> None:
    either_gateway.post("/invoice", invoice("doc-1"))
    either_gateway.post("/invalidate/doc-1", None)
    [event] = invalidations(either_gateway)
    assert_official(event)


def a_document_for(gateway: RunningGateway, doc_type: str, name: str) -> None:
    """A stamped document ``doc-1`` whose buyer has this name."""
    body = invoice("doc-1", customer={**CONSUMER, "name": name}) if doc_type == "01" else ccf("doc-1")
    answer = gateway.post("/invoice", {**body, "customer": {**body["customer"], "name": name}})
    assert answer["dte_success"] is True, answer


@pytest.mark.parametrize("doc_type", ["01", "03"])
@pytest.mark.parametrize("name", ["Ana", "x" * 201])
def test_a_buyer_whom_the_event_of_version_one_cannot_name_is_cancelled_by_that_of_version_two(
    gateway: RunningGateway, doc_type: str, name: str
) -> None:
    a_document_for(gateway, doc_type, name)
    answer = gateway.post("/invalidate/doc-1", None)
    assert answer["invalidated"] is True, answer
    assert [(each["code"], each["field"]) for each in answer["warnings"]] == [("cancelled_by_v2_event", "invalidated")]
    [event] = invalidations(gateway)
    assert (event["identificacion"]["version"], event["documento"]["nombre"]) == (3, name)
    assert_official(event)


def test_a_document_with_a_short_name_stays_valid_where_mh_takes_no_event_of_version_two_yet(
    gateway: RunningGateway,
) -> None:
    a_document_for(gateway, "01", "Ana")
    gateway.emulator.control.fault("reject", "invalidation", code="096")
    answer = gateway.post("/invalidate/doc-1", None)
    assert (answer["invalidated"], answer["rejected"]) == (False, True)
    assert answer["warnings"][0]["code"] == "cancelled_by_v2_event"
    assert gateway.get("/status/doc-1")["invalidated"] is False
    assert gateway.post("/invalidate/doc-1", None)["invalidated"] is True


def test_a_usual_name_is_cancelled_in_the_edition_in_force_without_a_word(either_gateway: RunningGateway) -> None:
    a_document_for(either_gateway, "01", "Ana Beltrán")
    assert "warnings" not in either_gateway.post("/invalidate/doc-1", None)


def test_a_short_name_widens_no_window(gateway: RunningGateway) -> None:
    """The event of v2.0 is a way to say the name; how long a CCF can be cancelled stays as in v1.x."""
    gateway.is_now(2026, 6, 2)
    a_document_for(gateway, "03", "3M")
    gateway.is_now(2026, 6, 4)
    answer = gateway.post("/invalidate/doc-1", None)
    assert (answer["invalidated"], answer["created_credit_memo"]) == (True, True)
    assert "cancelled_by_v2_event" not in str(answer)
    assert invalidations(gateway) == []


def test_the_event_for_an_anonymous_invoice_of_version_one_is_filled_as_mh_knows_such_events(
    gateway: RunningGateway,
) -> None:
    gateway.post("/invoice", invoice("doc-1"))
    gateway.post("/invalidate/doc-1", None)
    [event] = invalidations(gateway)
    document, issuer = event["documento"], event["emisor"]
    assert (document["tipoDocumento"], document["numDocumento"]) == ("36", issuer["nit"])
    assert (document["telefono"], document["correo"]) == (issuer["telefono"], issuer["correo"])
    assert document["montoIva"] == Decimal("1.30")
    assert event["motivo"]["motivoAnulacion"] == "Rescindir de la operación realizada."


def test_the_event_for_a_purchase_meets_the_schema_of_version_two(gateway_v2: RunningGateway) -> None:
    issue_one_of(gateway_v2, "14", "doc-1")
    gateway_v2.post("/invalidate/suex/doc-1", None)
    [event] = invalidations(gateway_v2)
    assert_official(event)


def test_the_event_for_a_purchase_misses_the_schema_of_version_one_only_by_its_pattern(gateway: RunningGateway) -> None:
    """That schema lists type 14, but its own pattern of control numbers knows none above 12."""
    issue_one_of(gateway, "14", "doc-1")
    gateway.post("/invalidate/suex/doc-1", None)
    [event] = invalidations(gateway)
    [error] = schema_errors("v1", "anulacion-schema-v2.json", event)
    assert error.startswith("$.documento.numeroControl: 'DTE-14-M001P001-000000000000001' does not match")


def test_the_event_names_vat_receiver_and_persons(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "03", "doc-1")
    body = {
        "note": "El cliente devolvió la mercadería",
        "requested_by": {"name": "Luis Campos", "document_type": "13", "document_number": "00016297-5"},
    }
    gateway.post("/invalidate/doc-1", body)
    [event] = invalidations(gateway)
    assert event["documento"]["montoIva"] == 13
    assert (event["documento"]["tipoDocumento"], event["documento"]["numDocumento"]) == ("36", "06140201260015")
    motive = event["motivo"]
    assert (motive["tipoAnulacion"], motive["motivoAnulacion"]) == (2, "El cliente devolvió la mercadería")
    assert (motive["nombreResponsable"], motive["nombreSolicita"]) == ("Persona de Prueba", "Luis Campos")
    assert motive["numDocSolicita"] == "000162975"


@pytest.mark.parametrize("doc_type", ["01", "03", "05", "11", "14"])
def test_which_reasons_want_a_replacement_depends_on_type_and_edition(
    either_gateway: RunningGateway, doc_type: str
) -> None:
    """rules.md 5.1; the schema of v1.x wants one for 1 and 3 whatever the type."""
    gateway = either_gateway
    issue_one_of(gateway, doc_type, "doc-1")
    issue_one_of(gateway, doc_type, "doc-2")
    is_v1 = "fecAnula" in _an_event(gateway)["identificacion"]
    path = f"{invalidation_route(doc_type)}/doc-1"
    wanted = is_v1 or doc_type != "05"
    for reason in (1, 3):
        alone = {"reason": reason, "note": "Datos del cliente equivocados"}
        if wanted:
            assert refusal(gateway, path, alone) == (400, "replacement_missing")
        else:
            assert refusal(gateway, path, {**alone, "replacement": "doc-2"}) == (400, "replacement_not_allowed")
    assert refusal(gateway, path, {"replacement": "doc-2"}) == (400, "replacement_not_allowed")
    assert refusal(gateway, path, {"reason": 3, "replacement": "doc-2"}) == (400, "invalidation_note_length")
    body: dict[str, Any] = {"reason": 3, "note": "Datos del cliente equivocados"}
    answer = gateway.post(path, {**body, "replacement": "doc-2"} if wanted else body)
    assert (answer["invalidated"], answer["history"][-1]["reason"]) == (True, 3)
    event = invalidations(gateway)[-1]
    replacement = gateway.get(f"{'/suex' if doc_type == '14' else ''}/status/doc-2")["generation_code"]
    assert event["documento"]["codigoGeneracionR"] == (replacement if wanted else None)


def _an_event(gateway: RunningGateway) -> dict[str, Any]:
    gateway.post("/invoice", invoice("any"))
    gateway.post("/invalidate/any", None)
    return invalidations(gateway)[-1]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"reason": 4}, "reason", "invalidation_reason_unknown"),
        ({"reason": 0}, "reason", "invalidation_reason_unknown"),
        ({"reason": 1.5}, "reason", "integer_expected"),
        ({"reason": "two"}, "reason", "invalidation_reason_unknown"),
        ({"reason": 1, "replacement": "nobody"}, "replacement", "replacement_not_found"),
        ({"reason": 1, "replacement": "doc-1"}, "replacement", "replacement_is_the_document"),
        ({"reason": 1, "replacement": "compra"}, "replacement", "replacement_of_another_family"),
        ({"requested_by": {"name": "Luis Campos"}}, "requested_by.document_type", "field_required"),
    ],
)
def test_a_cancellation_that_makes_no_sense_is_refused_by_field(
    gateway: RunningGateway, body: dict[str, Any], field: str, code: str
) -> None:
    issue_one_of(gateway, "01", "doc-1")
    issue_one_of(gateway, "14", "compra")
    reply = gateway.request("POST", "/invalidate/doc-1", body)
    assert reply.status == 400
    assert (reply.json()["errors"][0]["field"], reply.json()["errors"][0]["code"]) == (field, code)
    assert gateway.get("/invalidate/status/doc-1")["history"] == []


def test_a_purchase_is_not_replaced_by_a_sale(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    issue_one_of(gateway, "14", "compra")
    body = {"reason": 1, "replacement": "doc-1"}
    assert refusal(gateway, "/invalidate/suex/compra", body) == (400, "replacement_of_another_family")
    assert gateway.get("/invalidate/suex/status/compra")["history"] == []


def test_all_that_is_wrong_with_a_cancellation_is_told_at_once(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    body = {
        "reason": 3,
        "replacement": "nobody",
        "requested_by": {"name": "Ana", "document_type": "13", "document_number": "00016297-5"},
    }
    said = gateway.request("POST", "/invalidate/doc-1", body).json()
    assert [(each["field"], each["code"]) for each in said["errors"]] == [
        ("note", "invalidation_note_length"),
        ("requested_by.name", "person_name_length"),
        ("replacement", "replacement_not_found"),
    ]


def test_fields_come_before_the_state_of_the_document_and_of_its_replacement(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    issue_one_of(gateway, "01", "cancelled")
    gateway.post("/invalidate/cancelled", None)
    gateway.emulator.control.fault("reject", "reception", code="096")
    gateway.post("/invoice", invoice("refused"))
    without = (400, "replacement_missing")
    not_allowed = (400, "replacement_not_allowed")
    for reference in ("doc-1", "cancelled", "refused"):
        assert refusal(gateway, f"/invalidate/{reference}", {"reason": 1}) == without, reference
        assert refusal(gateway, f"/invalidate/{reference}", {"replacement": "refused"}) == not_allowed, reference


def test_a_cancellation_on_its_way_is_not_asked_for_with_a_body_that_makes_no_sense(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    gateway.emulator.control.fault("down", "invalidation")
    assert gateway.post("/invalidate/doc-1", None)["contingency"] is True
    assert refusal(gateway, "/invalidate/doc-1", {"reason": 3}) == (400, "invalidation_note_length")
    assert refusal(gateway, "/invalidate/doc-1", {"replacement": "nobody"}) == (400, "replacement_not_allowed")
    assert len([t for t in gateway.emulator.control.transmissions() if t["endpoint"] == "invalidation"]) <= 1
    assert gateway.post("/invalidate/doc-1", {"note": "Sigue pendiente"})["invalidated"] is True


def test_a_rejected_document_is_to_be_corrected_and_not_waited_for(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    gateway.post("/invoice", ccf("refused"))
    for method, path, body in (
        ("POST", "/invalidate/refused", None),
        ("POST", "/credit-memo", note("refused", "nc-1", "1.13")),
        ("GET", "/file/refused?type=json", None),
    ):
        reply = gateway.request(method, path, body)
        assert reply.status == 409, path
        assert "rechazó" in reply.json()["detail"], path
        assert "envíelo de nuevo con el mismo external_ref" in reply.json()["detail"], path
    assert gateway.post("/invoice", ccf("refused"))["dte_success"] is True


def test_a_dry_run_of_a_cancellation_is_refused_and_nothing_is_cancelled(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    assert refusal(gateway, "/invalidate/doc-1?dry_run=1") == (400, "dry_run_not_here")
    assert gateway.get("/status/doc-1")["invalidated"] is False


def test_a_replacement_has_to_be_stamped_alive_and_the_companys_own(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    issue_one_of(gateway, "01", "cancelled")
    gateway.post("/invalidate/cancelled", None)
    gateway.emulator.control.fault("reject", "reception", code="096")
    gateway.post("/invoice", invoice("refused"))
    key = gateway.another_company()
    gateway.post("/invoice", invoice("theirs"), key=key)

    def named(reference: str) -> tuple[int, str]:
        return refusal(gateway, "/invalidate/doc-1", {"reason": 1, "replacement": reference})

    assert named("cancelled") == (409, "replacement_not_stamped")
    assert named("refused") == (409, "replacement_not_stamped")
    assert named("theirs") == (400, "replacement_not_found")
    assert gateway.request("POST", "/invalidate/doc-1", key=key).status == 404


def test_what_is_cancelled_or_not_stamped_cannot_be_cancelled(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    gateway.post("/invalidate/doc-1", None)
    assert refusal(gateway, "/invalidate/doc-1") == (409, "already_invalidated")
    gateway.emulator.control.fault("reject", "reception", code="096")
    gateway.post("/invoice", invoice("refused"))
    assert refusal(gateway, "/invalidate/refused") == (409, "document_rejected")
    gateway.emulator.control.fault("down", count=None)
    gateway.post("/invoice", invoice("waiting"))
    assert refusal(gateway, "/invalidate/waiting") == (409, "document_not_stamped")
    assert refusal(gateway, "/invalidate/nobody") == (404, "document_not_found")
    assert gateway.request("GET", "/invalidate/status/nobody").status == 404


def test_a_cancelled_document_stays_what_it_was(gateway: RunningGateway) -> None:
    issued = issue_one_of(gateway, "01", "doc-1")
    gateway.post("/invalidate/doc-1", None)
    again = gateway.post("/invoice", invoice("doc-1", customer=CONSUMER))
    assert again == {**issued, "is_duplicate": True, "invalidated": True}
    status = gateway.get("/status/doc-1")
    assert (status["dte_success"], status["invalidated"]) == (True, True)
    assert gateway.request("GET", "/file/doc-1?type=invoice").content.startswith(b"%PDF-")
    assert gateway.request("GET", "/file/doc-1?type=json").json()["selloRecibido"] == issued["reception_stamp"]


def test_while_mh_is_down_the_cancellation_waits_and_the_worker_finishes_it(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    issue_one_of(gateway, "01", "doc-1")
    gateway.emulator.control.fault("down", "invalidation")
    answer = gateway.post("/invalidate/doc-1", None)
    assert (answer["success"], answer["contingency"], answer["invalidated"]) == (True, True, False)
    assert (answer["reception_stamp"], answer["invalidated_date_time"]) == ("", "")
    assert gateway.get("/status/doc-1")["invalidated"] is False
    gateway.time_passes(minutes=2)
    a_worker_works(gateway)
    later = gateway.get("/invalidate/status/doc-1")
    assert (later["dte_success"], later["contingency"], later["invalidated"]) == (True, False, True)
    assert len(later["reception_stamp"]) == 40
    assert len(later["history"]) == len(invalidations(gateway)) == 1


def test_asking_again_goes_on_with_the_same_event(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    gateway.emulator.control.fault("down", "invalidation")
    assert gateway.post("/invalidate/doc-1", None)["contingency"] is True
    answer = gateway.post("/invalidate/doc-1", None)
    assert (answer["invalidated"], len(answer["history"])) == (True, 1)
    sent = [t for t in gateway.emulator.control.transmissions() if t["endpoint"] == "invalidation"]
    assert len(sent) == 2
    assert len({t["document_sha256"] for t in sent}) == 1, "the same bytes"


def test_an_event_whose_replacement_is_cancelled_while_it_waits_does_not_count_as_taken(
    either_gateway: RunningGateway,
) -> None:
    gateway = either_gateway
    for reference in ("doc-1", "doc-2"):
        issue_one_of(gateway, "01", reference)
    gateway.emulator.control.fault("down", "invalidation")
    body = {"reason": 1, "replacement": "doc-2"}
    assert gateway.post("/invalidate/doc-1", body)["contingency"] is True
    assert gateway.post("/invalidate/doc-2", None)["invalidated"] is True
    answer = gateway.post("/invalidate/doc-1", None)
    assert (answer["rejected"], answer["invalidated"], answer["codigo_msg"]) == (True, False, "015")
    assert gateway.post("/invalidate/doc-1", None)["invalidated"] is True


@pytest.mark.parametrize("who", ["caller", "worker"])
def test_an_answer_that_was_lost_has_no_second_effect(gateway: RunningGateway, who: str) -> None:
    issue_one_of(gateway, "01", "doc-1")
    gateway.emulator.control.fault("answer_lost", "invalidation")
    assert gateway.post("/invalidate/doc-1", None)["contingency"] is True
    if who == "caller":
        gateway.post("/invalidate/doc-1", None)
    else:
        gateway.time_passes(minutes=2)
        a_worker_works(gateway)
    answer = gateway.get("/invalidate/status/doc-1")
    assert (answer["dte_success"], answer["invalidated"], answer["rejected"]) == (True, True, False)
    # MH has no query for events: it confirms that the document is cancelled, and its first stamp is not to be had.
    assert answer["reception_stamp"] == ""
    assert answer["dte_message"].endswith("el sello del evento no llegó.")
    assert len(invalidations(gateway)) == 1


def test_a_refused_cancellation_can_be_tried_again(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    gateway.emulator.control.fault("reject", "invalidation", code="027", text="[documento.nombre] NO COINCIDE")
    refused = gateway.post("/invalidate/doc-1", None)
    assert (refused["success"], refused["rejected"], refused["invalidated"]) == (False, True, False)
    assert (refused["dte_state"], refused["codigo_msg"]) == ("RECHAZADO", "027")
    assert refused["dte_message"] == "[documento.nombre] NO COINCIDE"
    assert gateway.get("/invalidate/status/doc-1") == refused
    answer = gateway.post("/invalidate/doc-1", {"note": "Segundo intento"})
    assert (answer["success"], answer["rejected"], answer["invalidated"]) == (True, False, True)
    assert [(each["rejected"], each["dte_success"]) for each in answer["history"]] == [(True, False), (False, True)]
    codes = {each["generation_code"] for each in answer["history"]}
    assert len(codes) == 2, "an event that MH refused is never sent again"


def test_many_callers_at_once_cancel_a_document_once(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    gateway.emulator.control.fault("slow", "invalidation", seconds=0.5)
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda _: gateway.request("POST", "/invalidate/doc-1"), range(12)))
    assert Counter(reply.status for reply in replies) == {200: 1, 409: 11}
    assert {reply.json()["code"] for reply in replies if reply.status == 409} <= {
        "invalidation_in_progress",
        "already_invalidated",
    }
    assert gateway.emulator.control.counts()["invalidation"] == 1
    assert gateway.get("/invalidate/status/doc-1")["invalidated"] is True


def test_an_unanswered_event_is_sent_by_one_caller_at_a_time(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "01", "doc-1")
    gateway.emulator.control.fault("down", "invalidation")
    assert gateway.post("/invalidate/doc-1", None)["contingency"] is True
    gateway.emulator.control.fault("slow", "invalidation", seconds=0.5)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: gateway.request("POST", "/invalidate/doc-1"), range(8)))
    assert Counter(reply.status for reply in replies) == {200: 1, 409: 7}
    assert gateway.emulator.control.counts()["invalidation"] == 2
    assert len(gateway.get("/invalidate/status/doc-1")["reception_stamp"]) == 40


def test_an_event_that_was_answered_meanwhile_is_not_said_to_be_under_way(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_one_of(gateway, "01", "doc-1")
    gateway.emulator.control.fault("down", "invalidation")
    assert gateway.post("/invalidate/doc-1", None)["contingency"] is True
    meanwhile(monkeypatch, claim_invalidation, lambda: gateway.post("/invalidate/doc-1", None))
    assert refusal(gateway, "/invalidate/doc-1") == (409, "already_invalidated")


def test_a_refused_event_of_a_gateway_whose_clock_is_ahead_is_not_sent_again(gateway: RunningGateway) -> None:
    ahead = MovableClock()
    ahead.ahead = timedelta(seconds=5)
    issue_one_of(gateway, "01", "doc-1")
    gateway.emulator.control.fault("reject", "invalidation", code="027", text="[documento.nombre] NO COINCIDE")
    with serving(gateway.settings, ahead, with_worker=False) as url:
        refused = replace(gateway, url=url).post("/invalidate/doc-1", None)
    answer = gateway.post("/invalidate/doc-1", None)
    assert (refused["rejected"], answer["invalidated"]) == (True, True)
    assert len({each["generation_code"] for each in answer["history"]}) == 2


def test_what_mh_refuses_to_one_who_stood_still_may_be_what_it_took_from_another(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it sent its event another took it over and sent it, and that answer was lost."""
    send: Callable[..., Any] = MhHost.send_invalidation

    async def standing_still(*given: Any, **options: Any) -> Any:
        monkeypatch.undo()
        gateway.time_passes(seconds=LEASE_LASTS.total_seconds() + 1)
        gateway.emulator.control.fault("answer_lost", "invalidation")
        await asyncio.to_thread(gateway.post, "/invalidate/doc-1", None)
        return await send(*given, **options)

    issue_one_of(gateway, "01", "doc-1")
    monkeypatch.setattr(MhHost, "send_invalidation", standing_still)
    answer = gateway.post("/invalidate/doc-1", None)
    assert (answer["contingency"], answer["rejected"]) == (True, False)
    answer = gateway.post("/invalidate/doc-1", None)
    assert (answer["invalidated"], len(answer["history"]), len(invalidations(gateway))) == (True, 1, 1)


@pytest.mark.parametrize("had_been_sent", [False, True])
def test_an_event_left_by_a_process_that_died_is_finished_by_another(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch, had_been_sent: bool
) -> None:
    issue_one_of(gateway, "01", "doc-1")
    send: Callable[..., Any] = MhHost.send_invalidation

    async def dying(*given: Any, **options: Any) -> None:
        if had_been_sent:
            await send(*given, **options)
        raise Death

    async def die() -> None:
        monkeypatch.setattr(MhHost, "send_invalidation", dying)
        async with open_parts(gateway.settings, clock=gateway.clock) as other:
            holder = await key_holder(other, gateway)
            with pytest.raises(Death):
                await other.services.invalidator.invalidate(holder, "doc-1", SALES, InvalidationRequest(), StepTimes())

    asyncio.run(die())
    monkeypatch.undo()
    assert gateway.get("/invalidate/status/doc-1")["contingency"] is True
    a_worker_works(gateway)
    answer = gateway.get("/invalidate/status/doc-1")
    assert (answer["dte_success"], answer["invalidated"]) == (True, True)
    assert len(invalidations(gateway)) == 1


def test_amounts_of_vat_are_named_by_the_types_that_have_it(gateway: RunningGateway) -> None:
    expected = {"01": Decimal("1.3"), "03": 13, "05": Decimal("1.3"), "11": None, "14": None}
    for doc_type, vat in expected.items():
        issue_one_of(gateway, doc_type, f"doc-{doc_type}")
        gateway.post(f"{invalidation_route(doc_type)}/doc-{doc_type}", None)
        assert invalidations(gateway)[-1]["documento"]["montoIva"] == vat, doc_type
