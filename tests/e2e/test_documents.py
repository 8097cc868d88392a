"""Lists of documents, queries of one, and catalogs, as a client sees them (contract 12, 14, D20, D27, D33)."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.e2e.test_credit_notes import note
from tests.e2e.test_invalidation import issue_one_of
from tests.e2e.test_purchases import purchase
from tests.e2e.test_sales import ccf, invoice
from tests.house import RunningHouse

DOC_TYPES = ("01", "03", "05", "11", "14")


def listed(house: RunningHouse, query: str = "", **options: Any) -> list[str]:
    """The references of one page."""
    return [each["external_ref"] for each in house.get(f"/documents?{query}", **options)["documents"]]


def pages(house: RunningHouse, query: str) -> list[list[str]]:
    """The references of all pages."""
    found, cursor = [], ""
    while True:
        page = house.get(f"/documents?{query}{cursor}")
        found.append([each["external_ref"] for each in page["documents"]])
        if not page["next_cursor"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


def refused(house: RunningHouse, query: str) -> tuple[int, str, str]:
    """Status, field and code of a list that cannot be."""
    reply = house.request("GET", f"/documents?{query}")
    [fault] = reply.json()["errors"]
    return reply.status, fault["field"], fault["code"]


def sold_to(house: RunningHouse, reference: str, **customer: str) -> None:
    house.post("/invoice", invoice(reference, customer=customer))


def test_pages_go_from_the_newest_to_the_oldest(house: RunningHouse) -> None:
    assert house.get("/documents") == {"documents": [], "next_cursor": ""}
    for number in range(5):
        house.post("/invoice", invoice(f"r-{number}"))
    assert pages(house, "limit=2") == [["r-4", "r-3"], ["r-2", "r-1"], ["r-0"]]
    assert pages(house, "limit=5") == [["r-4", "r-3", "r-2", "r-1", "r-0"]]
    assert pages(house, "") == pages(house, "limit=100")


def test_pages_stay_as_they_were_while_documents_come_in(house: RunningHouse) -> None:
    for number in range(4):
        house.post("/invoice", invoice(f"r-{number}"))
    first = house.get("/documents?limit=2")
    house.post("/invoice", invoice("new"))
    house.post("/invalidate/r-1", None)
    second = house.get(f"/documents?limit=2&cursor={first['next_cursor']}")
    assert [each["external_ref"] for each in second["documents"]] == ["r-1", "r-0"]
    assert second["next_cursor"] == ""
    bigger = house.get(f"/documents?limit=100&cursor={first['next_cursor']}")
    assert [each["external_ref"] for each in bigger["documents"]] == ["r-1", "r-0"], "the size may change on the way"


def test_a_listed_document_says_what_its_status_says(house: RunningHouse) -> None:
    for doc_type in DOC_TYPES:
        issue_one_of(house, doc_type, f"doc-{doc_type}")
    for each in house.get("/documents")["documents"]:
        route = "/suex/status" if each["doc_type"] == "14" else "/status"
        assert each == house.get(f"{route}/{each['document_id']}")


def test_a_listed_document_in_contingency_says_what_its_status_says(house: RunningHouse) -> None:
    house.emulator.control.fault("down", count=None)
    house.post("/invoice", invoice("waiting"))
    [waiting] = house.get("/documents?state=contingency")["documents"]
    assert waiting["contingency"] is True
    assert waiting == house.get("/status/waiting")


def test_lists_can_be_narrowed_by_type_and_state(house: RunningHouse) -> None:
    for doc_type in DOC_TYPES:
        issue_one_of(house, doc_type, f"doc-{doc_type}")
    assert [listed(house, f"doc_type={doc_type}") for doc_type in ("01", "05", "11", "14")] == [
        ["doc-01"], ["doc-05"], ["doc-11"], ["doc-14"],
    ]  # fmt: skip
    assert listed(house, "doc_type=03") == ["doc-05-ccf", "doc-03"]
    house.post("/invalidate/doc-01", None)
    house.emulator.control.fault("reject", "reception", code="096")
    house.post("/invoice", invoice("refused"))
    house.emulator.control.fault("down", count=None)
    house.post("/invoice", invoice("waiting"))
    assert listed(house, "state=invalidated") == ["doc-01"]
    assert listed(house, "state=rejected") == ["refused"]
    assert listed(house, "state=contingency") == ["waiting"]
    assert "doc-01" in listed(house, "state=stamped"), "what is cancelled keeps its stamp"
    assert listed(house, "state=stamped&doc_type=14") == ["doc-14"]


def test_days_are_el_salvadors_and_both_included(house: RunningHouse) -> None:
    for reference, day, hour in (("may", 31, 23), ("first", 1, 0), ("noon", 1, 12), ("last", 2, 23), ("after", 3, 0)):
        house.is_now(2026, 5 if reference == "may" else 6, day, hour=hour, minute=59 if hour == 23 else 0)
        house.post("/invoice", invoice(reference))
    assert listed(house, "date_from=2026-06-01&date_to=2026-06-02") == ["last", "noon", "first"]
    assert listed(house, "date_from=2026-06-02") == ["after", "last"]
    assert listed(house, "date_to=2026-05-31") == ["may"]
    assert pages(house, "date_from=2026-06-01&date_to=2026-06-02&limit=1") == [["last"], ["noon"], ["first"]]


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "20260101", "01/02/2026", "hoy", "2026-6-1"])
@pytest.mark.parametrize("name", ["date_from", "date_to"])
def test_days_that_do_not_exist_are_refused(house: RunningHouse, name: str, day: str) -> None:
    assert refused(house, f"{name}={quote(day)}") == (400, name, "date_unknown")


def test_customers_are_found_by_number_and_by_name_whatever_case_and_accents(house: RunningHouse) -> None:
    sold_to(house, "ana", name="Ana María BELTRÁN Núñez", dui="00016297-5")
    sold_to(house, "ana-again", name="A. Beltran", dui="000162975")
    house.post("/invoice", ccf("b2b"))
    house.post("/suex", purchase("compra", dui="04182954-4", name="Marta Peña"))
    sold_to(house, "percent", name="Todo al 100%_!", email="x@example.com")
    for name in ("beltran", "BELTRÁN", "maría beltrán nuñ"):
        assert "ana" in listed(house, f"customer={quote(name)}"), name
    assert listed(house, f"customer={quote('peña')}") == listed(house, "customer=pena") == ["compra"]
    for number in ("00016297-5", "000162975"):
        assert listed(house, f"customer={number}") == ["ana-again", "ana"], number
    assert listed(house, "customer=0614-020126-001-5") == listed(house, "customer=2345678") == ["b2b"]
    assert listed(house, "customer=041829544") == ["compra"]
    for wildcard in ("%", "_", "!", "100%_!"):
        assert listed(house, f"customer={quote(wildcard)}") == ["percent"], wildcard
    assert listed(house, f"customer={quote(chr(39) + ' OR 1=1 --')}") == []


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("state=cancelled", "state", "query_value_unknown"),
        ("doc_type=02", "doc_type", "query_value_unknown"),
        ("limit=0", "limit", "page_size_out_of_range"),
        ("limit=101", "limit", "page_size_out_of_range"),
        ("limit=ten", "limit", "page_size_out_of_range"),
        ("date_from=2026-06-02&date_to=2026-06-01", "date_to", "date_range_reversed"),
        ("customer=" + "a" * 10_000, "customer", "text_too_long"),
        ("cursor=x", "cursor", "cursor_invalid"),
        ("cursor=" + "A" * 10_000, "cursor", "text_too_long"),
    ],
    ids=lambda value: value[:30],
)
def test_a_list_that_makes_no_sense_is_refused(house: RunningHouse, query: str, field: str, code: str) -> None:
    assert refused(house, query) == (400, field, code)


def test_a_cursor_is_good_for_its_own_list_alone(house: RunningHouse) -> None:
    for number in range(3):
        house.post("/invoice", invoice(f"r-{number}"))
    cursor = house.get("/documents?limit=1")["next_cursor"]
    for position in range(0, len(cursor), 7):
        changed = cursor[:position] + ("A" if cursor[position] != "A" else "B") + cursor[position + 1 :]
        assert refused(house, f"limit=1&cursor={changed}") == (400, "cursor", "cursor_invalid"), position
    assert refused(house, f"limit=1&doc_type=01&cursor={cursor}") == (400, "cursor", "cursor_invalid")
    theirs = house.request("GET", f"/documents?cursor={cursor}", key=house.another_company())
    assert theirs.status == 400


def test_a_company_lists_only_its_own(house: RunningHouse) -> None:
    key = house.another_company()
    house.post("/invoice", invoice("ours"))
    house.post("/invoice", invoice("theirs"), key=key)
    assert listed(house) == ["ours"]
    assert listed(house, key=key) == ["theirs"]
    assert house.request("GET", "/status/theirs").status == 404
    assert house.request("GET", "/file/theirs?type=json").status == 404


def test_every_query_answers_for_its_own_families_alone(house: RunningHouse) -> None:
    for doc_type in DOC_TYPES:
        issue_one_of(house, doc_type, f"doc-{doc_type}")
    answered = {
        "/status": {"01", "03", "05", "11"},
        "/credit-memo/status": {"05"},
        "/suex/status": {"14"},
        "/invalidate/status": {"01", "03", "05", "11"},
        "/invalidate/suex/status": {"14"},
    }
    for route, types in answered.items():
        for doc_type in DOC_TYPES:
            status = house.request("GET", f"{route}/doc-{doc_type}").status
            assert status == (200 if doc_type in types else 404), (route, doc_type)


def test_a_query_shows_the_signed_document_and_mhs_answer_when_asked(house: RunningHouse) -> None:
    issue_one_of(house, "05", "nc-1")
    plain = house.get("/status/nc-1")
    assert "schema" not in plain
    assert "response" not in plain
    for route, flag in (("/status", "1"), ("/credit-memo/status", "true")):
        told = house.get(f"{route}/nc-1?include_dte={flag}")
        assert told["schema"]["identificacion"]["codigoGeneracion"] == plain["generation_code"]
        assert told["response"]["selloRecibido"] == plain["reception_stamp"]
    house.emulator.control.fault("down", count=None)
    house.post("/invoice", invoice("waiting"))
    assert house.get("/status/waiting?include_dte=1")["response"] is None


CATALOGS = (
    "/catalogs/activities",
    "/catalogs/departments",
    "/catalogs/districts/search",
    "/catalogs/countries",
)


@pytest.mark.parametrize(
    "search", ["'; DROP TABLE document; --", "%%", "__", "\\\\", "ñ'\"%_", "\U0001f9c9 mate", "x" * 10_000]
)
def test_catalogs_take_any_search_for_what_it_is(house: RunningHouse, search: str) -> None:
    for route in CATALOGS:
        reply = house.request("GET", f"{route}?search={quote(search)}")
        assert (reply.status, reply.json()) == (200, []), route
    assert house.request("GET", "/status/nobody").status == 404, "the tables are still there"


def test_catalogs_are_searched_without_regard_to_case_and_accents(house: RunningHouse) -> None:
    found = house.get(f"/catalogs/activities?search={quote('PROGRAMACION')}")
    assert found
    assert found == house.get(f"/catalogs/activities?search={quote('programación')}")
    [district] = house.get(f"/catalogs/districts/search?search={quote('santiago de maria')}")
    assert district["name"] == "SANTIAGO DE MARÍA"
    answer = house.post("/invoice", {**ccf("b2b-1"), "customer": {**ccf("x")["customer"], "district": district["id"]}})
    assert answer["dte_success"] is True
    assert house.request("GET", "/catalogs/activities", key="").status == 401


def test_notes_of_a_page_come_with_their_ccf(house: RunningHouse) -> None:
    house.post("/invoice", ccf("b2b-1"))
    house.post("/credit-memo", note("b2b-1", "nc-1", "11.30"))
    house.post("/credit-memo", note("b2b-1", "nc-2", "11.30"))
    made = house.get("/documents?doc_type=05")["documents"]
    assert [each["adjusted_document"]["external_ref"] for each in made] == ["b2b-1", "b2b-1"]
