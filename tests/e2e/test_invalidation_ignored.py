"""No field of a cancellation is ignored in silence, whichever way the document is cancelled (contract 13, D2, D18)."""

from typing import Any

import pytest

from tests.builders.bodies import ccf, invoice
from tests.e2e.issued import invalidation_route, issue_one_of
from tests.e2e.written import invalidations
from tests.running_gateway import RunningGateway

STRICT = {"Prefer": "handling=strict"}
LUIS = {"name": "Luis Campos", "document_type": "13", "document_number": "00016297-5"}
FIRST = {"reason": 1, "note": "primera", "replacement": "doc-2", "requested_by": LUIS}
OTHER = {
    "reason": 3,
    "note": "segunda",
    "replacement": "doc-3",
    "requested_by": {"name": "Marta Alvarenga", "document_type": "37", "document_number": "C01X00T47"},
}
RESCINDED = {"reason": 2, "note": "Precio equivocado", "requested_by": LUIS}


def told(answer: Any) -> list[tuple[str, str]]:
    return [(each["code"], each["field"]) for each in answer.get("warnings", [])]


def refused(gateway: RunningGateway, path: str, body: Any) -> list[tuple[str, str]]:
    """The faults for which a call in strict handling is refused."""
    reply = gateway.request("POST", path, body, headers=STRICT)
    assert reply.status == 400, reply.content
    assert reply.headers["preference-applied"] == "handling=strict"
    return [(each["code"], each["field"]) for each in reply.json()["errors"]]


def an_unanswered_event(gateway: RunningGateway, body: Any, doc_type: str = "01") -> str:
    """The route of a document whose event MH, which is back, has not answered."""
    for reference in ("doc-1", "doc-2", "doc-3"):
        issue_one_of(gateway, doc_type, reference)
    path = f"{invalidation_route(doc_type)}/doc-1"
    gateway.emulator.control.fault("down", "invalidation")
    assert gateway.post(path, body)["contingency"] is True
    return path


def sent(gateway: RunningGateway) -> int:
    return sum(each["endpoint"] == "invalidation" for each in gateway.emulator.control.transmissions())


def an_overdue_ccf(gateway: RunningGateway) -> None:
    """A CCF that in either edition is past its window for an event, and not yet for a credit note."""
    gateway.is_now(2026, 6, 2)
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.is_now(2026, 7, 20)


class TestAnEventThatIsSentAgain:
    @pytest.mark.parametrize("doc_type", ["01", "14"])
    def test_says_what_it_says_and_not_what_is_asked_now(self, either_gateway: RunningGateway, doc_type: str) -> None:
        gateway = either_gateway
        path = an_unanswered_event(gateway, FIRST, doc_type)

        answer = gateway.post(path, OTHER)

        assert answer["invalidated"] is True
        assert told(answer) == [("field_ignored", name) for name in ("reason", "note", "replacement", "requested_by")]
        [event] = invalidations(gateway)
        signed = ("1", "primera", event["documento"]["codigoGeneracionR"], "Luis Campos, documento 000162975 (tipo 13)")
        for warning, value in zip(answer["warnings"], signed, strict=True):
            assert f"está firmado, dice «{value}» y se envía sin cambios" in warning["message"]
        assert event["motivo"]["tipoAnulacion"] == 1

    def test_is_not_sent_in_strict_handling_when_something_would_be_ignored(
        self, either_gateway: RunningGateway
    ) -> None:
        gateway = either_gateway
        path = an_unanswered_event(gateway, FIRST)
        before = sent(gateway)

        assert refused(gateway, path, OTHER) == [
            ("field_not_taken", name) for name in ("reason", "note", "replacement", "requested_by")
        ]
        assert refused(gateway, path, {"reason": 2}) == [("field_not_taken", "reason")]
        assert sent(gateway) == before
        assert gateway.get("/invalidate/status/doc-1")["contingency"] is True

    def test_names_what_the_event_lacks(self, gateway_v2: RunningGateway) -> None:
        path = an_unanswered_event(gateway_v2, None)

        answer = gateway_v2.post(path, OTHER)

        assert told(answer) == [("field_ignored", name) for name in ("reason", "note", "replacement", "requested_by")]
        reason, note, replacement, _ = (each["message"] for each in answer["warnings"])
        assert "dice «2»" in reason
        assert "no lleva este dato" in note
        assert "no lleva este dato" in replacement

    @pytest.mark.parametrize("again", [None, {}, FIRST, {"note": "primera"}, {"requested_by": LUIS}])
    def test_is_repeated_without_a_word(self, either_gateway: RunningGateway, again: Any) -> None:
        path = an_unanswered_event(either_gateway, FIRST)

        answer = either_gateway.post(path, again, headers=STRICT)

        assert (answer["invalidated"], told(answer)) == (True, [])

    def test_warns_also_while_mh_is_known_to_be_down(self, gateway: RunningGateway) -> None:
        issue_one_of(gateway, "01", "doc-1")
        gateway.emulator.control.fault("down", count=None)
        gateway.post("/invoice", invoice("waiting"))
        assert gateway.post("/invalidate/doc-1", None)["contingency"] is True

        answer = gateway.post("/invalidate/doc-1", {"note": "segunda"})

        assert (answer["contingency"], told(answer)) == (True, [("field_ignored", "note")])
        assert "dice «Rescindir de la operación realizada.»" in answer["warnings"][0]["message"]

    def test_of_version_two_for_a_short_name_is_named_each_time(self, gateway: RunningGateway) -> None:
        gateway.post("/invoice", invoice("doc-1", customer={"name": "Ana"}))
        gateway.emulator.control.fault("down", "invalidation")
        first = gateway.post("/invalidate/doc-1", None)

        again = gateway.post("/invalidate/doc-1", None)

        assert (first["contingency"], again["invalidated"]) == (True, True)
        assert told(first) == told(again) == [("cancelled_by_v2_event", "invalidated")]

    def test_gives_way_to_a_new_one_with_all_that_is_asked_once_mh_has_refused_it(
        self, gateway: RunningGateway
    ) -> None:
        path = an_unanswered_event(gateway, FIRST)
        gateway.emulator.control.fault("reject", "invalidation", code="027")
        assert gateway.post(path, None)["rejected"] is True

        answer = gateway.post(path, OTHER, headers=STRICT)

        assert (answer["invalidated"], told(answer)) == (True, [])
        assert invalidations(gateway)[-1]["motivo"]["motivoAnulacion"] == "segunda"


