"""Cancelling a CCF past its window with a credit note, and what notes do to cancellations (contract 13.2, D18, D19)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ocote.parts import open_parts
from ocote.settings import SettingsError
from ocote.store.adjustments import first_live_note
from ocote.store.documents import register
from ocote.store.invalidations import insert_invalidation
from tests.builders.bodies import ccf, invoice, note
from tests.e2e.answers import refusal
from tests.e2e.issued import an_old_ccf
from tests.e2e.meanwhile import meanwhile
from tests.e2e.worker import a_worker_works
from tests.e2e.written import invalidations, signed
from tests.running_gateway import RunningGateway, running_gateway, serving


def test_in_version_one_a_ccf_can_be_cancelled_until_the_end_of_the_next_day(gateway: RunningGateway) -> None:
    gateway.is_now(2026, 6, 2)
    for reference in ("b2b-1", "b2b-2"):
        gateway.post("/invoice", ccf(reference))
    gateway.is_now(2026, 6, 3, hour=23, minute=59)
    direct = gateway.post("/invalidate/b2b-1", None)
    assert (direct["invalidated"], direct["created_credit_memo"]) == (True, False)
    gateway.is_now(2026, 6, 4, hour=0)
    by_note = gateway.post("/invalidate/b2b-2", None)
    assert (by_note["invalidated"], by_note["created_credit_memo"]) == (True, True), by_note
    assert len(invalidations(gateway)) == 1


def test_in_version_two_a_ccf_can_be_cancelled_until_the_tenth_business_day_of_the_next_month(
    gateway_v2: RunningGateway,
) -> None:
    """July 2026: 1, 2, 3, 6, 7, 8, 9, 10, 13, 14."""
    gateway_v2.is_now(2026, 6, 2)
    for reference in ("b2b-1", "b2b-2"):
        gateway_v2.post("/invoice", ccf(reference))
    gateway_v2.is_now(2026, 7, 14, hour=23, minute=59)
    assert gateway_v2.post("/invalidate/b2b-1", None)["created_credit_memo"] is False
    gateway_v2.is_now(2026, 7, 15, hour=0)
    by_note = gateway_v2.post("/invalidate/b2b-2", None)
    assert (by_note["invalidated"], by_note["created_credit_memo"]) == (True, True), by_note


def test_past_its_window_a_note_for_the_whole_cancels_the_ccf(gateway: RunningGateway) -> None:
    sold = an_old_ccf(gateway)
    answer = gateway.post("/invalidate/b2b-1", None)
    assert (answer["success"], answer["dte_success"], answer["invalidated"]) == (True, True, True)
    assert answer["created_credit_memo"] is True
    assert answer["control_number"] == sold["control_number"], "the answer is about the CCF"
    assert answer["credit_memo_control_number"] == "DTE-05-M001P001-000000000000001"
    made = gateway.get(f"/credit-memo/status/{answer['credit_memo_id']}")
    assert made["external_ref"] == "b2b-1-NC"
    assert made["reception_stamp"] == answer["reception_stamp"]
    assert [str(made[f"amount_{name}"]) for name in ("taxable", "vat", "gross", "withheld", "payable")] == [
        "100.00", "13.00", "113.00", "1.00", "112.00",
    ]  # fmt: skip
    assert made["adjusted_document"]["full_adjustment"] is True
    assert invalidations(gateway) == []
    assert gateway.get("/invalidate/status/b2b-1") == answer
    assert refusal(gateway, "/invalidate/b2b-1") == (409, "already_invalidated")


def test_past_its_window_the_body_is_still_checked_by_field(gateway: RunningGateway) -> None:
    an_old_ccf(gateway)
    for body, code in (
        ({"reason": 1}, "replacement_missing"),
        ({"reason": 3, "replacement": "b2b-1"}, "invalidation_note_length"),
        ({"replacement": "b2b-1"}, "replacement_not_allowed"),
        ({"reason": 1, "replacement": "nobody"}, "replacement_not_found"),
        (
            {"requested_by": {"name": "Ana", "document_type": "13", "document_number": "00016297-5"}},
            "person_name_length",
        ),
    ):
        assert refusal(gateway, "/invalidate/b2b-1", body) == (400, code), body
    assert gateway.get("/documents?doc_type=05")["documents"] == []


@pytest.mark.parametrize("reason", [1, 3])
def test_a_note_takes_no_other_reason_than_that_the_sale_was_undone(gateway: RunningGateway, reason: int) -> None:
    an_old_ccf(gateway)
    gateway.post("/invoice", ccf("b2b-2"))
    body = {"reason": reason, "note": "Precio equivocado", "replacement": "b2b-2"}
    reply = gateway.request("POST", "/invalidate/b2b-1", body)
    assert (reply.status, reply.json()["code"]) == (409, "invalidation_only_by_note")
    assert "Repita sin cuerpo o con reason 2 y sin replacement" in reply.json()["detail"]
    assert gateway.get("/invalidate/status/b2b-1")["history"] == []
    answer = gateway.post("/invalidate/b2b-1", {"reason": 2, "note": "Precio equivocado"})
    assert (answer["created_credit_memo"], answer["history"][-1]["reason"]) == (True, 2)


def test_while_the_note_waits_for_mh_another_reason_is_refused_too(gateway: RunningGateway) -> None:
    an_old_ccf(gateway)
    gateway.post("/invoice", ccf("b2b-2"))
    gateway.emulator.control.fault("down", count=None)
    assert gateway.post("/invalidate/b2b-1", None)["contingency"] is True
    body = {"reason": 1, "replacement": "b2b-2"}
    assert refusal(gateway, "/invalidate/b2b-1", body) == (409, "invalidation_only_by_note")
    assert gateway.post("/invalidate/b2b-1", {"reason": 2})["contingency"] is True


def test_the_reference_of_the_note_fits_into_a_hundred_characters(gateway: RunningGateway) -> None:
    long = "R" * 100
    an_old_ccf(gateway, long)
    answer = gateway.post(f"/invalidate/{long}", None)
    assert gateway.get(f"/status/{answer['credit_memo_id']}")["external_ref"] == "R" * 97 + "-NC"


def test_a_reference_that_is_taken_is_left_alone(gateway: RunningGateway) -> None:
    an_old_ccf(gateway)
    gateway.post("/invoice", invoice("b2b-1-NC"))
    answer = gateway.post("/invalidate/b2b-1", None)
    assert answer["created_credit_memo"] is True
    assert gateway.get(f"/status/{answer['credit_memo_id']}")["external_ref"] == answer["credit_memo_id"]
    assert gateway.get("/status/b2b-1-NC")["doc_type"] == "01"


def test_after_the_window_of_notes_too_nothing_is_left(gateway_v2: RunningGateway) -> None:
    an_old_ccf(gateway_v2)
    gateway_v2.is_now(2026, 9, 3)
    assert refusal(gateway_v2, "/invalidate/b2b-1") == (409, "adjusted_too_old")


def test_a_note_that_mh_refused_is_retried_under_its_number(gateway: RunningGateway) -> None:
    an_old_ccf(gateway)
    gateway.post("/invoice", invoice("b2b-1-NC"))
    gateway.emulator.control.fault("reject", "reception", code="020", text="CALCULO INCORRECTO")
    refused = gateway.post("/invalidate/b2b-1", None)
    assert (refused["success"], refused["rejected"], refused["invalidated"]) == (False, True, False)
    assert (refused["codigo_msg"], refused["dte_message"]) == ("020", "CALCULO INCORRECTO")
    assert gateway.get("/invalidate/status/b2b-1") == refused
    answer = gateway.post("/invalidate/b2b-1", None)
    assert (answer["invalidated"], answer["credit_memo_id"]) == (True, refused["credit_memo_id"])
    assert answer["credit_memo_control_number"] == refused["credit_memo_control_number"]


def test_while_mh_is_down_the_note_waits_and_the_ccf_with_it(gateway: RunningGateway) -> None:
    an_old_ccf(gateway)
    gateway.emulator.control.fault("down", count=None)
    answer = gateway.post("/invalidate/b2b-1", None)
    assert (answer["success"], answer["contingency"], answer["invalidated"]) == (True, True, False)
    assert answer["created_credit_memo"] is True
    again = gateway.post("/invalidate/b2b-1", None)
    assert (again["contingency"], again["credit_memo_id"]) == (True, answer["credit_memo_id"])
    gateway.emulator.control.behave()
    a_worker_works(gateway)
    done = gateway.get("/invalidate/status/b2b-1")
    assert (done["invalidated"], done["contingency"], done["credit_memo_id"]) == (True, False, answer["credit_memo_id"])
    said = signed(gateway, gateway.get(f"/status/{answer['credit_memo_id']}"))
    assert said["identificacion"]["tipoOperacion"] == 2


def test_callers_at_once_make_one_note(gateway: RunningGateway) -> None:
    an_old_ccf(gateway)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: gateway.request("POST", "/invalidate/b2b-1"), range(8)))
    made = {reply.json()["credit_memo_id"] for reply in replies if reply.status == 200}
    assert len(made) == 1
    assert {reply.status for reply in replies} <= {200, 409}
    assert len(gateway.emulator.control.documents(doc_type="05")) == 1


def test_callers_at_once_make_one_note_where_its_reference_is_taken(gateway: RunningGateway) -> None:
    an_old_ccf(gateway)
    gateway.post("/invoice", invoice("b2b-1-NC"))
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: gateway.request("POST", "/invalidate/b2b-1"), range(8)))
    assert len({reply.json()["credit_memo_id"] for reply in replies if reply.status == 200}) == 1
    assert {reply.status for reply in replies} <= {200, 409}
    assert len(gateway.emulator.control.documents(doc_type="05")) == 1


def test_a_reference_that_is_taken_meanwhile_is_left_alone(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_old_ccf(gateway)
    with serving(gateway.settings, gateway.clock, with_worker=False) as url:
        other = replace(gateway, url=url)
        meanwhile(monkeypatch, register, lambda: other.post("/invoice", invoice("b2b-1-NC")))
        answer = gateway.post("/invalidate/b2b-1", None)
    assert answer["created_credit_memo"] is True
    assert gateway.get(f"/status/{answer['credit_memo_id']}")["external_ref"] == answer["credit_memo_id"]


def test_a_note_on_a_part_that_is_made_meanwhile_blocks_a_note_for_the_whole(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_old_ccf(gateway)
    meanwhile(monkeypatch, register, lambda: gateway.post("/credit-memo", note("b2b-1", "nc-1", "11.30")))
    assert refusal(gateway, "/invalidate/b2b-1") == (409, "invalidation_blocked_by_note")


def test_a_note_for_the_whole_that_is_made_meanwhile_takes_the_place_of_the_event(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.emulator.control.fault("down", "reception", count=None)
    body = note("b2b-1", "nc-1", full_adjustment=True)
    meanwhile(monkeypatch, insert_invalidation, lambda: gateway.post("/credit-memo", body))
    answer = gateway.post("/invalidate/b2b-1", None)
    assert (answer["contingency"], answer["created_credit_memo"]) == (True, True)


def test_a_note_that_comes_and_goes_meanwhile_leaves_the_way_to_the_event(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def comes() -> None:
        gateway.post("/credit-memo", note("b2b-1", "nc-1", "11.30"))
        meanwhile(monkeypatch, first_live_note, lambda: gateway.post("/invalidate/nc-1", None))

    gateway.post("/invoice", ccf("b2b-1"))
    meanwhile(monkeypatch, insert_invalidation, comes)
    answer = gateway.post("/invalidate/b2b-1", None)
    assert (answer["invalidated"], answer["created_credit_memo"]) == (True, False)


def test_a_live_note_blocks_the_cancellation_until_it_is_cancelled_itself(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    gateway.post("/invoice", ccf("b2b-1"))
    made = gateway.post("/credit-memo", note("b2b-1", "nc-1", "11.30"))
    reply = gateway.request("POST", "/invalidate/b2b-1")
    assert (reply.status, reply.json()["code"]) == (409, "invalidation_blocked_by_note")
    assert made["control_number"] in reply.json()["detail"]
    assert gateway.post("/invalidate/nc-1", None)["invalidated"] is True
    answer = gateway.post("/invalidate/b2b-1", None)
    assert (answer["invalidated"], answer["created_credit_memo"]) == (True, False)


def test_a_note_for_the_whole_that_was_not_to_cancel_blocks_as_well(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.post("/credit-memo", note("b2b-1", "nc-1"))
    assert refusal(gateway, "/invalidate/b2b-1") == (409, "invalidation_blocked_by_note")


def test_cancelling_the_note_revives_its_ccf(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.post("/credit-memo", note("b2b-1", "nc-1", full_adjustment=True))
    assert gateway.get("/status/b2b-1")["invalidated"] is True
    assert gateway.post("/invalidate/nc-1", None)["invalidated"] is True
    assert gateway.get("/status/b2b-1")["invalidated"] is False
    assert gateway.get("/invalidate/status/b2b-1")["history"] == []
    assert gateway.post("/credit-memo", note("b2b-1", "nc-2", "113.00"))["dte_success"] is True


def test_a_revived_ccf_can_be_cancelled_by_another_note(gateway: RunningGateway) -> None:
    an_old_ccf(gateway)
    first = gateway.post("/invalidate/b2b-1", None)
    assert gateway.post(f"/invalidate/{first['credit_memo_id']}", None)["invalidated"] is True
    second = gateway.post("/invalidate/b2b-1", None)
    assert (second["invalidated"], second["created_credit_memo"]) == (True, True), second
    assert second["credit_memo_id"] != first["credit_memo_id"]


def test_notes_and_cancellations_at_once_never_both_win(gateway: RunningGateway) -> None:
    for number in range(4):
        reference = f"b2b-{number}"
        gateway.post("/invoice", ccf(reference))

        def either(turn: int, reference: str = reference) -> int:
            if turn % 2:
                return gateway.request("POST", f"/invalidate/{reference}").status
            return gateway.request("POST", "/credit-memo", note(reference, f"{reference}-nc-{turn}", "11.30")).status

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(either, range(8))) <= {200, 409}
        notes = [
            d for d in gateway.get("/documents?doc_type=05")["documents"] if d["external_ref"].startswith(reference)
        ]
        assert gateway.get(f"/status/{reference}")["invalidated"] is not any(each["success"] for each in notes)
        assert all(each["dte_success"] for each in notes), "MH never had to refuse one of them"


def test_the_operators_holidays_decide(database_url: str, tmp_path: Path) -> None:
    """With 3 August 2026 as the only holiday the tenth business day is the 17th; shipped, 3 to 6 August are closed
    and it is the 20th."""
    (tmp_path / "holidays.csv").write_text("date,name\n2026-08-03,Vacaciones\n", encoding="utf-8")
    with running_gateway(database_url, tmp_path, edition_from="2026-01-01") as gateway:
        gateway.is_now(2026, 7, 15)
        for reference in ("b2b-1", "b2b-2"):
            gateway.post("/invoice", ccf(reference))
        gateway.is_now(2026, 8, 17)
        assert gateway.post("/invalidate/b2b-1", None)["created_credit_memo"] is False
        gateway.is_now(2026, 8, 18)
        assert gateway.post("/invalidate/b2b-2", None)["created_credit_memo"] is True


def test_without_a_table_of_its_own_the_shipped_holidays_decide(gateway_v2: RunningGateway) -> None:
    gateway_v2.is_now(2026, 7, 15)
    for reference in ("b2b-1", "b2b-2"):
        gateway_v2.post("/invoice", ccf(reference))
    gateway_v2.is_now(2026, 8, 20)
    assert gateway_v2.post("/invalidate/b2b-1", None)["created_credit_memo"] is False
    gateway_v2.is_now(2026, 8, 21)
    assert gateway_v2.post("/invalidate/b2b-2", None)["created_credit_memo"] is True


async def test_a_table_of_holidays_that_cannot_be_read_is_told_at_the_start(gateway: RunningGateway) -> None:
    (gateway.folder / "holidays.csv").write_text("date,name\n31/12/2026,Fin de año\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"holidays\.csv"):
        async with open_parts(gateway.settings):
            pass
