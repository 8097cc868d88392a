"""Lists of documents, queries of one, and catalogs, as a client sees them (contract 12, 14, D20, D27, D33)."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.builders.bodies import ccf, invoice, note, purchase
from tests.e2e.issued import issue_one_of
from tests.running_gateway import RunningGateway

DOC_TYPES = ("01", "03", "05", "11", "14")


def listed(gateway: RunningGateway, query: str = "", **options: Any) -> list[str]:
    """The references of one page."""
    return [each["external_ref"] for each in gateway.get(f"/documents?{query}", **options)["documents"]]


def pages(gateway: RunningGateway, query: str) -> list[list[str]]:
    """The references of all pages."""
    found, cursor = [], ""
    while True:
        page = gateway.get(f"/documents?{query}{cursor}")
        found.append([each["external_ref"] for each in page["documents"]])
        if not page["next_cursor"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def refused(gateway: RunningGateway, query: str) -> tuple[int, str, str]:
    """Status, field and code of a list that cannot be."""
    reply = gateway.request("GET", f"/documents?{query}")
    [fault] = reply.json()["errors"]
    return reply.status, fault["field"], fault["code"]


def sold_to(gateway: RunningGateway, reference: str, **customer: str) -> None:
    gateway.post("/invoice", invoice(reference, customer=customer))


def test_pages_go_from_the_newest_to_the_oldest(gateway: RunningGateway) -> None:
    assert gateway.get("/documents") == {"documents": [], "next_cursor": ""}
    for number in range(5):
        gateway.post("/invoice", invoice(f"r-{number}"))
    assert pages(gateway, "limit=2") == [["r-4", "r-3"], ["r-2", "r-1"], ["r-0"]]
    assert pages(gateway, "limit=5") == [["r-4", "r-3", "r-2", "r-1", "r-0"]]
    assert pages(gateway, "") == pages(gateway, "limit=100")


def test_pages_stay_as_they_were_while_documents_come_in(gateway: RunningGateway) -> None:
    for number in range(4):
        gateway.post("/invoice", invoice(f"r-{number}"))
    first = gateway.get("/documents?limit=2")
    gateway.post("/invoice", invoice("new"))
    gateway.post("/invalidate/r-1", None)
    second = gateway.get(f"/documents?limit=2&cursor={first['next_cursor']}")
    assert [each["external_ref"] for each in second["documents"]] == ["r-1", "r-0"]
    assert second["next_cursor"] == ""
    bigger = gateway.get(f"/documents?limit=100&cursor={first['next_cursor']}")
    assert [each["external_ref"] for each in bigger["documents"]] == ["r-1", "r-0"], "the size may change on the way"


def test_a_listed_document_says_what_its_status_says(gateway: RunningGateway) -> None:
    for doc_type in DOC_TYPES:
        issue_one_of(gateway, doc_type, f"doc-{doc_type}")
    for each in gateway.get("/documents")["documents"]:
        route = "/suex/status" if each["doc_type"] == "14" else "/status"
        assert each == gateway.get(f"{route}/{each['document_id']}")


def test_a_listed_document_in_contingency_says_what_its_status_says(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("down", count=None)
    gateway.post("/invoice", invoice("waiting"))
    [waiting] = gateway.get("/documents?state=contingency")["documents"]
    assert waiting["contingency"] is True
    assert waiting == gateway.get("/status/waiting")


def test_lists_can_be_narrowed_by_type_and_state(gateway: RunningGateway) -> None:
    for doc_type in DOC_TYPES:
        issue_one_of(gateway, doc_type, f"doc-{doc_type}")
    assert [listed(gateway, f"doc_type={doc_type}") for doc_type in ("01", "05", "11", "14")] == [
        ["doc-01"], ["doc-05"], ["doc-11"], ["doc-14"],
    ]  # fmt: skip
    assert listed(gateway, "doc_type=03") == ["doc-05-ccf", "doc-03"]
    gateway.post("/invalidate/doc-01", None)
    gateway.emulator.control.fault("reject", "reception", code="096")
    gateway.post("/invoice", invoice("refused"))
    gateway.emulator.control.fault("down", count=None)
    gateway.post("/invoice", invoice("waiting"))
    assert listed(gateway, "state=invalidated") == ["doc-01"]
    assert listed(gateway, "state=rejected") == ["refused"]
    assert listed(gateway, "state=contingency") == ["waiting"]
    assert "doc-01" in listed(gateway, "state=stamped"), "what is cancelled keeps its stamp"
    assert listed(gateway, "state=stamped&doc_type=14") == ["doc-14"]


def test_days_are_el_salvadors_and_both_included(gateway: RunningGateway) -> None:
    for reference, day, hour in (("may", 31, 23), ("first", 1, 0), ("noon", 1, 12), ("last", 2, 23), ("after", 3, 0)):
        gateway.is_now(2026, 5 if reference == "may" else 6, day, hour=hour, minute=59 if hour == 23 else 0)
        gateway.post("/invoice", invoice(reference))
    assert listed(gateway, "date_from=2026-06-01&date_to=2026-06-02") == ["last", "noon", "first"]
    assert listed(gateway, "date_from=2026-06-02") == ["after", "last"]
    assert listed(gateway, "date_to=2026-05-31") == ["may"]
    assert pages(gateway, "date_from=2026-06-01&date_to=2026-06-02&limit=1") == [["last"], ["noon"], ["first"]]


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "20260101", "01/02/2026", "hoy", "2026-6-1"])
@pytest.mark.parametrize("name", ["date_from", "date_to"])
def test_days_that_do_not_exist_are_refused(gateway: RunningGateway, name: str, day: str) -> None:
    assert refused(gateway, f"{name}={quote(day)}") == (400, name, "date_unknown")


def test_customers_are_found_by_number_and_by_name_whatever_case_and_accents(gateway: RunningGateway) -> None:
    sold_to(gateway, "ana", name="Ana María BELTRÁN Núñez", dui="00016297-5")
    sold_to(gateway, "ana-again", name="A. Beltran", dui="000162975")
    gateway.post("/invoice", ccf("b2b"))
    gateway.post("/suex", purchase("compra", dui="04182954-4", name="Marta Peña"))
    sold_to(gateway, "percent", name="Todo al 100%_!", email="x@example.com")
    for name in ("beltran", "BELTRÁN", "maría beltrán nuñ"):
        assert "ana" in listed(gateway, f"customer={quote(name)}"), name
    assert listed(gateway, f"customer={quote('peña')}") == listed(gateway, "customer=pena") == ["compra"]
    for number in ("00016297-5", "000162975"):
        assert listed(gateway, f"customer={number}") == ["ana-again", "ana"], number
    assert listed(gateway, "customer=0614-020126-001-5") == listed(gateway, "customer=2345678") == ["b2b"]
    assert listed(gateway, "customer=041829544") == ["compra"]
    for wildcard in ("%", "_", "!", "100%_!"):
        assert listed(gateway, f"customer={quote(wildcard)}") == ["percent"], wildcard
    assert listed(gateway, f"customer={quote(chr(39) + ' OR 1=1 --')}") == []


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("state=cancelled", "state", "query_value_unknown"),
        ("doc_type=02", "doc_type", "query_value_unknown"),
        ("limit=0", "limit", "page_size_out_of_range"),
        ("limit=101", "limit", "page_size_out_of_range"),
        ("limit=ten", "limit", "page_size_out_of_range"),
        ("date_from=2026-06-02&date_to=2026-06-01", "date_to", "date_range_reversed"),
        ("customer=" + "a" * 8_000, "customer", "text_too_long"),
        ("cursor=x", "cursor", "cursor_invalid"),
        ("cursor=" + "A" * 8_000, "cursor", "text_too_long"),
    ],
    ids=lambda value: value[:30],
)
def test_a_list_that_makes_no_sense_is_refused(gateway: RunningGateway, query: str, field: str, code: str) -> None:
    assert refused(gateway, query) == (400, field, code)


def test_a_cursor_is_good_for_its_own_list_alone(gateway: RunningGateway) -> None:
    for number in range(3):
        gateway.post("/invoice", invoice(f"r-{number}"))
    cursor = gateway.get("/documents?limit=1")["next_cursor"]
    for position in range(0, len(cursor), 7):
        changed = cursor[:position] + ("A" if cursor[position] != "A" else "B") + cursor[position + 1 :]
        assert refused(gateway, f"limit=1&cursor={changed}") == (400, "cursor", "cursor_invalid"), position
    assert refused(gateway, f"limit=1&doc_type=01&cursor={cursor}") == (400, "cursor", "cursor_invalid")
    theirs = gateway.request("GET", f"/documents?cursor={cursor}", key=gateway.another_company())
    assert theirs.status == 400


def test_a_company_lists_only_its_own(gateway: RunningGateway) -> None:
    key = gateway.another_company()
    gateway.post("/invoice", invoice("ours"))
    gateway.post("/invoice", invoice("theirs"), key=key)
    assert listed(gateway) == ["ours"]
    assert listed(gateway, key=key) == ["theirs"]
    assert gateway.request("GET", "/status/theirs").status == 404
    assert gateway.request("GET", "/file/theirs?type=json").status == 404


def test_every_query_answers_for_its_own_families_alone(gateway: RunningGateway) -> None:
    for doc_type in DOC_TYPES:
        issue_one_of(gateway, doc_type, f"doc-{doc_type}")
    answered = {
        "/status": {"01", "03", "05", "11"},
        "/credit-memo/status": {"05"},
        "/suex/status": {"14"},
        "/invalidate/status": {"01", "03", "05", "11"},
        "/invalidate/suex/status": {"14"},
    }
    for route, types in answered.items():
        for doc_type in DOC_TYPES:
            status = gateway.request("GET", f"{route}/doc-{doc_type}").status
            assert status == (200 if doc_type in types else 404), (route, doc_type)


def test_a_query_shows_the_signed_document_and_mhs_answer_when_asked(gateway: RunningGateway) -> None:
    issue_one_of(gateway, "05", "nc-1")
    plain = gateway.get("/status/nc-1")
    assert "schema" not in plain
    assert "response" not in plain
    for route, flag in (("/status", "1"), ("/credit-memo/status", "true")):
        told = gateway.get(f"{route}/nc-1?include_dte={flag}")
        assert told["schema"]["identificacion"]["codigoGeneracion"] == plain["generation_code"]
        assert told["response"]["selloRecibido"] == plain["reception_stamp"]
    gateway.emulator.control.fault("down", count=None)
    gateway.post("/invoice", invoice("waiting"))
    assert gateway.get("/status/waiting?include_dte=1")["response"] is None


CATALOGS = (
    "/catalogs/activities",
    "/catalogs/departments",
    "/catalogs/districts/search",
    "/catalogs/countries",
)


@pytest.mark.parametrize(
    "search", ["'; DROP TABLE document; --", "%%", "__", "\\\\", "ñ'\"%_", "\U0001f9c9 mate", "x" * 200]
)
def test_catalogs_take_any_search_for_what_it_is(gateway: RunningGateway, search: str) -> None:
    for route in CATALOGS:
        reply = gateway.request("GET", f"{route}?search={quote(search)}")
        assert (reply.status, reply.json()) == (200, []), route
    assert gateway.request("GET", "/status/nobody").status == 404, "the tables are still there"


def test_catalogs_are_searched_without_regard_to_case_and_accents(gateway: RunningGateway) -> None:
    found = gateway.get(f"/catalogs/activities?search={quote('PROGRAMACION')}")
    assert found
    assert found == gateway.get(f"/catalogs/activities?search={quote('programación')}")
    [district] = gateway.get(f"/catalogs/districts/search?search={quote('santiago de maria')}")
    assert district["name"] == "SANTIAGO DE MARÍA"
    answer = gateway.post(
        "/invoice", {**ccf("b2b-1"), "customer": {**ccf("x")["customer"], "district": district["id"]}}
    )
    assert answer["dte_success"] is True
    assert gateway.request("GET", "/catalogs/activities", key="").status == 401


def test_notes_of_a_page_come_with_their_ccf(gateway: RunningGateway) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.post("/credit-memo", note("b2b-1", "nc-1", "11.30"))
    gateway.post("/credit-memo", note("b2b-1", "nc-2", "11.30"))
    made = gateway.get("/documents?doc_type=05")["documents"]
    assert [each["adjusted_document"]["external_ref"] for each in made] == ["b2b-1", "b2b-1"]
