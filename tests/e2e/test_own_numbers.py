"""A number that MH knows may be the document's own: no sale becomes two documents, and no stamp gets another number."""

import shutil
from pathlib import Path

from tests.builders.bodies import invoice
from tests.databases import Databases
from tests.e2e.outage import assert_delivered_as_mh_has_it, mh_comes_back, mh_goes_away, sells, status_of
from tests.e2e.taken import assert_each_number_once, control_number, counters, take_numbers
from tests.e2e.worker import a_worker_works
from tests.running_gateway import RunningGateway, closed_gateway

NUMBER_EXISTS = "[identificacion.numeroControl] YA EXISTE UN REGISTRO CON ESE VALOR"
DENIED = {"code": "014", "class_code": "11", "text": "NO EXISTE UN REGISTRO CON ESE VALOR"}


def mh_denies_what_it_has(gateway: RunningGateway, answers: int) -> None:
    """MH says that it has no such document, whatever it is asked about."""
    gateway.emulator.control.fault("reject", "query", answers, **DENIED)


def mh_refuses_a_number(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="004", class_code="11", text=NUMBER_EXISTS)


def stamped_at_mh(gateway: RunningGateway) -> list[tuple[str, str, str]]:
    """Number, generation code and signed text of every document that MH has stamped."""
    held = gateway.emulator.control.documents()
    return [(each["control_number"], each["generation_code"], each["jws"]) for each in held]


def test_a_number_comes_back_when_mh_had_stamped_the_document_under_it(gateway: RunningGateway) -> None:
    """MH takes the document without an answer, denies it, and refuses its number: as taken by the document itself."""
    gateway.emulator.control.fault("answer_lost", "reception")
    mh_refuses_a_number(gateway)
    mh_denies_what_it_has(gateway, 2)
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert (answer["dte_success"], answer["control_number"]) == (True, control_number(1)), answer
    assert "warnings" not in answer, "the number is the one that it always had"
    shown = gateway.get("/status/caja-1?include_dte=1")
    assert shown["schema"]["identificacion"]["numeroControl"] == control_number(1)
    [(number, code, _)] = stamped_at_mh(gateway)
    assert (number, code) == (control_number(1), answer["generation_code"])
    assert_delivered_as_mh_has_it(gateway, "caja-1")
    following = gateway.post("/invoice", invoice("caja-2"))
    assert following["control_number"] == control_number(3), "nobody gets the number that was left"


def test_a_number_comes_back_after_the_moves_of_a_document(gateway: RunningGateway) -> None:
    """The first number is another system's, the second its own."""
    take_numbers(gateway, 1, 1)
    control = gateway.emulator.control
    control.fault("slow", "reception", seconds=0.0)
    control.fault("slow", "reception", seconds=3.0)
    mh_refuses_a_number(gateway)
    control.fault("slow", "query", seconds=0.0)
    mh_denies_what_it_has(gateway, 2)
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert (answer["dte_success"], answer["control_number"]) == (True, control_number(2)), answer
    [warning] = answer["warnings"]
    assert (control_number(1) in warning["message"], control_number(2) in warning["message"]) == (True, True)
    assert_delivered_as_mh_has_it(gateway, "caja-1")


def test_a_document_of_a_contingency_gets_its_number_back(gateway: RunningGateway) -> None:
    """The answer to the delivery is lost; MH denies the document, and refuses its number."""
    mh_goes_away(gateway)
    sells(gateway, 1)
    mh_comes_back(gateway)
    control = gateway.emulator.control
    control.fault("slow", "reception", seconds=3.0)
    mh_refuses_a_number(gateway)
    mh_denies_what_it_has(gateway, 1)
    a_worker_works(gateway)
    assert_delivered_as_mh_has_it(gateway, "caja-0")
    assert status_of(gateway, "caja-0")["control_number"] == control_number(1)


def test_a_retry_under_a_new_code_waits_for_what_mh_says_of_the_old_one(gateway: RunningGateway) -> None:
    """MH refuses the code as known, and denies the document: once MH shows the stamp, the retry gets it."""
    gateway.emulator.control.fault("answer_lost", "reception")
    mh_denies_what_it_has(gateway, 2)
    refused = gateway.post("/invoice", invoice("caja-1"))
    assert (refused["rejected"], refused["codigo_msg"]) == (True, "004")
    retried = gateway.post("/invoice", invoice("caja-1"))
    assert (retried["dte_success"], retried["control_number"]) == (True, control_number(1))
    [(number, code, _)] = stamped_at_mh(gateway)
    assert (number, code) == (retried["control_number"], retried["generation_code"]), "one sale, one document"
    [counter] = counters(gateway)
    assert (counter["last"], counter["taken"]) == (1, 0)


def test_no_number_is_left_while_the_old_code_of_the_document_may_have_it(gateway: RunningGateway) -> None:
    """MH denies the first transmission through the whole retry: the new code is refused, and nothing doubled."""
    gateway.emulator.control.fault("answer_lost", "reception")
    mh_denies_what_it_has(gateway, 4)
    gateway.post("/invoice", invoice("caja-1"))
    refused = gateway.post("/invoice", invoice("caja-1"))
    assert (refused["rejected"], refused["control_number"]) == (True, control_number(1)), refused
    assert len(stamped_at_mh(gateway)) == 1
    retried = gateway.post("/invoice", invoice("caja-1"))
    assert (retried["dte_success"], retried["control_number"]) == (True, control_number(1)), retried
    [(number, code, _)] = stamped_at_mh(gateway)
    assert (number, code) == (retried["control_number"], retried["generation_code"])


def test_an_old_copy_of_the_database_makes_no_second_document_of_a_refused_sale(
    all_databases: Databases, tmp_path: Path
) -> None:
    """The copy knows the refusal and not the retry that MH stamped; a day later a retry has a new generation code."""
    path = Path((url := all_databases.sqlite()).removeprefix("sqlite:///"))
    with closed_gateway(url, tmp_path) as closed:
        with closed.opened() as gateway:
            gateway.emulator.control.fault("reject", "reception", code="096")
            assert gateway.post("/invoice", invoice("caja-1"))["rejected"]
        copy = shutil.copy(path, tmp_path / "copy.sqlite3")
        with closed.opened() as gateway:
            stamped = gateway.post("/invoice", invoice("caja-1"))
        shutil.copy(copy, path)
        with closed.opened() as gateway:
            gateway.time_passes(hours=25)
            retried = gateway.post("/invoice", invoice("caja-1"))
            assert retried["reception_stamp"] == stamped["reception_stamp"]
            assert retried["control_number"] == stamped["control_number"]
            assert len(stamped_at_mh(gateway)) == 1


def test_a_retry_after_a_day_has_a_new_code_when_mh_has_nothing_under_the_old_one(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    refused = gateway.post("/invoice", invoice("caja-1"))
    gateway.time_passes(hours=25)
    take_numbers(gateway, 1, 1)
    retried = gateway.post("/invoice", invoice("caja-1"))
    assert (retried["dte_success"], retried["control_number"]) == (True, control_number(2)), retried
    assert retried["generation_code"] != refused["generation_code"]
    assert_each_number_once(gateway, {"01": range(1, 2)})
