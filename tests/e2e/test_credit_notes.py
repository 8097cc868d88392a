"""Credit notes (05) on a CCF, as a client sees them (contract 10, D16; arithmetic.md 5; rules.md 7)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ocote.issuing import ccfs
from ocote.store.documents import reopen
from tests.builders.bodies import LARGE_TAXPAYER, ccf, invoice, note
from tests.e2e.answers import AMOUNTS, amounts, refusal
from tests.e2e.meanwhile import meanwhile
from tests.e2e.worker import a_worker_works
from tests.e2e.written import assert_official, signed
from tests.running_gateway import RunningGateway, running_gateway, serving


def ccf_of(reference: str, price: str, kind: int = 3) -> dict[str, Any]:
    """A 03 of one line; ``price`` includes VAT."""
    return {
        **ccf(reference),
        "customer": {**LARGE_TAXPAYER, "type_contributor": kind},
        "lines": [{"description": "Servicio mensual", "quantity": 1, "unit_price": price}],
    }


def test_the_last_cent_of_a_voucher_can_be_noted(either_gateway: RunningGateway) -> None:
    """113.56 / 1.13 = 100.50, of which 1.01 is withheld: all of it by the note of 113.55, none by that of 0.01."""
    voucher = either_gateway.post("/invoice", ccf_of("ccf-1", "113.56"))
    assert amounts(voucher) == ["100.50", "13.06", "113.56", "1.01", "112.55"]
    first = either_gateway.post("/credit-memo", note("ccf-1", "nc-1", "113.55"))
    last = either_gateway.post("/credit-memo", note("ccf-1", "nc-2", "0.01"))
    for answer, expected in ((first, ["113.55", "1.01", "112.54"]), (last, ["0.01", "0.00", "0.01"])):
        assert answer["dte_success"] is True, answer
        assert amounts(answer)[2:] == expected
        assert_official(signed(either_gateway, answer))


def test_a_note_on_some_lines_takes_its_share_and_leaves_the_ccf_valid(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    sold = gateway.post("/invoice", ccf("b2b-1"))
    body = {
        "document_id": "b2b-1",
        "external_ref": "nc-1",
        "lines": [{"description": "Devolución parcial", "quantity": 2, "unit_price": 11.30}],
    }
    answer = gateway.post("/credit-memo", body)
    assert answer["dte_success"] is True, answer
    # 22.60 / 1.13 = 20.00; the CCF withheld 1 %, so its note does, below the threshold too (D7).
    assert amounts(answer) == ["20.00", "2.60", "22.60", "0.20", "22.40"]
    assert (answer["doc_type"], answer["external_ref"]) == ("05", "nc-1")
    assert answer["control_number"] == "DTE-05-M001P001-000000000000001"
    assert answer["adjusted_document"] == {
        "document_id": sold["document_id"],
        "external_ref": "b2b-1",
        "control_number": sold["control_number"],
        "generation_code": sold["generation_code"],
        "full_adjustment": False,
        "invalidated": False,
    }
    assert gateway.get("/status/b2b-1")["invalidated"] is False
    for route in ("/credit-memo/status/nc-1", "/status/nc-1", f"/status/{answer['control_number']}"):
        status = gateway.get(route)
        assert status["adjusted_document"] == answer["adjusted_document"], route
        assert amounts(status) == amounts(answer)


def test_version_one_totals_a_note_net_of_withholding(gateway: RunningGateway) -> None:
    sold = gateway.post("/invoice", ccf("b2b-1"))
    said = signed(gateway, gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60")))
    assert (said["identificacion"]["tipoDte"], said["identificacion"]["version"]) == ("05", 3)
    assert said["documentoRelacionado"][0]["numeroDocumento"] == sold["generation_code"]
    summary = said["resumen"]
    assert (summary["subTotal"], summary["ivaRete1"]) == (20, Decimal("0.2"))
    assert summary["montoTotalOperacion"] == Decimal("22.4")
    assert "totalPagar" not in summary


def test_version_two_totals_a_note_before_withholding_and_says_what_is_paid(gateway_v2: RunningGateway) -> None:
    gateway_v2.post("/invoice", ccf("b2b-1"))
    said = signed(gateway_v2, gateway_v2.post("/credit-memo", note("b2b-1", "nc-1", "22.60")))
    assert (said["identificacion"]["tipoDte"], said["identificacion"]["version"]) == ("05", 4)
    summary = said["resumen"]
    assert (summary["montoTotalOperacion"], summary["totalPagar"]) == (Decimal("22.6"), Decimal("22.4"))
    assert (summary["ivaRete"], summary["totalIva"], summary["codigoRetencionMH"]) == (Decimal("0.2"), 0, None)
    assert [line["ivaRete"] for line in said["cuerpoDocumento"]] == [Decimal("0.2")]


def test_every_note_meets_its_official_schema(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    for number, body in enumerate(
        (note("ccf-0", "nc-0", "22.60", "11.30"), note("ccf-1", "nc-1"), note("ccf-2", "nc-2", full_adjustment=True))
    ):
        gateway.post("/invoice", ccf(f"ccf-{number}"))
        assert_official(signed(gateway, gateway.post("/credit-memo", body)))


def test_without_lines_the_note_copies_all_and_does_not_cancel(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    gateway.post("/invoice", ccf("b2b-1"))
    answer = gateway.post("/credit-memo", note("b2b-1", "nc-1"))
    assert amounts(answer) == ["100.00", "13.00", "113.00", "1.00", "112.00"]
    assert answer["adjusted_document"]["invalidated"] is False
    assert gateway.get("/status/b2b-1")["invalidated"] is False
    assert refusal(gateway, "/credit-memo", note("b2b-1", "nc-2", "0.01")) == (400, "note_exceeds_voucher")


def test_a_full_adjustment_cancels_the_ccf_once_stamped(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    gateway.post("/invoice", ccf("b2b-1"))
    answer = gateway.post("/credit-memo", note("b2b-1", "nc-1", full_adjustment=True))
    assert amounts(answer) == ["100.00", "13.00", "113.00", "1.00", "112.00"]
    assert (answer["adjusted_document"]["full_adjustment"], answer["adjusted_document"]["invalidated"]) == (True, True)
    assert gateway.get("/status/b2b-1")["invalidated"] is True
    assert gateway.get("/credit-memo/status/nc-1")["adjusted_document"]["invalidated"] is True
    cancelled = gateway.get("/invalidate/status/b2b-1")
    assert (cancelled["invalidated"], cancelled["created_credit_memo"]) == (True, True)
    assert cancelled["credit_memo_control_number"] == answer["control_number"]
    assert refusal(gateway, "/credit-memo", note("b2b-1", "nc-2", "1.00")) == (409, "already_invalidated")


def test_while_the_full_note_is_in_contingency_the_ccf_is_not_cancelled_yet(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.emulator.control.fault("down", count=None)
    answer = gateway.post("/credit-memo", note("b2b-1", "nc-1", full_adjustment=True))
    assert (answer["contingency"], answer["success"]) == (True, True)
    assert answer["adjusted_document"]["invalidated"] is False
    assert gateway.get("/status/b2b-1")["invalidated"] is False
    waiting = gateway.get("/invalidate/status/b2b-1")
    assert (waiting["invalidated"], waiting["contingency"]) == (False, True)
    gateway.emulator.control.behave()
    a_worker_works(gateway)
    assert gateway.get("/credit-memo/status/nc-1")["dte_success"] is True
    assert gateway.get("/status/b2b-1")["invalidated"] is True


def test_a_full_note_that_mh_refuses_does_not_cancel_until_it_is_retried(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.emulator.control.fault("reject", "reception", code="020", text="CALCULO INCORRECTO")
    refused = gateway.post("/credit-memo", note("b2b-1", "nc-1", full_adjustment=True))
    assert (refused["rejected"], refused["success"], refused["codigo_msg"]) == (True, False, "020")
    assert gateway.get("/status/b2b-1")["invalidated"] is False
    again = gateway.post("/credit-memo", note("b2b-1", "nc-1", full_adjustment=True))
    assert (again["dte_success"], again["is_duplicate"]) == (True, False)
    for kept in ("document_id", "control_number", "generation_code"):
        assert again[kept] == refused[kept], kept
    assert gateway.get("/status/b2b-1")["invalidated"] is True


def test_a_ccf_without_withholding_has_notes_without_it(either_gateway: RunningGateway) -> None:
    either_gateway.post("/invoice", ccf_of("b2b-1", "226.00", kind=1))
    answer = either_gateway.post("/credit-memo", note("b2b-1", "nc-1", "113.00"))
    assert amounts(answer) == ["100.00", "13.00", "113.00", "0.00", "113.00"]


def test_partial_notes_add_up_to_the_ccf_to_the_cent(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    sold = gateway.post("/invoice", ccf_of("b2b-1", "200.00"))
    # 200 / 1.13 = 176.9911…, 200 × 13 / 113 = 23.0088…, 1 % of 176.99 = 1.7699
    assert amounts(sold) == ["176.99", "23.01", "200.00", "1.77", "198.23"]
    parts = []
    for number, price in enumerate(("66.67", "66.67", "66.66")):
        answer = gateway.post("/credit-memo", note("b2b-1", f"nc-{number}", price))
        assert answer["dte_success"] is True, answer
        parts.append([answer[f"amount_{name}"] for name in AMOUNTS])
    assert [str(sum(column)) for column in zip(*parts, strict=True)] == amounts(sold)
    assert refusal(gateway, "/credit-memo", note("b2b-1", "nc-9", "0.01")) == (400, "note_exceeds_voucher")


def test_one_cent_above_the_ccf_is_refused_and_uses_no_number(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    assert refusal(gateway, "/credit-memo", note("b2b-1", "nc-1", "113.01")) == (400, "note_exceeds_voucher")
    assert gateway.request("GET", "/credit-memo/status/nc-1").status == 404
    gateway.post("/credit-memo", note("b2b-1", "nc-2", "100.00"))
    assert refusal(gateway, "/credit-memo", note("b2b-1", "nc-3", "13.01")) == (400, "note_exceeds_voucher")
    last = gateway.post("/credit-memo", note("b2b-1", "nc-4", "13.00"))
    assert last["control_number"].endswith("000002")


def test_twenty_callers_at_once_never_take_more_than_the_ccf(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    with ThreadPoolExecutor(20) as pool:
        replies = list(
            pool.map(lambda i: gateway.request("POST", "/credit-memo", note("b2b-1", f"nc-{i}", "11.30")), range(20))
        )
    assert Counter(reply.status for reply in replies) == {200: 10, 400: 10}
    made = [reply.json() for reply in replies if reply.status == 200]
    assert all(answer["dte_success"] for answer in made)
    assert [str(sum(answer[f"amount_{name}"] for answer in made)) for name in AMOUNTS] == [
        "100.00", "13.00", "113.00", "1.00", "112.00",
    ]  # fmt: skip
    assert sorted(int(answer["control_number"][-15:]) for answer in made) == list(range(1, 11))


def test_two_gateways_on_one_database_never_take_more_than_the_ccf(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    with serving(gateway.settings, gateway.clock, with_worker=False) as url:
        other = replace(gateway, url=url)
        with ThreadPoolExecutor(16) as pool:
            replies = list(
                pool.map(
                    lambda i: (gateway, other)[i % 2].request(
                        "POST", "/credit-memo", note("b2b-1", f"nc-{i}", "22.60")
                    ),
                    range(16),
                )
            )
    assert Counter(reply.status for reply in replies) == {200: 5, 400: 11}
    assert sum(reply.json()["amount_gross"] for reply in replies if reply.status == 200) == 113


def test_two_gateways_asked_for_the_same_note_at_once_make_one(gateway: RunningGateway) -> None:
    """The one that comes second finds nothing left of the CCF, because its own note is there already."""
    with serving(gateway.settings, gateway.clock, with_worker=False) as url, ThreadPoolExecutor(2) as pool:
        gateways = (gateway, replace(gateway, url=url))
        for i in range(12):
            gateway.post("/invoice", ccf(f"b2b-{i}"))
            answers = pool.map(lambda gateway, i=i: gateway.post("/credit-memo", note(f"b2b-{i}", f"nc-{i}")), gateways)
            assert len({answer["document_id"] for answer in answers}) == 1


def test_two_gateways_asked_to_retry_the_same_note_at_once_send_it_once(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that comes second finds the CCF cancelled, by its own note."""
    body = note("b2b-1", "nc-1", full_adjustment=True)
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.emulator.control.fault("reject", "reception", code="020", text="CALCULO INCORRECTO")
    assert gateway.post("/credit-memo", body)["rejected"] is True
    with serving(gateway.settings, gateway.clock, with_worker=False) as url:
        other = replace(gateway, url=url)
        meanwhile(monkeypatch, reopen, lambda: other.post("/credit-memo", body))
        answer = gateway.post("/credit-memo", body)
    assert (answer["dte_success"], answer["is_duplicate"]) == (True, True)
    assert len(gateway.emulator.control.documents(doc_type="05")) == 1


