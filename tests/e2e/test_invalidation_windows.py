"""Until when a document can be cancelled, and in which edition (contract D19; rules.md 5.2)."""

from pathlib import Path

from tests.builders.bodies import invoice
from tests.e2e.issued import invalidation_route, issue_one_of
from tests.e2e.written import assert_official, invalidations
from tests.running_gateway import RunningGateway, running_gateway


def test_an_event_is_written_in_the_edition_of_its_own_day(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path, edition_from="2026-06-15") as gateway:
        gateway.is_now(2026, 6, 12)
        for doc_type in ("01", "03", "05", "11", "14"):
            issue_one_of(gateway, doc_type, f"doc-{doc_type}")
        gateway.is_now(2026, 6, 15)
        for doc_type in ("01", "03", "05", "11", "14"):
            answer = gateway.post(f"{invalidation_route(doc_type)}/doc-{doc_type}", None)
            assert answer["invalidated"] is True, (doc_type, answer)
            event = invalidations(gateway)[-1]
            assert event["identificacion"]["version"] == 3
            assert_official(event)


def test_events_may_stay_behind_in_version_one(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path, edition_from="2026-01-01", editions={"invalidation": "v1"}) as gateway:
        for doc_type in ("01", "03", "05", "11"):
            issue_one_of(gateway, doc_type, f"doc-{doc_type}")
            answer = gateway.post(f"/invalidate/doc-{doc_type}", None)
            assert answer["invalidated"] is True, (doc_type, answer)
            event = invalidations(gateway)[-1]
            assert event["identificacion"]["version"] == 2
            assert_official(event)


def test_in_version_two_an_invoice_can_be_cancelled_for_three_months(gateway_v2: RunningGateway) -> None:
    gateway_v2.is_now(2026, 6, 2)
    for reference in ("doc-1", "doc-2"):
        gateway_v2.post("/invoice", invoice(reference))
    gateway_v2.is_now(2026, 9, 2, hour=23)
    assert gateway_v2.post("/invalidate/doc-1", None)["invalidated"] is True
    gateway_v2.is_now(2026, 9, 3)
    reply = gateway_v2.request("POST", "/invalidate/doc-2")
    assert (reply.status, reply.json()["code"]) == (409, "invalidation_window_closed")
    assert "02/09/2026" in reply.json()["detail"]


def test_issuers_of_medicines_have_two_years_by_the_activity_of_the_document(gateway_v2: RunningGateway) -> None:
    """Activity 46484 is in annex V of Normativa v2.0 (rules.md 5.2); the company's own is not."""
    gateway_v2.is_now(2026, 6, 2)
    gateway_v2.post("/invoice", invoice("doc-1", activity_code="46484"))
    gateway_v2.is_now(2027, 6, 2)
    assert gateway_v2.post("/invalidate/doc-1", None)["invalidated"] is True
    # The event's date may lie at most three months behind the document's (rules.md 5.3).
    (event,) = invalidations(gateway_v2)
    assert event["identificacion"]["fecEmi"] == "2026-09-02"


def test_in_version_one_mh_decides_about_old_invoices(gateway: RunningGateway) -> None:
    gateway.is_now(2026, 6, 2)
    gateway.post("/invoice", invoice("doc-1"))
    gateway.is_now(2026, 9, 3)
    answer = gateway.post("/invalidate/doc-1", None)
    assert (answer["rejected"], answer["invalidated"], answer["codigo_msg"]) == (True, False, "018")
