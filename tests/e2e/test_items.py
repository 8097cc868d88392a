"""The company's own items over HTTP: written whole, listed, removed, and seen by no other company."""

from decimal import Decimal
from typing import Any

import pytest

from tests.running_gateway import RunningGateway

COFFEE = {"description": "Café molido, libra", "unit_price": 5.65}


def put(gateway: RunningGateway, code: str, item: Any, **options: Any) -> Any:
    """The answer to an item that has to be taken."""
    reply = gateway.request("PUT", f"/items/{code}", item, **options)
    assert reply.status == 200, reply.content
    return reply.json()


def test_an_item_is_written_read_and_removed(gateway: RunningGateway) -> None:
    written = put(gateway, "CAFE-LB", COFFEE)
    assert (written["code"], written["description"], written["unit_price"], written["prices_include_vat"]) == (
        "CAFE-LB",
        "Café molido, libra",
        Decimal("5.65"),
        True,
    )
    assert gateway.get("/items/CAFE-LB") == written
    gateway.time_passes(hours=1)
    assert put(gateway, "CAFE-LB", COFFEE) == written
    assert put(gateway, "CAFE-LB", written) == written
    removed = gateway.request("DELETE", "/items/CAFE-LB")
    assert (removed.status, removed.json()) == (200, written)
    for method in ("GET", "DELETE"):
        gone = gateway.request(method, "/items/CAFE-LB")
        assert (gone.status, gone.json()["code"]) == (404, "item_not_found")


def test_an_item_says_how_it_is_taxed(gateway: RunningGateway) -> None:
    said = {"item_kind": "goods", "unit": 22, "taxes": ["D1", "C8"], "taxes_included": True, "suggested_price": 4}
    written = put(gateway, "REGULAR", COFFEE | said)
    assert {name: written[name] for name in said} == said
    assert written["sale_kind"] == "taxed"
    plain = put(gateway, "CAFE-LB", COFFEE)
    assert (plain["item_kind"], plain["unit"], plain["taxes"], plain["suggested_price"]) == (None, None, [], None)


def test_a_field_that_is_left_out_has_its_default_again(gateway: RunningGateway) -> None:
    put(gateway, "CAFE-LB", COFFEE | {"prices_include_vat": False})
    assert put(gateway, "CAFE-LB", COFFEE)["prices_include_vat"] is True


@pytest.mark.parametrize(
    ("code", "faults"),
    [
        ("%20", {"code": "field_empty"}),
        ("A" * 26, {"code": "text_too_long"}),
        ("A%00", {"code": "text_control_character"}),
        ("%FF", {"code": "path_malformed"}),
    ],
)
def test_a_code_that_no_line_can_have_is_refused(gateway: RunningGateway, code: str, faults: dict[str, str]) -> None:
    refused = gateway.request("PUT", f"/items/{code}", COFFEE)
    assert refused.status == 400
    assert {each["field"]: each["code"] for each in refused.json()["errors"]} == faults


def test_every_fault_of_an_item_is_named_at_once_and_nothing_is_kept(gateway: RunningGateway) -> None:
    put(gateway, "CAFE-LB", COFFEE)
    wrong = {"code": "OTRO", "unit_price": "5.123456789", "prices_include_vat": "si"}
    refused = gateway.request("PUT", "/items/CAFE-LB", wrong)
    assert refused.status == 400
    assert {each["field"]: each["code"] for each in refused.json()["errors"]} == {
        "description": "field_required",
        "unit_price": "number_too_many_decimals",
        "prices_include_vat": "boolean_expected",
        "code": "item_code_differs",
    }
    assert gateway.get("/items/CAFE-LB")["unit_price"] == Decimal("5.65")


def test_a_code_may_hold_a_slash_and_accents(gateway: RunningGateway) -> None:
    assert put(gateway, "CAF%C3%89%2FLB", COFFEE)["code"] == "CAFÉ/LB"
    assert gateway.get("/items/CAF%C3%89%2FLB")["code"] == "CAFÉ/LB"
    cut = gateway.request("GET", "/items/CAFE/LB")
    assert (cut.status, cut.json()["code"]) == (404, "route_unknown")
    assert "una barra que es parte de un código se escribe %2F" in cut.json()["detail"]


def test_items_are_listed_page_by_page_and_searched(gateway: RunningGateway) -> None:
    for number in range(5):
        put(gateway, f"A{number}", COFFEE | {"description": f"Café {number}"})
    put(gateway, "TE", {"description": "Té", "unit_price": 1})
    first = gateway.get("/items?limit=4")
    assert [item["code"] for item in first["items"]] == ["A0", "A1", "A2", "A3"]
    put(gateway, "A00", COFFEE)
    second = gateway.get(f"/items?limit=4&cursor={first['next_cursor']}")
    assert [item["code"] for item in second["items"]] == ["A4", "TE"]
    assert second["next_cursor"] == ""
    assert [item["code"] for item in gateway.get("/items?search=te")["items"]] == ["TE"]
    assert gateway.get("/items?search=cafe&limit=2")["next_cursor"] != ""
    refused = gateway.request("GET", "/items?cursor=____")
    assert (refused.status, refused.json()["code"]) == (400, "cursor_invalid")


def test_another_company_sees_and_changes_none_of_them(gateway: RunningGateway) -> None:
    put(gateway, "CAFE-LB", COFFEE)
    other = gateway.another_company()
    for method in ("GET", "DELETE"):
        assert gateway.request(method, "/items/CAFE-LB", key=other).status == 404
    assert gateway.get("/items", key=other)["items"] == []
    put(gateway, "CAFE-LB", COFFEE | {"unit_price": 1}, key=other)
    assert gateway.get("/items/CAFE-LB")["unit_price"] == Decimal("5.65")


def test_a_trial_of_an_item_is_refused_and_other_methods_are_named(gateway: RunningGateway) -> None:
    for method in ("PUT", "DELETE"):
        refused = gateway.request(method, "/items/CAFE-LB?dry_run=1", COFFEE if method == "PUT" else None)
        assert (refused.status, refused.json()["code"]) == (400, "dry_run_not_here")
    wrong = gateway.request("POST", "/items/CAFE-LB", COFFEE)
    assert (wrong.status, wrong.headers["allow"]) == (405, "DELETE, GET, HEAD, PUT")


@pytest.mark.parametrize("taxes", [[], ["19"]], ids=["none", "one that only informs"])
def test_taxes_inside_the_price_of_an_item_that_bears_none_are_ignored_and_said_to_be(
    gateway: RunningGateway, taxes: list[str]
) -> None:
    sent = {"description": "Café", "unit_price": 5, "taxes": taxes, "taxes_included": True}
    answer = gateway.request("PUT", "/items/CAFE", sent).json()
    assert [(each["code"], each["field"]) for each in answer["warnings"]] == [("field_ignored", "taxes_included")]
    assert answer["taxes_included"] is False
    strict = gateway.request("PUT", "/items/CAFE", sent, headers={"Prefer": "handling=strict"})
    assert strict.status == 400