def test_lines_and_a_full_adjustment_exclude_each_other(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    both = note("b2b-1", "nc-1", "1.00", full_adjustment=True)
    assert refusal(gateway, "/credit-memo", both) == (400, "note_lines_and_full_adjustment")
    assert refusal(gateway, "/credit-memo", {**note("b2b-1", "nc-1"), "lines": []}) == (400, "lines_empty")
    assert refusal(gateway, "/credit-memo", {"external_ref": "nc-1", "full_adjustment": True}) == (
        400,
        "field_required",
    )


def test_only_a_ccf_of_the_company_can_be_adjusted(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.post("/credit-memo", note("b2b-1", "nc-1", "1.13"))
    assert refusal(gateway, "/credit-memo", note("caja-1", "nc-2", "1.13")) == (400, "adjusted_not_ccf")
    assert refusal(gateway, "/credit-memo", note("nc-1", "nc-2", "1.13")) == (400, "adjusted_not_ccf")
    assert refusal(gateway, "/credit-memo", note("unknown", "nc-2", "1.13")) == (404, "document_not_found")
    foreign = gateway.request("POST", "/credit-memo", note("b2b-1", "nc-2", "1.13"), key=gateway.another_company())
    assert foreign.status == 404


def test_a_ccf_without_a_stamp_cannot_be_adjusted(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    gateway.post("/invoice", ccf("refused"))
    assert refusal(gateway, "/credit-memo", note("refused", "nc-1", "1.13")) == (409, "document_not_stamped")
    gateway.emulator.control.fault("down", count=None)
    gateway.post("/invoice", ccf("waiting"))
    assert refusal(gateway, "/credit-memo", note("waiting", "nc-1", "1.13")) == (409, "document_not_stamped")


def test_a_cancelled_ccf_cannot_be_adjusted(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    assert gateway.post("/invalidate/b2b-1", None)["invalidated"] is True
    assert refusal(gateway, "/credit-memo", note("b2b-1", "nc-1", "1.13")) == (409, "already_invalidated")


def test_a_ccf_that_is_being_cancelled_cannot_be_adjusted(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.emulator.control.fault("down", "invalidation")
    assert gateway.post("/invalidate/b2b-1", None)["contingency"] is True
    assert refusal(gateway, "/credit-memo", note("b2b-1", "nc-1", "1.13")) == (409, "invalidation_in_progress")


def test_in_version_two_a_ccf_can_be_adjusted_for_three_months(gateway_v2: RunningGateway) -> None:
    gateway_v2.is_now(2026, 6, 2)
    gateway_v2.post("/invoice", ccf("b2b-1"))
    gateway_v2.is_now(2026, 9, 2, hour=23)
    assert gateway_v2.post("/credit-memo", note("b2b-1", "nc-1", "11.30"))["dte_success"] is True
    gateway_v2.is_now(2026, 9, 3)
    reply = gateway_v2.request("POST", "/credit-memo", note("b2b-1", "nc-2", "11.30"))
    assert (reply.status, reply.json()["code"]) == (409, "adjusted_too_old")
    assert "02/09/2026" in reply.json()["detail"]


def test_in_version_one_a_ccf_can_be_adjusted_for_ninety_business_days(gateway: RunningGateway) -> None:
    """After 2 June 2026: 19 in June without the 17th, 23 in July, 17 in August without the 3rd to the 6th, 21 in
    September without the 15th, so that the 90th is 14 October."""
    gateway.emulator.control.policy(related_months=6)
    gateway.is_now(2026, 6, 2)
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.is_now(2026, 10, 14, hour=23)
    assert gateway.post("/credit-memo", note("b2b-1", "nc-1", "11.30"))["dte_success"] is True
    gateway.is_now(2026, 10, 15)
    reply = gateway.request("POST", "/credit-memo", note("b2b-1", "nc-2", "11.30"))
    assert (reply.status, reply.json()["code"]) == (409, "adjusted_too_old")
    assert "14/10/2026" in reply.json()["detail"]


def test_in_version_one_mh_has_the_last_word_after_three_months(gateway: RunningGateway) -> None:
    """The contract allows the note, MH's rule may not: nothing is hidden, and the CCF stays as it was."""
    gateway.is_now(2026, 6, 2)
    for reference in ("b2b-1", "b2b-2"):
        gateway.post("/invoice", ccf(reference))
    gateway.is_now(2026, 9, 2, hour=23)
    assert gateway.post("/credit-memo", note("b2b-1", "nc-1", "11.30"))["dte_success"] is True
    gateway.is_now(2026, 9, 3)
    refused = gateway.post("/credit-memo", note("b2b-1", "nc-2", "11.30"))
    assert (refused["rejected"], refused["posted"], refused["codigo_msg"]) == (True, True, "018")
    cancelled = gateway.post("/invalidate/b2b-2", None)
    assert (cancelled["rejected"], cancelled["invalidated"]) == (True, False)
    for reference in ("b2b-1", "b2b-2"):
        assert gateway.get(f"/status/{reference}")["invalidated"] is False


def test_a_note_is_written_in_the_edition_of_its_own_day(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path, edition_from="2026-06-15") as gateway:
        gateway.is_now(2026, 6, 12)
        sold = gateway.post("/invoice", ccf("b2b-1"))
        gateway.is_now(2026, 6, 15)
        answer = gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60"))
        assert answer["dte_success"] is True, answer
        assert amounts(answer) == ["20.00", "2.60", "22.60", "0.20", "22.40"]
        assert signed(gateway, sold)["identificacion"]["version"] == 3
        said = signed(gateway, answer)
        assert said["identificacion"]["version"] == 4
        assert said["documentoRelacionado"][0]["fechaEmision"] == "2026-06-12"
        assert said["receptor"]["numDocumento"] == LARGE_TAXPAYER["nit"]
        assert (said["receptor"]["direccion"]["departamento"], said["receptor"]["direccion"]["municipio"]) == (
            "06", "23",
        )  # fmt: skip
        assert_official(said)


@pytest.mark.parametrize("sent", ["compras@example.com", None])
def test_a_note_in_version_two_repeats_no_e_mail_that_was_filled_in(
    database_url: str, tmp_path: Path, sent: str | None
) -> None:
    with running_gateway(database_url, tmp_path, edition_from="2026-06-15") as gateway:
        gateway.is_now(2026, 6, 12)
        buyer = {**LARGE_TAXPAYER, "email": sent}
        sold = gateway.post("/invoice", {**ccf("b2b-1"), "customer": buyer})
        assert signed(gateway, sold)["receptor"]["correo"] == (sent or "facturas@example.com")
        gateway.is_now(2026, 6, 15)
        said = signed(gateway, gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60")))
        assert said["receptor"]["correo"] == sent
        assert_official(said)


def test_notes_may_stay_behind_in_version_one(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path, edition_from="2026-01-01", editions={"05": "v1"}) as gateway:
        sold = gateway.post("/invoice", ccf("b2b-1"))
        answer = gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60"))
        assert answer["dte_success"] is True, answer
        assert [signed(gateway, each)["identificacion"]["version"] for each in (sold, answer)] == [4, 3]
        assert signed(gateway, answer)["receptor"]["nit"] == LARGE_TAXPAYER["nit"]


def test_a_refused_note_frees_its_share_and_keeps_its_number_when_corrected(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.emulator.control.fault("reject", "reception", code="020", text="CALCULO INCORRECTO")
    refused = gateway.post("/credit-memo", note("b2b-1", "nc-1", "100.00"))
    assert refused["rejected"] is True
    assert gateway.post("/credit-memo", note("b2b-1", "nc-2", "90.40"))["dte_success"] is True
    # What the other note took meanwhile is gone: 22.60 are left.
    assert refusal(gateway, "/credit-memo", note("b2b-1", "nc-1", "22.61")) == (400, "note_exceeds_voucher")
    again = gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60"))
    assert (again["dte_success"], again["is_duplicate"]) == (True, False)
    assert (again["document_id"], again["control_number"]) == (refused["document_id"], refused["control_number"])
    assert amounts(again) == ["20.00", "2.60", "22.60", "0.20", "22.40"]


def test_a_repeated_note_is_the_same_note(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    first = gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60"))
    sent = gateway.emulator.control.counts()
    assert gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60")) == {**first, "is_duplicate": True}
    other = gateway.post("/credit-memo", note("b2b-1", "nc-1", "33.90"))
    assert (other["is_duplicate"], other["content_differs"]) == (True, True)
    assert amounts(other) == amounts(first)
    assert gateway.emulator.control.counts() == sent


def test_a_reference_belongs_to_one_family(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.post("/credit-memo", note("b2b-1", "nc-1", "1.13"))
    assert refusal(gateway, "/credit-memo", note("b2b-1", "b2b-1", "1.13")) == (409, "reference_of_another_family")
    sale = gateway.request("POST", "/invoice", invoice("nc-1"))
    assert (sale.status, sale.json()["code"]) == (409, "reference_of_another_family")


def test_a_dry_run_of_a_note_shows_it_and_takes_nothing(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    gateway.post("/invoice", ccf("b2b-1"))
    preview = gateway.post("/credit-memo?dry_run=1", note("b2b-1", "nc-1", full_adjustment=True))
    assert (preview["doc_type"], str(preview["amount_payable"])) == ("05", "112.00")
    assert gateway.get("/status/b2b-1")["invalidated"] is False
    assert gateway.post("/credit-memo", note("b2b-1", "nc-1"))["control_number"].endswith("000001")


def test_a_note_has_its_letter_and_its_json_and_on_request_a_ticket(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    answer = gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60"))
    assert answer["ticket_url"] == ""
    assert gateway.request("GET", "/file/nc-1?type=invoice").content.startswith(b"%PDF-")
    assert gateway.request("GET", "/file/nc-1?type=json").json()["selloRecibido"] == answer["reception_stamp"]
    for reference in ("nc-1", "b2b-1"):
        assert gateway.request("GET", f"/file/{reference}?type=ticket").content.startswith(b"%PDF-")


@pytest.mark.parametrize("route", ["/credit-memo/status/b2b-1", "/suex/status/nc-1", "/credit-memo/status/caja-1"])
def test_the_status_of_a_note_is_for_notes_alone(gateway: RunningGateway, route: str) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.post("/credit-memo", note("b2b-1", "nc-1", "1.13"))
    assert gateway.request("GET", route).status == 404


def test_the_valid_notes_on_one_voucher_are_bounded(gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ccfs, "MOST_NOTES", 2)
    gateway.post("/invoice", ccf("b2b-1"))
    for number in range(2):
        gateway.post("/credit-memo", note("b2b-1", f"nc-{number}", "1.13"))
    refused = gateway.request("POST", "/credit-memo", note("b2b-1", "nc-2", "1.13"))
    assert (refused.status, refused.json()["code"]) == (409, "notes_too_many")
    gateway.post("/invalidate/nc-0", None)
    gateway.post("/credit-memo", note("b2b-1", "nc-3", "1.13"))
