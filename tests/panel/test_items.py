"""The pages of a company's items: found, kept, removed, brought in from a file and handed out as one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.databases import Databases
from tests.panel_client import PanelClient, Shown, add, person_at
from tests.running_gateway import RunningGateway, running_gateway

COFFEE = {"description": "Café molido, libra", "unit_price": "5.65", "unit": 36}
HOSTILE = '<script>alert("x")</script> & «=1+1»'
RIGHT_TO_LEFT = "قهوة مطحونة"


@pytest.fixture(scope="module")
def town(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        add(gateway)
        yield gateway


@pytest.fixture
def gateway(town: RunningGateway) -> RunningGateway:
    """A gateway whose company has no items."""
    for item in town.get("/items")["items"]:
        assert town.request("DELETE", f"/items/{quote(item['code'], safe='')}").status == 200
    return town


@pytest.fixture(scope="module")
def owner(town: RunningGateway) -> PanelClient:
    browser = PanelClient(town.url)
    browser.log_in()
    return browser


def keep(gateway: RunningGateway, code: str, **fields: Any) -> None:
    """Writes an item by the API."""
    reply = gateway.request("PUT", f"/items/{code}", COFFEE | fields)
    assert reply.status == 200, reply.content


def filled(**changes: str) -> dict[str, str]:
    """The form of an item as a person fills it in."""
    return {
        "code": "CAFE-LB",
        "description": "Café molido, libra",
        "unit_price": "5.65",
        "prices_include_vat": "true",
        "sale_kind": "taxed",
        "item_kind": "goods",
        "unit": "36",
        "suggested_price": "",
        **changes,
    }


def upload(owner: PanelClient, text: str) -> Shown:
    """Sends a file of items."""
    owner.get("/c/1/items/import")
    return owner.upload("/c/1/items/import", {}, {"file": ("articulos.csv", text.encode())})


def test_an_item_that_is_kept_at_the_panel_is_the_one_that_the_api_shows(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    owner.get("/c/1/items/new")
    led = owner.post("/c/1/items/new", [*filled(unit_price="5.65125").items(), ("taxes", "59"), ("taxes", "C8")])
    shown = owner.follow(led)
    for text in ("CAFE-LB", "Café molido, libra", "5.65125", "El artículo quedó guardado."):
        assert text in shown.words
    kept = gateway.get("/items/CAFE-LB")
    assert (kept["description"], str(kept["unit_price"]), kept["unit"]) == ("Café molido, libra", "5.65125", 36)
    assert (kept["item_kind"], kept["taxes"], kept["prices_include_vat"]) == ("goods", ["59", "C8"], True)


def test_every_fault_of_an_item_stands_at_its_field(gateway: RunningGateway, owner: PanelClient) -> None:
    owner.get("/c/1/items/new")
    wrong = filled(code=" ", unit_price="-1", suggested_price="mucho", unit="999")
    shown = owner.post("/c/1/items/new", wrong)
    assert shown.status == 400
    for field in ("code", "unit_price", "suggested_price", "unit"):
        assert f'id="{field}-error"' in shown.text, field
    assert "Debe ser mayor que cero" in shown.words
    assert 'value="mucho"' in shown.text
    assert gateway.get("/items")["items"] == []


def test_a_new_item_takes_no_code_of_another_one(gateway: RunningGateway, owner: PanelClient) -> None:
    keep(gateway, "CAFE-LB")
    owner.get("/c/1/items/new")
    shown = owner.post("/c/1/items/new", filled(description="Otra cosa"))
    assert shown.status == 409
    assert "Ya hay un artículo con este código" in shown.words
    assert gateway.get("/items/CAFE-LB")["description"] == "Café molido, libra"


def test_of_two_people_who_change_one_item_the_later_is_told_and_overwrites_nothing(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    keep(gateway, "CAFE-LB")
    other = person_at(gateway, email="otra@example.com")
    first, second = owner.get("/c/1/items/edit?code=CAFE-LB"), other.get("/c/1/items/edit?code=CAFE-LB")
    changed = filled(unit_price="6.00", seen=first.hidden["seen"])
    assert owner.post("/c/1/items/edit?code=CAFE-LB", changed).status == 303
    mine = filled(unit_price="5.50", seen=second.hidden["seen"])
    refused = other.post("/c/1/items/edit?code=CAFE-LB", mine)
    assert refused.status == 409
    for text in ("Otra persona o programa cambió este artículo", "6.00", "Lo que está guardado ahora"):
        assert text in refused.words
    assert 'value="5.50"' in refused.text
    assert str(gateway.get("/items/CAFE-LB")["unit_price"]) in ("6.00", "6")
    again = other.post("/c/1/items/edit?code=CAFE-LB", mine | {"seen": refused.hidden["seen"]})
    assert again.status == 303
    assert float(gateway.get("/items/CAFE-LB")["unit_price"]) == 5.5


def test_a_removed_item_is_gone_unless_it_has_changed_since_it_was_shown(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    keep(gateway, "CAFE-LB")
    asked = owner.get("/c/1/items/remove?code=CAFE-LB")
    keep(gateway, "CAFE-LB", unit_price="9.00")
    assert owner.post("/c/1/items/remove?code=CAFE-LB", {"seen": asked.hidden["seen"]}).status == 409
    asked = owner.get("/c/1/items/remove?code=CAFE-LB")
    assert owner.post("/c/1/items/remove?code=CAFE-LB", {"seen": asked.hidden["seen"]}).status == 303
    assert owner.get("/c/1/items/item?code=CAFE-LB").status == 404


def test_items_are_searched_without_accents_and_come_page_by_page(gateway: RunningGateway, owner: PanelClient) -> None:
    for number in range(55):
        keep(gateway, f"A{number:02}", description=f"Artículo {number}")
    keep(gateway, "TE", description="Té verde")
    first = owner.get("/c/1/items")
    assert "A49" in first.words
    assert "A50" not in first.words
    following = next(link for link in _links(first) if "cursor=" in link)
    second = owner.get(following.removeprefix("/panel"))
    assert "A50" in second.words
    assert "A49" not in second.words
    found = owner.get("/c/1/items?search=te%20VERDE")
    assert "Té verde" in found.words
    assert "A01" not in found.words
    assert "Ningún artículo tiene ese texto" in owner.get("/c/1/items?search=nada").words
    assert "A00" in owner.get("/c/1/items?cursor=%FF").words


@pytest.mark.parametrize("text", [HOSTILE, RIGHT_TO_LEFT, "ñ" * 250, "=1+1"])
def test_whatever_a_description_says_it_stays_text(gateway: RunningGateway, owner: PanelClient, text: str) -> None:
    keep(gateway, "X", description=text)
    for path in ("/c/1/items", "/c/1/items/item?code=X", "/c/1/items/edit?code=X", "/c/1/items/remove?code=X"):
        shown = owner.get(path)
        assert shown.status == 200
        assert "<script>alert" not in shown.text
        assert text in shown.words or path.startswith("/c/1/items/edit")


def test_a_code_may_have_any_sign(gateway: RunningGateway, owner: PanelClient) -> None:
    owner.get("/c/1/items/new")
    led = owner.post("/c/1/items/new", filled(code="../a/b?c=1&d#é %"))
    assert "../a/b?c=1&d#é %" in owner.follow(led).words
    assert "../a/b?c=1&d#é %" in owner.get("/c/1/items").words


def test_a_file_is_shown_before_it_is_written(gateway: RunningGateway, owner: PanelClient) -> None:
    keep(gateway, "CAFE-LB")
    keep(gateway, "TE", description="Té")
    text = "code\tdescription\tunit_price\tunit\nCAFE-LB\tCafé molido, libra\t6.10\t36\nPAN\tPan\t0.25\t\n"
    shown = upload(owner, text)
    for said in ("Todavía no se guardó nada", "Precio: 5.65 → 6.10", "nuevo: 0.25 con IVA"):
        assert said in shown.words
    assert len(gateway.get("/items")["items"]) == 2
    led = owner.post("/c/1/items/import", {name: shown.hidden[name] for name in ("content", "seen")})
    assert "1 nuevos y 1 que cambian" in owner.follow(led).words
    assert {item["code"]: float(item["unit_price"]) for item in gateway.get("/items")["items"]} == {
        "CAFE-LB": 6.1,
        "PAN": 0.25,
        "TE": 5.65,
    }


def test_a_file_is_shown_again_when_the_catalog_changed_meanwhile(gateway: RunningGateway, owner: PanelClient) -> None:
    keep(gateway, "CAFE-LB")
    shown = upload(owner, "code,description,unit_price\nCAFE-LB,Café,6\n")
    keep(gateway, "CAFE-LB", unit_price="7.00")
    again = owner.post("/c/1/items/import", {name: shown.hidden[name] for name in ("content", "seen")})
    assert again.status == 200
    assert "El catálogo cambió mientras tanto" in again.words
    assert float(gateway.get("/items/CAFE-LB")["unit_price"]) == 7


def test_a_file_with_faults_names_each_line_and_keeps_nothing(gateway: RunningGateway, owner: PanelClient) -> None:
    shown = upload(owner, "code,description,unit_price\nA,Pan,1\nB,Té,0\n,Nada,1\n")
    assert shown.status == 400
    assert "línea 3: unit_price debe ser mayor que cero." in shown.words
    assert "línea 4: code no puede estar vacío." in shown.words
    assert gateway.get("/items")["items"] == []
    assert "línea 1: no está en UTF-8" in owner.upload("/c/1/items/import", {}, {"file": ("a.csv", b"\xff\xfe")}).words
    assert owner.upload("/c/1/items/import", {}, {"file": ("a.csv", b"")}).status == 400
    assert owner.upload("/c/1/items/import", {}, {"file": ("a.csv", b"a" * 6_000_000)}).status == 413
    assert owner.post("/c/1/items/import", {"content": "%%%", "seen": "x"}).status == 400


def test_the_file_of_all_items_is_read_again_and_runs_no_formula(gateway: RunningGateway, owner: PanelClient) -> None:
    keep(gateway, "X", description='=HYPERLINK("http://malo.example")')
    keep(gateway, "Y", description="Pan, dulce")
    handed = owner.get("/c/1/items/articulos.csv")
    assert handed.headers["content-type"] == "text/csv; charset=utf-8"
    assert "'=HYPERLINK" in handed.text
    shown = upload(owner, handed.text)
    assert "El archivo no cambia nada" in shown.words


def test_what_a_role_may_not_do_is_neither_offered_nor_done(gateway: RunningGateway) -> None:
    keep(gateway, "CAFE-LB")
    reader = person_at(gateway, email="lee@example.com", role="reader")
    shown = reader.get("/c/1/items/item?code=CAFE-LB")
    assert "Café molido" in shown.words
    assert "/items/edit" not in shown.text
    assert "/items/new" not in reader.get("/c/1/items").text
    for path in ("new", "edit?code=CAFE-LB", "remove?code=CAFE-LB", "import"):
        assert reader.get(f"/c/1/items/{path}").status == 403
        assert reader.post(f"/c/1/items/{path}", filled()).status == 403
    assert reader.get("/c/1/items/articulos.csv").status == 403


def test_items_of_another_company_are_not_there(gateway: RunningGateway, owner: PanelClient) -> None:
    other = gateway.another_company()
    assert gateway.request("PUT", "/items/AJENO", COFFEE, key=other).status == 200
    for page in ("item", "edit", "remove"):
        assert owner.get(f"/c/1/items/{page}?code=AJENO").status == 404
        assert owner.get(f"/c/2/items/{page}?code=AJENO").status == 404
    assert owner.post("/c/1/items/remove?code=AJENO", {"seen": "x"}).status == 404
    assert "AJENO" not in owner.get("/c/1/items").words


def _links(shown: Shown) -> list[str]:
    return [part.split('"')[0].replace("&amp;", "&") for part in shown.text.split('href="')[1:]]


@pytest.mark.parametrize("code", ["", "%1F", "x" * 60])
def test_a_code_that_no_item_can_have_is_no_item_to_remove(
    gateway: RunningGateway, owner: PanelClient, code: str
) -> None:
    assert gateway.get("/items")["items"] == []
    assert owner.get(f"/c/1/items/remove?code={code}").status == 404
    assert owner.post(f"/c/1/items/remove?code={code}", {"seen": "1"}).status == 404