class TestANoteInPlaceOfTheEvent:
    def test_names_what_it_cannot_say(self, either_gateway: RunningGateway) -> None:
        an_overdue_ccf(either_gateway)

        answer = either_gateway.post("/invalidate/b2b-1", RESCINDED)

        assert (answer["invalidated"], answer["created_credit_memo"]) == (True, True)
        assert told(answer) == [("field_ignored", "note"), ("field_ignored", "requested_by")]
        assert all("nota de crédito, que no lleva este dato" in each["message"] for each in answer["warnings"])

    def test_is_not_issued_in_strict_handling_when_something_would_be_ignored(
        self, either_gateway: RunningGateway
    ) -> None:
        gateway = either_gateway
        an_overdue_ccf(gateway)

        assert refused(gateway, "/invalidate/b2b-1", RESCINDED) == [
            ("field_not_taken", "note"),
            ("field_not_taken", "requested_by"),
        ]
        assert gateway.get("/documents?doc_type=05")["documents"] == []
        answer = gateway.post("/invalidate/b2b-1", {"reason": 2}, headers=STRICT)
        assert (answer["invalidated"], told(answer)) == (True, [])
        assert answer["credit_memo_control_number"].endswith("-000000000000001")

    def test_warns_while_it_waits_for_mh(self, either_gateway: RunningGateway) -> None:
        gateway = either_gateway
        an_overdue_ccf(gateway)
        gateway.emulator.control.fault("down", count=None)
        assert told(gateway.post("/invalidate/b2b-1", None)) == []

        again = gateway.post("/invalidate/b2b-1", RESCINDED)

        assert again["contingency"] is True
        assert told(again) == [("field_ignored", "note"), ("field_ignored", "requested_by")]
        assert refused(gateway, "/invalidate/b2b-1", {"note": "Precio equivocado"}) == [("field_not_taken", "note")]
        assert told(gateway.post("/invalidate/b2b-1", {"reason": 2}, headers=STRICT)) == []

    def test_warns_when_it_is_retried_after_a_refusal(self, gateway: RunningGateway) -> None:
        an_overdue_ccf(gateway)
        gateway.emulator.control.fault("reject", "reception", code="020")
        assert gateway.post("/invalidate/b2b-1", None)["rejected"] is True

        assert refused(gateway, "/invalidate/b2b-1", {"note": "Precio equivocado"}) == [("field_not_taken", "note")]
        answer = gateway.post("/invalidate/b2b-1", {"note": "Precio equivocado"})

        assert (answer["invalidated"], told(answer)) == (True, [("field_ignored", "note")])


def test_an_event_in_its_window_takes_every_field(either_gateway: RunningGateway) -> None:
    for reference in ("doc-1", "doc-2"):
        issue_one_of(either_gateway, "01", reference)
    answer = either_gateway.post("/invalidate/doc-1", FIRST, headers=STRICT)
    assert (answer["invalidated"], told(answer)) == (True, [])
    [event] = invalidations(either_gateway)
    motive = event["motivo"]
    assert (motive["tipoAnulacion"], motive["motivoAnulacion"], motive["nombreSolicita"]) == (
        1, "primera", "Luis Campos",
    )  # fmt: skip
    replacement = either_gateway.get("/status/doc-2")["generation_code"]
    assert event["documento"]["codigoGeneracionR"] == replacement
