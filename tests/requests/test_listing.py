"""What GET /documents accepts (contract 4.2, D33)."""

from datetime import UTC, datetime

import pytest

from ocote.documents.view import DocumentFilter, Position
from ocote.requests.cursor import Cursors
from ocote.requests.listing import read_filter
from ocote.web.invalid import InvalidRequest

CURSORS = Cursors(b"secret")
POSITION = Position(datetime(2026, 6, 3, 14, 15, 40, 987654, tzinfo=UTC), "5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35")


def read(company_id: int = 1, **query: str) -> DocumentFilter:
    return read_filter(query, lambda cursor, wanted: CURSORS.read(company_id, wanted, cursor))


def fault_of(**query: str) -> tuple[str, str]:
    with pytest.raises(InvalidRequest) as refused:
        read(1, **query)
    (fault,) = refused.value.faults
    return fault.code, fault.field


def test_nothing_asked_means_all_fifty_at_a_time() -> None:
    assert read(unknown="x") == DocumentFilter(limit=50)


def test_days_are_el_salvadors_and_both_included() -> None:
    wanted = read(date_from="2026-06-01", date_to="2026-06-30")

    assert wanted.posted_from == datetime(2026, 6, 1, 6, tzinfo=UTC)
    assert wanted.posted_before == datetime(2026, 7, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "day",
    ["2026-02-30", "2026-13-01", "20260101", "2026-1-1", "01/02/2026", "hoy", "0000-01-01", "9999-12-31", "٢٠٢٦-٠١-٠١"],
)
def test_a_day_is_one_of_the_calendar(day: str) -> None:
    assert fault_of(date_from=day) == ("date_unknown", "date_from")
    assert fault_of(date_to=day) == ("date_unknown", "date_to")


def test_the_last_day_is_not_before_the_first() -> None:
    assert fault_of(date_from="2026-06-02", date_to="2026-06-01") == ("date_range_reversed", "date_to")
    assert read(date_from="2026-06-02", date_to="2026-06-02")


def test_states_are_those_a_user_sees() -> None:
    assert read(state="stamped").states == {"stamped"}
    assert read(state="contingency").states == {"contingency", "registered"}
    assert read(state="rejected").states == {"rejected"}
    assert (read(state="invalidated").states, read(state="invalidated").invalidated) == (frozenset({"stamped"}), True)
    assert fault_of(state="pending") == ("query_value_unknown", "state")


def test_types_are_those_that_are_issued() -> None:
    assert read(doc_type="14").doc_type == "14"
    assert fault_of(doc_type="02") == ("query_value_unknown", "doc_type")


def test_a_customer_is_a_number_or_a_part_of_a_name() -> None:
    assert (read(customer="0614-180948-001-4").customer_number, read(customer="000162975").customer_name) == (
        "06141809480014",
        None,
    )
    assert (read(customer=" izalco 100% ").customer_number, read(customer=" izalco 100% ").customer_name) == (
        None,
        "izalco 100%",
    )
    assert fault_of(customer="x" * 10_000) == ("text_too_long", "customer")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1000000"])
def test_a_page_has_one_to_a_hundred(limit: str) -> None:
    assert read(limit="100").limit == 100
    assert fault_of(limit=limit) == ("page_size_out_of_range", "limit")


@pytest.mark.parametrize("name", ["date_from", "state", "cursor", "limit", "customer"])
def test_an_empty_value_is_not_an_absent_one(name: str) -> None:
    assert fault_of(**{name: ""}) == ("field_empty", name)


class TestCursor:
    def test_leads_behind_the_document_it_was_made_for(self) -> None:
        cursor = CURSORS.write(1, read(state="stamped"), POSITION)

        assert read(state="stamped", cursor=cursor).after == POSITION

    def test_takes_another_page_size(self) -> None:
        cursor = CURSORS.write(1, read(limit="10"), POSITION)

        assert read(limit="20", cursor=cursor).after == POSITION

    @pytest.mark.parametrize("change", [{"state": "rejected"}, {"doc_type": "01"}, {"date_from": "2026-01-01"}])
    def test_serves_no_other_filter(self, change: dict[str, str]) -> None:
        cursor = CURSORS.write(1, read(), POSITION)

        assert fault_of(cursor=cursor, **change) == ("cursor_invalid", "cursor")

    def test_serves_no_other_company(self) -> None:
        cursor = CURSORS.write(2, read(), POSITION)

        assert fault_of(cursor=cursor) == ("cursor_invalid", "cursor")

    def test_of_another_secret_is_none(self) -> None:
        cursor = Cursors(b"other").write(1, read(), POSITION)

        assert fault_of(cursor=cursor) == ("cursor_invalid", "cursor")

    def test_cannot_be_changed_anywhere(self) -> None:
        cursor = CURSORS.write(1, read(), POSITION)

        for place in range(len(cursor) - 1):
            changed = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
            assert fault_of(cursor=changed) == ("cursor_invalid", "cursor")

    @pytest.mark.parametrize("cursor", ["x", "ñ", "====", "AAAA", "a b", "' OR 1=1 --", "A" * 400])
    def test_is_not_invented(self, cursor: str) -> None:
        assert fault_of(cursor=cursor) == ("cursor_invalid", "cursor")
