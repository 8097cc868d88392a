"""What the gateway writes of the other party is shown before it is issued, and issued when a person wants it so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.bodies import LARGE_TAXPAYER, ccf
from tests.databases import Databases
from tests.panel.drafting import SALE, begun, marked, sent
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

BARE = SALE | {
    "customer.name": "Ferretería de Prueba",
    "customer.nit": "06140201260015",
    "customer.nrc": "2345678",
    "customer.type_contributor": "2",
}
WHOLE = BARE | {
    "customer.activity_code": "46900",
    "customer.district": "0614",
    "customer.address": "Calle de prueba 1",
    "customer.email": "compras@example.com",
}


@pytest.fixture
def gateway(all_databases: Databases, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway that remembers nobody: what is known of a customer would complete the next document."""
    with running_gateway(all_databases.sqlite(), tmp_path) as gateway:
        yield gateway


@pytest.fixture
def person(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway)


def issued(gateway: RunningGateway) -> int:
    """How many documents there are."""
    return len(gateway.get("/documents?limit=100")["documents"])


def pressed(person: PanelClient, path: str, first: Shown, do: str, **changed: str) -> Shown:
    """The form as an answer shows it, sent with a button; some fields were changed."""
    kept = [(name, value) for name, value in first.filled if name not in changed]
    return person.post(path, [*kept, *changed.items(), ("do", do)])


def test_a_ccf_with_data_of_the_company_itself_takes_a_second_press(
    gateway: RunningGateway, person: PanelClient
) -> None:
    path, before = begun(person, "03"), issued(gateway)
    first = sent(person, path, BARE, "issue")
    assert first.status == 409
    assert "no se ha emitido nada" in first.words
    for field, value in (("activity_code", "10005 Otros"), ("district", ""), ("address", ""), ("email", "")):
        assert f'<a href="#customer.{field}">' in first.text
        assert value in first.words
    assert "Cliente, Dirección: " in first.words
    assert "la solicitud" not in first.words, "words for a program"
    assert issued(gateway) == before
    again = pressed(person, path, first, "issue")
    assert again.status == 409
    assert issued(gateway) == before
    outcome = person.follow(pressed(person, path, again, "issue_so")).words
    assert "Emitido y sellado" in outcome
    assert re.search("DTE-03-[A-Z0-9]+-0+1 ", outcome), "a press that issued nothing used a number"
    assert issued(gateway) == before + 1


def test_what_is_written_now_takes_the_place_of_what_the_gateway_writes(person: PanelClient) -> None:
    path = begun(person, "03")
    first = sent(person, path, BARE, "issue")
    typed = person.post(
        f"{path}/totals",
        [*first.filled, *((name, WHOLE[name]) for name in WHOLE if name not in BARE)],
        **{"HX-Request": "true"},
    )
    assert "no se ha emitido nada" not in typed.words
    assert "Emitido y sellado" in person.follow(sent(person, path, WHOLE, "issue")).words


def test_the_notice_stays_with_what_is_still_missing(person: PanelClient) -> None:
    path = begun(person, "03")
    first = sent(person, path, BARE, "issue")
    fields = [each for each in first.filled if each[0] != "customer.activity_code"]
    typed = person.post(f"{path}/totals", [*fields, ("customer.activity_code", "46900")], **{"HX-Request": "true"})
    assert '<a href="#customer.activity_code">' not in typed.text
    assert '<a href="#customer.address">' in typed.text


def test_data_that_changed_meanwhile_is_shown_again(gateway: RunningGateway, person: PanelClient) -> None:
    path = begun(person, "03")
    first = sent(person, path, BARE, "issue")
    before = issued(gateway)
    late = pressed(person, path, first, "issue_so", **{"customer.activity_code": "46900"})
    assert late.status == 409
    assert '<a href="#customer.activity_code">' not in late.text
    assert issued(gateway) == before
    forged = pressed(person, path, late, "issue_so", completed="otra")
    assert forged.status == 409
    unseen = pressed(person, path, late, "issue_so", completed="")
    assert unseen.status == 409
    assert issued(gateway) == before
    assert "Emitido y sellado" in person.follow(pressed(person, path, late, "issue_so")).words


@pytest.mark.parametrize("fields", [WHOLE, WHOLE | {"customer.phone": "22223333"}])
def test_a_whole_ccf_is_issued_at_once(person: PanelClient, fields: dict[str, str]) -> None:
    assert "Emitido y sellado" in person.follow(sent(person, begun(person, "03"), fields, "issue")).words


def test_an_invoice_is_issued_at_once(person: PanelClient) -> None:
    assert "Emitido y sellado" in person.follow(sent(person, begun(person), SALE, "issue")).words


def test_what_the_record_of_the_customer_says_is_no_reason_to_ask(gateway: RunningGateway, person: PanelClient) -> None:
    known = LARGE_TAXPAYER | {"district": "0614"}
    gateway.post("/invoice", {**ccf("conocido"), "customer": known})
    path = begun(person, "03")
    known_again = SALE | {f"customer.{name}": str(known[name]) for name in ("name", "nit", "nrc", "type_contributor")}
    assert "Emitido y sellado" in person.follow(sent(person, path, known_again, "issue")).words


def test_a_purchase_without_an_address_takes_a_second_press(person: PanelClient) -> None:
    path = begun(person, "14")
    fields = SALE | {"subject.name": "Marta Alvarenga", "subject.dui": "00016297-5"}
    first = sent(person, path, fields, "issue")
    assert first.status == 409
    assert "Vendedor, Dirección: " in first.words
    assert "Emitido y sellado" in person.follow(pressed(person, path, first, "issue_so")).words


def test_a_field_that_the_document_needs_is_not_called_optional(person: PanelClient) -> None:
    page = person.get(begun(person, "03")).words
    assert "Actividad económica (opcional)" not in page
    assert "Actividad económica Si la deja vacía, el documento dice «Otros»." in page
    assert "Dirección Si la deja vacía, el documento dice la dirección de su propia sucursal." in page
    assert "Teléfono (opcional)" in page


def test_every_datum_that_the_gateway_writes_is_said_at_its_field(person: PanelClient) -> None:
    path = begun(person, "03")
    seen = person.get(path).hidden["seen"]
    first = person.post(path, {"seen": seen, **BARE, **marked(person, path, seen, BARE), "do": "issue"})
    for href in ("activity_code", "district", "address", "email"):
        assert f'id="customer.{href}-hint"' in first.text
