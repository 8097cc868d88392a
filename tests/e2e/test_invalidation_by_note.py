"""Cancelling a CCF past its window with a credit note, and what notes do to cancellations (contract 13.2, D18, D19)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ocote.parts import open_parts
from ocote.settings import SettingsError
from ocote.store.adjustments import live_notes
from ocote.store.documents import register
from ocote.store.invalidations import insert_invalidation
from tests.e2e.meanwhile import meanwhile
from tests.e2e.test_credit_notes import note
from tests.e2e.test_invalidation import refusal
from tests.e2e.test_mh_trouble import a_worker_works
from tests.e2e.test_sales import ccf, invoice
from tests.e2e.written import invalidations, signed
from tests.house import RunningHouse, running_house, serving


def an_old_ccf(house: RunningHouse, reference: str = "b2b-1") -> dict[str, Any]:
    """A CCF of 2 June 2026, two days later."""
    house.is_now(2026, 6, 2)
    answer = house.post("/invoice", ccf(reference))
    house.is_now(2026, 6, 4)
    return dict(answer)


def test_in_version_one_a_ccf_can_be_cancelled_until_the_end_of_the_next_day(house: RunningHouse) -> None:
    house.is_now(2026, 6, 2)
    for reference in ("b2b-1", "b2b-2"):
        house.post("/invoice", ccf(reference))
    house.is_now(2026, 6, 3, hour=23, minute=59)
    direct = house.post("/invalidate/b2b-1", None)
    assert (direct["invalidated"], direct["created_credit_memo"]) == (True, False)
    house.is_now(2026, 6, 4, hour=0)
    by_note = house.post("/invalidate/b2b-2", None)
    assert (by_note["invalidated"], by_note["created_credit_memo"]) == (True, True), by_note
    assert len(invalidations(house)) == 1


def test_in_version_two_a_ccf_can_be_cancelled_until_the_tenth_business_day_of_the_next_month(
    house_v2: RunningHouse,
) -> None:
    """July 2026: 1, 2, 3, 6, 7, 8, 9, 10, 13, 14."""
    house_v2.is_now(2026, 6, 2)
    for reference in ("b2b-1", "b2b-2"):
        house_v2.post("/invoice", ccf(reference))
    house_v2.is_now(2026, 7, 14, hour=23, minute=59)
    assert house_v2.post("/invalidate/b2b-1", None)["created_credit_memo"] is False
    house_v2.is_now(2026, 7, 15, hour=0)
    by_note = house_v2.post("/invalidate/b2b-2", None)
    assert (by_note["invalidated"], by_note["created_credit_memo"]) == (True, True), by_note


def test_past_its_window_a_note_for_the_whole_cancels_the_ccf(house: RunningHouse) -> None:
    sold = an_old_ccf(house)
    answer = house.post("/invalidate/b2b-1", None)
    assert (answer["success"], answer["dte_success"], answer["invalidated"]) == (True, True, True)
    assert answer["created_credit_memo"] is True
    assert answer["control_number"] == sold["control_number"], "the answer is about the CCF"
    assert answer["credit_memo_control_number"] == "DTE-05-M001P001-000000000000001"
    made = house.get(f"/credit-memo/status/{answer['credit_memo_id']}")
    assert made["external_ref"] == "b2b-1-NC"
    assert made["reception_stamp"] == answer["reception_stamp"]
    assert [str(made[f"amount_{name}"]) for name in ("taxable", "vat", "gross", "withheld", "payable")] == [
        "100.00", "13.00", "113.00", "1.00", "112.00",
    ]  # fmt: skip
    assert made["adjusted_document"]["full_adjustment"] is True
    assert invalidations(house) == []
    assert house.get("/invalidate/status/b2b-1") == answer
    assert refusal(house, "/invalidate/b2b-1") == (409, "already_invalidated")


def test_past_its_window_the_body_is_still_checked_by_field(house: RunningHouse) -> None:
    an_old_ccf(house)
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
        assert refusal(house, "/invalidate/b2b-1", body) == (400, code), body
    assert house.get("/documents?doc_type=05")["documents"] == []


@pytest.mark.parametrize("reason", [1, 3])
def test_a_note_takes_no_other_reason_than_that_the_sale_was_undone(house: RunningHouse, reason: int) -> None:
    an_old_ccf(house)
    house.post("/invoice", ccf("b2b-2"))
    body = {"reason": reason, "note": "Precio equivocado", "replacement": "b2b-2"}
    reply = house.request("POST", "/invalidate/b2b-1", body)
    assert (reply.status, reply.json()["code"]) == (409, "invalidation_only_by_note")
    assert "Repita sin cuerpo o con reason 2 y sin replacement" in reply.json()["detail"]
    assert house.get("/invalidate/status/b2b-1")["history"] == []
    answer = house.post("/invalidate/b2b-1", {"reason": 2, "note": "Precio equivocado"})
    assert (answer["created_credit_memo"], answer["history"][-1]["reason"]) == (True, 2)


def test_while_the_note_waits_for_mh_another_reason_is_refused_too(house: RunningHouse) -> None:
    an_old_ccf(house)
    house.post("/invoice", ccf("b2b-2"))
    house.emulator.control.fault("down", count=None)
    assert house.post("/invalidate/b2b-1", None)["contingency"] is True
    body = {"reason": 1, "replacement": "b2b-2"}
    assert refusal(house, "/invalidate/b2b-1", body) == (409, "invalidation_only_by_note")
    assert house.post("/invalidate/b2b-1", {"reason": 2})["contingency"] is True


def test_the_reference_of_the_note_fits_into_a_hundred_characters(house: RunningHouse) -> None:
    long = "R" * 100
    an_old_ccf(house, long)
    answer = house.post(f"/invalidate/{long}", None)
    assert house.get(f"/status/{answer['credit_memo_id']}")["external_ref"] == "R" * 97 + "-NC"


def test_a_reference_that_is_taken_is_left_alone(house: RunningHouse) -> None:
    an_old_ccf(house)
    house.post("/invoice", invoice("b2b-1-NC"))
    answer = house.post("/invalidate/b2b-1", None)
    assert answer["created_credit_memo"] is True
    assert house.get(f"/status/{answer['credit_memo_id']}")["external_ref"] == answer["credit_memo_id"]
    assert house.get("/status/b2b-1-NC")["doc_type"] == "01"


def test_after_the_window_of_notes_too_nothing_is_left(house_v2: RunningHouse) -> None:
    an_old_ccf(house_v2)
    house_v2.is_now(2026, 9, 3)
    assert refusal(house_v2, "/invalidate/b2b-1") == (409, "adjusted_too_old")


def test_a_note_that_mh_refused_is_retried_under_its_number(house: RunningHouse) -> None:
    an_old_ccf(house)
    house.post("/invoice", invoice("b2b-1-NC"))
    house.emulator.control.fault("reject", "reception", code="020", text="CALCULO INCORRECTO")
    refused = house.post("/invalidate/b2b-1", None)
    assert (refused["success"], refused["rejected"], refused["invalidated"]) == (False, True, False)
    assert (refused["codigo_msg"], refused["dte_message"]) == ("020", "CALCULO INCORRECTO")
    assert house.get("/invalidate/status/b2b-1") == refused
    answer = house.post("/invalidate/b2b-1", None)
    assert (answer["invalidated"], answer["credit_memo_id"]) == (True, refused["credit_memo_id"])
    assert answer["credit_memo_control_number"] == refused["credit_memo_control_number"]


def test_while_mh_is_down_the_note_waits_and_the_ccf_with_it(house: RunningHouse) -> None:
    an_old_ccf(house)
    house.emulator.control.fault("down", count=None)
    answer = house.post("/invalidate/b2b-1", None)
    assert (answer["success"], answer["contingency"], answer["invalidated"]) == (True, True, False)
    assert answer["created_credit_memo"] is True
    again = house.post("/invalidate/b2b-1", None)
    assert (again["contingency"], again["credit_memo_id"]) == (True, answer["credit_memo_id"])
    house.emulator.control.behave()
    a_worker_works(house)
    done = house.get("/invalidate/status/b2b-1")
    assert (done["invalidated"], done["contingency"], done["credit_memo_id"]) == (True, False, answer["credit_memo_id"])
    said = signed(house, house.get(f"/status/{answer['credit_memo_id']}"))
    assert said["identificacion"]["tipoOperacion"] == 2


def test_callers_at_once_make_one_note(house: RunningHouse) -> None:
    an_old_ccf(house)
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: house.request("POST", "/invalidate/b2b-1"), range(8)))
    made = {reply.json()["credit_memo_id"] for reply in replies if reply.status == 200}
    assert len(made) == 1
    assert {reply.status for reply in replies} <= {200, 409}
    assert len(house.emulator.control.documents(doc_type="05")) == 1


def test_callers_at_once_make_one_note_where_its_reference_is_taken(house: RunningHouse) -> None:
    an_old_ccf(house)
    house.post("/invoice", invoice("b2b-1-NC"))
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: house.request("POST", "/invalidate/b2b-1"), range(8)))
    assert len({reply.json()["credit_memo_id"] for reply in replies if reply.status == 200}) == 1
    assert {reply.status for reply in replies} <= {200, 409}
    assert len(house.emulator.control.documents(doc_type="05")) == 1


def test_a_reference_that_is_taken_meanwhile_is_left_alone(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_old_ccf(house)
    with serving(house.settings, house.clock, with_worker=False) as url:
        other = replace(house, url=url)
        meanwhile(monkeypatch, register, lambda: other.post("/invoice", invoice("b2b-1-NC")))
        answer = house.post("/invalidate/b2b-1", None)
    assert answer["created_credit_memo"] is True
    assert house.get(f"/status/{answer['credit_memo_id']}")["external_ref"] == answer["credit_memo_id"]


def test_a_note_on_a_part_that_is_made_meanwhile_blocks_a_note_for_the_whole(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_old_ccf(house)
    meanwhile(monkeypatch, register, lambda: house.post("/credit-memo", note("b2b-1", "nc-1", "11.30")))
    assert refusal(house, "/invalidate/b2b-1") == (409, "invalidation_blocked_by_note")


def test_a_note_for_the_whole_that_is_made_meanwhile_takes_the_place_of_the_event(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.post("/invoice", ccf("b2b-1"))
    house.emulator.control.fault("down", "reception", count=None)
    body = note("b2b-1", "nc-1", full_adjustment=True)
    meanwhile(monkeypatch, insert_invalidation, lambda: house.post("/credit-memo", body))
    answer = house.post("/invalidate/b2b-1", None)
    assert (answer["contingency"], answer["created_credit_memo"]) == (True, True)


def test_a_note_that_comes_and_goes_meanwhile_leaves_the_way_to_the_event(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def comes() -> None:
        house.post("/credit-memo", note("b2b-1", "nc-1", "11.30"))
        meanwhile(monkeypatch, live_notes, lambda: house.post("/invalidate/nc-1", None))

    house.post("/invoice", ccf("b2b-1"))
    meanwhile(monkeypatch, insert_invalidation, comes)
    answer = house.post("/invalidate/b2b-1", None)
    assert (answer["invalidated"], answer["created_credit_memo"]) == (True, False)


def test_a_live_note_blocks_the_cancellation_until_it_is_cancelled_itself(either_house: RunningHouse) -> None:
    house = either_house
    house.post("/invoice", ccf("b2b-1"))
    made = house.post("/credit-memo", note("b2b-1", "nc-1", "11.30"))
    reply = house.request("POST", "/invalidate/b2b-1")
    assert (reply.status, reply.json()["code"]) == (409, "invalidation_blocked_by_note")
    assert made["control_number"] in reply.json()["detail"]
    assert house.post("/invalidate/nc-1", None)["invalidated"] is True
    answer = house.post("/invalidate/b2b-1", None)
    assert (answer["invalidated"], answer["created_credit_memo"]) == (True, False)


def test_a_note_for_the_whole_that_was_not_to_cancel_blocks_as_well(house: RunningHouse) -> None:
    house.post("/invoice", ccf("b2b-1"))
    house.post("/credit-memo", note("b2b-1", "nc-1"))
    assert refusal(house, "/invalidate/b2b-1") == (409, "invalidation_blocked_by_note")


def test_cancelling_the_note_revives_its_ccf(either_house: RunningHouse) -> None:
    house = either_house
    house.post("/invoice", ccf("b2b-1"))
    house.post("/credit-memo", note("b2b-1", "nc-1", full_adjustment=True))
    assert house.get("/status/b2b-1")["invalidated"] is True
    assert house.post("/invalidate/nc-1", None)["invalidated"] is True
    assert house.get("/status/b2b-1")["invalidated"] is False
    assert house.get("/invalidate/status/b2b-1")["history"] == []
    assert house.post("/credit-memo", note("b2b-1", "nc-2", "113.00"))["dte_success"] is True


def test_a_revived_ccf_can_be_cancelled_by_another_note(house: RunningHouse) -> None:
    an_old_ccf(house)
    first = house.post("/invalidate/b2b-1", None)
    assert house.post(f"/invalidate/{first['credit_memo_id']}", None)["invalidated"] is True
    second = house.post("/invalidate/b2b-1", None)
    assert (second["invalidated"], second["created_credit_memo"]) == (True, True), second
    assert second["credit_memo_id"] != first["credit_memo_id"]


def test_notes_and_cancellations_at_once_never_both_win(house: RunningHouse) -> None:
    for number in range(4):
        reference = f"b2b-{number}"
        house.post("/invoice", ccf(reference))

        def either(turn: int, reference: str = reference) -> int:
            if turn % 2:
                return house.request("POST", f"/invalidate/{reference}").status
            return house.request("POST", "/credit-memo", note(reference, f"{reference}-nc-{turn}", "11.30")).status

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(either, range(8))) <= {200, 409}
        notes = [d for d in house.get("/documents?doc_type=05")["documents"] if d["external_ref"].startswith(reference)]
        assert house.get(f"/status/{reference}")["invalidated"] is not any(each["success"] for each in notes)
        assert all(each["dte_success"] for each in notes), "MH never had to refuse one of them"


def test_the_operators_holidays_decide(database_url: str, tmp_path: Path) -> None:
    """With 3 August 2026 as the only holiday the tenth business day is the 17th; shipped, 3 to 6 August are closed
    and it is the 20th."""
    (tmp_path / "holidays.csv").write_text("date,name\n2026-08-03,Vacaciones\n", encoding="utf-8")
    with running_house(database_url, tmp_path, edition_from="2026-01-01") as house:
        house.is_now(2026, 7, 15)
        for reference in ("b2b-1", "b2b-2"):
            house.post("/invoice", ccf(reference))
        house.is_now(2026, 8, 17)
        assert house.post("/invalidate/b2b-1", None)["created_credit_memo"] is False
        house.is_now(2026, 8, 18)
        assert house.post("/invalidate/b2b-2", None)["created_credit_memo"] is True


def test_without_a_table_of_its_own_the_shipped_holidays_decide(house_v2: RunningHouse) -> None:
    house_v2.is_now(2026, 7, 15)
    for reference in ("b2b-1", "b2b-2"):
        house_v2.post("/invoice", ccf(reference))
    house_v2.is_now(2026, 8, 20)
    assert house_v2.post("/invalidate/b2b-1", None)["created_credit_memo"] is False
    house_v2.is_now(2026, 8, 21)
    assert house_v2.post("/invalidate/b2b-2", None)["created_credit_memo"] is True


async def test_a_table_of_holidays_that_cannot_be_read_is_told_at_the_start(house: RunningHouse) -> None:
    (house.folder / "holidays.csv").write_text("date,name\n31/12/2026,Fin de año\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"holidays\.csv"):
        async with open_parts(house.settings):
            pass
