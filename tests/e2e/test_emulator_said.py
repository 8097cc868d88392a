"""An integrator rehearses with ``ocote emulator say`` what MH will do one day, and sees what ocote answers."""

import pytest

from tests.builders.bodies import ccf, invoice
from tests.builders.company import NIT
from tests.commands import Run
from tests.running_gateway import RunningGateway


@pytest.fixture
def say(run: Run, gateway: RunningGateway) -> Run:
    """``say("down")`` is ``ocote emulator say --url … down``, about the MH of the gateway."""

    def said(*words: str) -> object:
        ended = run("emulator", "say", "--url", gateway.emulator.url, *words)
        assert (ended.status, ended.err) == (0, "")
        return ended

    return said  # type: ignore[return-value] # the fixture only looks at how the command ended


def test_a_refusal_is_answered_with_mhs_code_and_the_retry_is_stamped(gateway: RunningGateway, say: Run) -> None:
    say("reject", "099", "--type", "03", "--text", "NRC NO COINCIDE", "--times", "1")
    assert gateway.post("/invoice", invoice("otra"))["dte_success"] is True
    refused = gateway.post("/invoice", ccf("caja-1"))
    assert (refused["rejected"], refused["codigo_msg"], refused["dte_message"]) == (True, "099", "NRC NO COINCIDE")
    assert gateway.post("/invoice", ccf("caja-1"))["dte_success"] is True


def test_a_number_that_mh_says_to_exist_gives_way_to_the_next(gateway: RunningGateway, say: Run) -> None:
    say("reject", "004", "--times", "1")
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert (answer["dte_success"], answer["control_number"][-3:]) == (True, "002")
    assert [each["code"] for each in answer["warnings"]] == ["number_moved"]


def test_a_lost_answer_leads_to_the_stamp_that_mh_had_given(gateway: RunningGateway, say: Run) -> None:
    say("lost", "--what", "documents", "--times", "1")
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert answer["dte_success"] is True
    [document] = gateway.emulator.control.documents()
    assert document["stamp"] == answer["reception_stamp"]


def test_while_mh_is_down_the_document_is_issued_in_contingency(gateway: RunningGateway, say: Run) -> None:
    say("down")
    assert gateway.post("/invoice", invoice("caja-1"))["contingency"] is True
    say("well")
    assert gateway.post("/invoice", invoice("caja-2"))["success"] is True


def test_after_its_last_day_mh_refuses_the_old_edition(gateway: RunningGateway, say: Run) -> None:
    say("v1-until", "2020-01-01")
    assert gateway.post("/invoice", invoice("caja-1"))["rejected"] is True
    say("v1-until")
    assert gateway.post("/invoice", invoice("caja-1"))["dte_success"] is True


def test_numbers_of_another_system_move_the_counter(gateway: RunningGateway, say: Run) -> None:
    first = gateway.post("/invoice", invoice("caja-1"))["control_number"]
    used = int(first[-15:]) + 3
    say("used", "--company", NIT, "--series", first[:15], "--through", str(used))
    assert gateway.post("/invoice", invoice("caja-2"))["control_number"] == f"{first[:16]}{used + 1:015d}"
