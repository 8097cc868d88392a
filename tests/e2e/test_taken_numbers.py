"""MH knows numbers of another system: documents move on to numbers that nobody has, and no reference is stuck."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.builders.bodies import ccf, invoice, note, purchase
from tests.builders.company import NIT, POINT_OF_SALE
from tests.commands import Run
from tests.e2e.outage import mh_comes_back, mh_goes_away, sells
from tests.e2e.taken import (
    assert_each_number_once,
    control_number,
    correlatives,
    counters,
    replaced,
    take_numbers,
)
from tests.e2e.worker import a_worker_works
from tests.e2e.written import assert_official, payload, signed
from tests.running_gateway import RunningGateway


def test_a_number_that_another_system_has_used_gives_way_to_the_next_one(either_gateway: RunningGateway) -> None:
    gateway = either_gateway
    take_numbers(gateway, 1, 1)
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert (answer["success"], answer["dte_success"], answer["rejected"]) == (True, True, False), answer
    assert answer["control_number"] == control_number(2)
    [warning] = answer["warnings"]
    assert (warning["code"], warning["field"]) == ("number_moved", "control_number")
    assert control_number(1) in warning["message"]
    assert control_number(2) in warning["message"]
    assert_official(signed(gateway, answer))
    assert_each_number_once(gateway, {"01": range(1, 2)})


def test_nothing_but_the_number_changes_and_the_refused_text_is_kept(gateway: RunningGateway) -> None:
    take_numbers(gateway, 1, 1)
    answer = gateway.post("/invoice", invoice("caja-1"))
    [kept] = replaced(gateway)
    before, after = payload(kept["jws"]), signed(gateway, answer)
    assert before["identificacion"].pop("numeroControl") == control_number(1)
    assert after["identificacion"].pop("numeroControl") == control_number(2)
    assert before == after, "also the generation code, date and hour"
    assert list(before) == list(after)
    assert kept["superseded_at"] is not None
    assert "numeroControl" in kept["answer"]


def test_the_reference_keeps_its_new_number(gateway: RunningGateway) -> None:
    take_numbers(gateway, 1, 1)
    first = gateway.post("/invoice", invoice("caja-1"))
    again = gateway.post("/invoice", invoice("caja-1"))
    assert (again["is_duplicate"], again["control_number"]) == (True, first["control_number"])
    assert "warnings" not in again
    assert gateway.get(f"/status/{first['control_number']}")["external_ref"] == "caja-1"


def test_without_a_refused_number_there_is_no_warning(gateway: RunningGateway) -> None:
    assert "warnings" not in gateway.post("/invoice", invoice("caja-1"))
    [counter] = counters(gateway)
    assert (counter["taken"], counter["taken_at"]) == (0, None)


def test_eight_tills_sell_beside_eight_numbers_of_another_system(gateway: RunningGateway) -> None:
    take_numbers(gateway, 1, 8)
    with ThreadPoolExecutor(8) as tills:
        answers = list(tills.map(lambda till: gateway.post("/invoice", invoice(f"caja-{till}")), range(8)))
    assert all(answer["dte_success"] for answer in answers), answers
    assert correlatives(answers) == [*range(9, 17)]
    assert_each_number_once(gateway, {"01": range(1, 9)})
    [counter] = counters(gateway)
    assert (counter["last"], counter["taken"]) == (16, 8)


def test_more_numbers_than_a_handful_are_left_behind_by_repeating_the_call(gateway: RunningGateway) -> None:
    take_numbers(gateway, 1, 30)
    answers = [gateway.post("/invoice", invoice("caja-1"))]
    assert (answers[0]["rejected"], answers[0]["codigo_msg"]) == (True, "004")
    assert answers[0]["control_number"] == control_number(9)
    assert answers[0]["warnings"][0]["code"] == "number_moved"
    while answers[-1]["rejected"]:
        assert len(answers) < 10, "the reference is stuck"
        shown = gateway.post("/invoice?dry_run=1", invoice("caja-1"))
        answers.append(gateway.post("/invoice", invoice("caja-1")))
        assert control_number(correlatives(answers[-2:-1])[0] + 1) == shown["schema"]["identificacion"]["numeroControl"]
    assert [answer["control_number"][-2:] for answer in answers] == ["09", "18", "27", "31"]
    assert len({answer["generation_code"] for answer in answers}) == 1
    assert_each_number_once(gateway, {"01": range(1, 31)})


def test_many_tills_and_many_taken_numbers_end_with_every_reference_stamped(gateway: RunningGateway) -> None:
    take_numbers(gateway, 1, 100)

    def insists(till: int) -> dict[str, Any]:
        for _ in range(20):
            answer: dict[str, Any] = gateway.post("/invoice", invoice(f"caja-{till}"))
            if answer["dte_success"]:
                return answer
        raise AssertionError("the reference is stuck")

    with ThreadPoolExecutor(6) as tills:
        answers = list(tills.map(insists, range(6)))
    assert min(correlatives(answers)) > 100
    assert_each_number_once(gateway, {"01": range(1, 101)})


def test_a_refusal_for_another_reason_keeps_the_new_number_for_the_retry(gateway: RunningGateway) -> None:
    take_numbers(gateway, 1, 1)
    gateway.emulator.control.fault("slow", "reception", seconds=0.0)
    gateway.emulator.control.fault("reject", "reception", code="096")
    refused = gateway.post("/invoice", invoice("caja-1"))
    assert (refused["rejected"], refused["codigo_msg"]) == (True, "096")
    assert refused["control_number"] == control_number(2)
    retried = gateway.post("/invoice", invoice("caja-1"))
    assert (retried["dte_success"], retried["control_number"]) == (True, control_number(2))
    assert "warnings" not in retried
    assert_each_number_once(gateway, {"01": range(1, 2)})


@pytest.mark.parametrize("text", ["[identificacion.codigoGeneracion] YA EXISTE UN REGISTRO", "YA EXISTE UN REGISTRO"])
def test_a_duplicate_that_is_not_about_the_number_moves_nothing(gateway: RunningGateway, text: str) -> None:
    gateway.emulator.control.fault("reject", "reception", code="004", class_code="11", text=text)
    refused = gateway.post("/invoice", invoice("caja-1"))
    assert (refused["rejected"], refused["control_number"]) == (True, control_number(1))
    assert "warnings" not in refused
    retried = gateway.post("/invoice", invoice("caja-1"))
    assert (retried["dte_success"], retried["control_number"]) == (True, control_number(1))


def test_a_dry_run_moves_nothing(gateway: RunningGateway) -> None:
    take_numbers(gateway, 1, 5)
    shown = gateway.post("/invoice?dry_run=1", invoice("caja-1"))
    assert shown["schema"]["identificacion"]["numeroControl"] == control_number(1)
    assert counters(gateway) == []


def test_credit_notes_and_purchases_move_on_too(gateway: RunningGateway) -> None:
    for doc_type in ("03", "05", "14"):
        take_numbers(gateway, 1, 2, doc_type)
    answers = [
        gateway.post("/invoice", ccf("b2b-1")),
        gateway.post("/credit-memo", note("b2b-1", "nc-1", "11.30")),
        gateway.post("/suex", purchase("compra-1")),
    ]
    for answer in answers:
        assert answer["dte_success"] is True, answer
        assert answer["control_number"].endswith("-000000000000003")
        assert "number_moved" in [warning["code"] for warning in answer["warnings"]]
    assert_each_number_once(gateway, dict.fromkeys(("03", "05", "14"), range(1, 3)))


def test_after_the_last_number_of_the_year_the_refusal_stays(gateway: RunningGateway, run_here: Run) -> None:
    last = 999_999_999_999_999
    take_numbers(gateway, last - 1, last)
    run_here("number", "set", "--company", NIT, "--pos", POINT_OF_SALE, "--type", "01", "--next", str(last - 1))
    refused = gateway.post("/invoice", invoice("caja-1"))
    assert (refused["rejected"], refused["control_number"]) == (True, control_number(last))
    again = gateway.request("POST", "/invoice", invoice("caja-1"))
    assert (again.status, again.json()["code"]) == (409, "numbers_exhausted")


def test_setting_the_counter_ends_the_alarm_and_the_steps(gateway: RunningGateway, run_here: Run) -> None:
    take_numbers(gateway, 1, 1093)
    assert gateway.post("/invoice", invoice("caja-1"))["rejected"] is True
    assert run_here("doctor").status == 1
    run_here("number", "set", "--company", NIT, "--pos", POINT_OF_SALE, "--type", "01", "--next", "1094")
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert (answer["dte_success"], answer["control_number"]) == (True, control_number(1094))
    assert "warnings" not in gateway.post("/invoice", invoice("caja-2"))
    [counter] = counters(gateway)
    assert (counter["taken"], counter["taken_at"]) == (0, None), "the refused number is from before"
    assert "Hacienda no ha rechazado ningún número por repetido" in " ".join(run_here("doctor").out.split())


def test_what_was_numbered_before_the_counter_was_set_is_no_alarm(gateway: RunningGateway, run_here: Run) -> None:
    mh_goes_away(gateway)
    sold = sells(gateway, 3)
    take_numbers(gateway, 1, 1093)
    run_here("number", "set", "--company", NIT, "--pos", POINT_OF_SALE, "--type", "01", "--next", "1094")
    mh_comes_back(gateway)
    a_worker_works(gateway)
    assert correlatives([gateway.get(f"/status/{answer['external_ref']}") for answer in sold]) == [1094, 1095, 1096]
    [counter] = counters(gateway)
    assert (counter["last"], counter["taken"]) == (1096, 0)
