"""Issuing from the panel: a draft is filled in, tried, and issued once, whatever happens on the way."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders.bodies import LARGE_TAXPAYER, ccf, invoice
from tests.builders.people import EMAIL
from tests.databases import Databases
from tests.panel.drafting import SALE, as_shown, begun, marked, moved, sent
from tests.panel_client import PanelClient, person_at
from tests.printing.reading import words
from tests.running_gateway import RunningGateway, running_gateway


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def person(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway)


def test_a_sale_of_two_lines_is_issued_from_the_form(gateway: RunningGateway, person: PanelClient) -> None:
    path = begun(person)
    shown = sent(person, path, SALE)
    assert "Total a pagar $11.30" in shown.words
    issued = person.follow(sent(person, path, SALE, "issue"))
    assert "Emitido y sellado" in issued.words
    assert "DTE-01-M001P001-" in issued.words


def test_a_second_press_and_a_reload_never_issue_twice(gateway: RunningGateway, person: PanelClient) -> None:
    path = begun(person)
    seen = person.get(path).hidden["seen"]
    before = len(gateway.get("/documents")["documents"])
    shown = marked(person, path, seen, SALE)
    presses = [person.post(path, {**SALE, **shown, "do": "issue"}) for _ in range(3)]
    assert {press.headers["location"] for press in presses} == {f"/panel{path}/outcome"}
    assert len(gateway.get("/documents")["documents"]) == before + 1
    assert person.get(path).headers["location"] == f"/panel{path}/outcome"


def test_faults_are_said_at_their_fields(person: PanelClient) -> None:
    path = begun(person)
    shown = sent(person, path, SALE | {"lines[0].quantity": "-1", "lines[1].description": "Sin precio"}, "issue")
    assert shown.status == 400
    assert "Línea 1, Cantidad: debe ser mayor que cero" in shown.words
    assert "Línea 2, Precio: es obligatorio" in shown.words
    assert 'href="#lines[0].quantity"' in shown.text
    assert 'value="-1"' in shown.text


def test_rows_left_empty_do_not_move_the_faults(person: PanelClient) -> None:
    path = begun(person)
    seen = person.get(path).hidden["seen"]
    fields = {"seen": seen, "lines[4].description": "Café", "lines[4].quantity": "1", "lines[4].unit_price": "x"}
    shown = person.post(f"{path}/totals", fields, **{"HX-Request": "true"})
    assert '<a href="#lines[4].unit_price">Línea 1, Precio' in shown.text


def test_totals_are_those_that_are_issued(gateway: RunningGateway, person: PanelClient) -> None:
    path = begun(person, "03")
    fields = {f"customer.{name}": str(value) for name, value in (LARGE_TAXPAYER | {"district": "0614"}).items()}
    fields |= {"lines[0].description": "Servicio", "lines[0].quantity": "3", "lines[0].unit_price": "33.333"}
    seen = person.get(path).hidden["seen"]
    tried = person.post(f"{path}/totals", {"seen": seen, **fields}, **{"HX-Request": "true"})
    issued = person.follow(sent(person, path, fields, "issue"))
    reference = gateway.get("/documents")["documents"][0]
    payable = f"${reference['amount_payable']:.2f}"
    assert payable in tried.words
    assert payable in issued.words


def test_a_price_that_changes_after_it_was_shown_is_shown_before_it_is_issued(
    gateway: RunningGateway, person: PanelClient
) -> None:
    gateway.request("PUT", "/items/TORNILLO", {"description": "Tornillo", "unit_price": 1.13})
    path = begun(person)
    sent(person, path, {"lines[0].code": "TORNILLO", "lines[0].quantity": "1"})
    seen = person.get(path).filled
    gateway.request("PUT", "/items/TORNILLO", {"description": "Tornillo", "unit_price": 113})
    before = len(gateway.get("/documents?limit=100")["documents"])
    late = person.post(path, [*seen, ("do", "issue")])
    assert late.status == 409
    assert "El total cambió de $1.13 a $113.00; revise y emita de nuevo." in late.words
    assert len(gateway.get("/documents?limit=100")["documents"]) == before
    assert "$113.00" in person.follow(person.post(path, [*late.filled, ("do", "issue")])).words


def test_a_text_that_changes_after_it_was_shown_is_shown_before_it_is_issued(
    gateway: RunningGateway, person: PanelClient
) -> None:
    gateway.request("PUT", "/items/TUERCA", {"description": "Tuerca", "unit_price": 1.13})
    path = begun(person)
    sent(person, path, {"lines[0].code": "TUERCA", "lines[0].quantity": "1"})
    seen = person.get(path).filled
    gateway.request("PUT", "/items/TUERCA", {"description": "Otra cosa", "unit_price": 1.13})
    assert "El documento cambió después" in person.post(path, [*seen, ("do", "issue")]).words


def test_a_total_that_was_never_shown_takes_one_more_press(person: PanelClient) -> None:
    path = begun(person)
    first = person.post(path, {"seen": person.get(path).hidden["seen"], **SALE, "do": "issue"})
    assert first.status == 409
    assert "El total a pagar es $11.30. Revíselo y emita de nuevo." in first.words
    assert "Emitido y sellado" in person.follow(person.post(path, [*first.filled, ("do", "issue")])).words


def test_a_rejected_document_is_corrected_under_its_reference(gateway: RunningGateway, person: PanelClient) -> None:
    path = begun(person)
    gateway.emulator.control.fault("reject", "reception", code="096")
    rejected = person.follow(sent(person, path, SALE, "issue"))
    assert "Rechazado por Hacienda" in rejected.words
    assert "Hacienda rechazó este documento" in person.get(path).words
    issued = person.follow(sent(person, path, SALE | {"lines[0].quantity": "3"}, "issue"))
    assert "Emitido y sellado" in issued.words
    assert "$16.95" in issued.words


def test_a_document_in_contingency_is_valid(gateway: RunningGateway, person: PanelClient) -> None:
    gateway.emulator.control.fault("down", count=None)
    try:
        issued = person.follow(sent(person, begun(person), SALE, "issue"))
        assert "Emitido en contingencia" in issued.words
        assert "tiene validez" in issued.words
    finally:
        gateway.emulator.control.behave()


def test_the_later_of_two_tabs_overwrites_nothing_unseen(person: PanelClient) -> None:
    path = begun(person)
    seen = person.get(path).hidden["seen"]
    assert person.post(path, {"seen": seen, **SALE}).status == 200
    late = person.post(path, {"seen": seen, **SALE, "lines[0].quantity": "7", "do": "issue"})
    assert late.status == 409
    assert "otra pestaña" in late.words
    assert 'value="7"' in late.text
    assert 'value="2"' in person.get(path).text
    latest = late.text.partition('name="overwrite" value="')[2].partition('"')[0]
    kept = person.post(path, {"seen": seen, **SALE, "lines[0].quantity": "7", "overwrite": latest})
    assert "$39.55" in kept.words


def test_a_lost_answer_is_no_other_tab(person: PanelClient) -> None:
    path = begun(person)
    seen = person.get(path).hidden["seen"]
    person.post(path, {"seen": seen, **SALE})
    assert person.post(path, {"seen": seen, **SALE}).status == 200


def issued_without_closing(gateway: RunningGateway, person: PanelClient) -> str:
    """The path of a draft that a process issued and had no time to close."""
    path = begun(person)
    sent(person, path, SALE | {"customer.name": "Ana Interrumpida"})
    [(reference,)] = stored(gateway, "SELECT reference FROM draft WHERE id = ?", path.rpartition("/")[2])
    assert gateway.post("/invoice", invoice(reference))["dte_success"] is True
    return path


def stored(gateway: RunningGateway, query: str, *values: object) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(gateway.database_url.removeprefix("sqlite:///"))) as rows:
        return list(rows.execute(query, values).fetchall())


@pytest.mark.parametrize("way", ["list", "page", "discard"])
def test_a_draft_whose_document_is_there_is_closed_when_it_is_next_seen(
    gateway: RunningGateway, person: PanelClient, way: str
) -> None:
    path = issued_without_closing(gateway, person)
    outcome = f"/panel{path}/outcome"
    if way == "list":
        assert path not in person.get("/c/1/drafts").text
    elif way == "page":
        assert person.get(path).headers["location"] == outcome
    else:
        assert person.post("/c/1/drafts", {"discard": path.rpartition("/")[2]}).headers["location"] == outcome
    assert "Emitido y sellado" in person.get(f"{path}/outcome").words
    query = "SELECT d.document_id, a.author FROM draft d JOIN audit_entry a ON a.subject = 'document ' || d.document_id"
    [(_, author)] = stored(gateway, f"{query} WHERE d.id = ? AND a.act = 'document_issued'", path.rpartition("/")[2])
    assert author == EMAIL


def test_a_person_has_so_many_open_drafts_and_no_more(gateway: RunningGateway) -> None:
    other = person_at(gateway, email="borradores@example.com")
    document = gateway.post("/invoice", invoice("para-copiar"))["document_id"]
    paths = [begun(other) for _ in range(50)]
    for fields in ({"kind": "01"}, {"copy_of": document}):
        refused = other.post("/c/1/drafts" if "kind" in fields else "/c/1/drafts/new", fields)
        assert refused.headers["location"] == "/panel/c/1/drafts"
        assert "Tiene 50 borradores abiertos" in other.follow(refused).words
    other.post("/c/1/drafts", {"discard": paths[0].rpartition("/")[2]})
    assert begun(other)


def test_the_draft_of_another_person_is_not_there(gateway: RunningGateway, person: PanelClient) -> None:
    path = begun(person)
    other = person_at(gateway, email="otra@example.com")
    assert other.get(path).status == 404
    assert other.post(path, SALE).status == 404
    assert other.post(f"{path}/totals", SALE).status == 404
    assert other.get(f"{path}/outcome").status == 404
    assert other.post("/c/1/drafts", {"discard": path.rpartition("/")[2]}).status == 404
    assert person.get(path).status == 200


def test_a_cashier_issues_at_the_points_of_the_membership_alone(gateway: RunningGateway) -> None:
    cashier = person_at(gateway, email="caja9@example.com", role="cashier", points=("M001P009",))
    cashier.get("/c/1/drafts")
    assert cashier.post("/c/1/drafts", {"kind": "01"}).status == 403
    document = gateway.post("/invoice", invoice("de-otra-caja"))["document_id"]
    for source in ("copy_of", "retry_of", "note_of"):
        assert cashier.get(f"/c/1/drafts/new?{source}={document}").status == 404


def test_a_reader_has_no_drafts(gateway: RunningGateway) -> None:
    reader = person_at(gateway, email="lee@example.com", role="reader")
    assert reader.get("/c/1/drafts").status == 403


def test_a_draft_is_continued_and_discarded(person: PanelClient) -> None:
    path = begun(person)
    sent(person, path, SALE | {"customer.name": "Ana Discreta"})
    listed = person.get("/c/1/drafts")
    assert "Ana Discreta" in listed.words
    person.follow(person.post("/c/1/drafts", {"discard": path.rpartition("/")[2]}))
    assert "Ana Discreta" not in person.get("/c/1/drafts").words
    assert person.get(path).status == 404


def test_an_empty_ccf_says_at_each_field_of_the_buyer_that_it_is_missing(person: PanelClient) -> None:
    shown = sent(person, begun(person, "03"), {}, "issue")
    assert shown.status == 400
    assert 'href="#customer.nrc"' in shown.text
    assert "Cliente, NRC: es obligatorio" in shown.words
    assert "Agregue al menos un artículo" in shown.words
    assert "doc_type" not in shown.words


def test_the_list_tells_drafts_by_their_first_line_and_says_which_are_empty(person: PanelClient) -> None:
    begun(person)
    sent(person, begun(person), SALE)
    listed = person.get("/c/1/drafts").words
    assert "Resma de papel" in listed
    assert "Factura vacía" in listed


def test_empty_drafts_are_discarded_together(person: PanelClient) -> None:
    paths = [begun(person), begun(person, "03")]
    kept = begun(person)
    sent(person, kept, SALE)
    listed = person.get("/c/1/drafts")
    ids = re.findall(r'type="hidden" name="discard" value="([^"]+)"', listed.text)
    assert {path.rpartition("/")[2] for path in paths} <= set(ids)
    assert "Descartar los vacíos" in listed.words
    person.follow(person.post("/c/1/drafts", [("discard", each) for each in ids]))
    assert [person.get(path).status for path in (*paths, kept)] == [404, 404, 200]


def test_an_item_and_a_customer_are_found_and_chosen_without_a_script(
    gateway: RunningGateway, person: PanelClient
) -> None:
    gateway.request("PUT", "/items/CAFE-LB", {"description": "Café molido, libra", "unit_price": 5.65})
    gateway.post("/invoice", ccf("con-cliente"))
    path = begun(person)
    found = sent(person, path, {"q_item": "cafe m"}, "find")
    assert 'value="item:CAFE-LB"' in found.text
    page = person.follow(person.post(path, {"seen": found.hidden["seen"], "pick": "item:CAFE-LB"}))
    assert "Café molido, libra" in page.words
    assert "Total a pagar $5.65" in page.words
    scanned = person.follow(
        person.post(
            path,
            {"seen": page.hidden["seen"], "lines[0].code": "CAFE-LB", "lines[0].quantity": "1", "q_item": "CAFE-LB"},
        )
    )
    assert "Total a pagar $11.30" in scanned.words
    lines = {"lines[0].code": "CAFE-LB", "lines[0].quantity": "2"}
    found = person.post(path, {"seen": scanned.hidden["seen"], **lines, "q_customer": "gran contrib", "do": "find"})
    value = found.text.partition('value="customer:')[2].partition('"')[0]
    filled = person.follow(person.post(path, {"seen": found.hidden["seen"], **lines, "pick": f"customer:{value}"}))
    assert 'value="06140201260015"' in filled.text


def test_a_copy_of_each_document_has_its_amounts(gateway: RunningGateway, person: PanelClient) -> None:
    for body in (invoice("copia-1", discount_percentage=10, tip=2.5, remarks="Ojo"), ccf("copia-2")):
        issued = gateway.post("/invoice", body)
        person.get(f"/c/1/drafts/new?copy_of={issued['document_id']}")
        copied = person.follow(person.post("/c/1/drafts/new", {"copy_of": issued["document_id"]}))
        assert f"${issued['amount_payable']:.2f}" in copied.words


def test_a_field_that_the_form_does_not_know_is_kept_and_listed(person: PanelClient) -> None:
    path = begun(person)
    shown = sent(person, path, SALE | {"~loyalty": '{"points": 5}'})
    assert "datos sin campo en esta página" in shown.words
    again = person.get(path)
    assert again.hidden["~loyalty"] == '{"points":5}'


def test_two_thousand_lines_are_shown_and_issued(person: PanelClient) -> None:
    path = begun(person)
    fields = {"customer.name": "Ana Discreta", "customer.dui": "00016297-5"}
    for line in range(2000):
        fields |= {f"lines[{line}].{name.rpartition('.')[2]}": value for name, value in SALE.items()}
    shown = sent(person, path, fields)
    assert "Total a pagar $22,600.00" in shown.words, shown.words.partition("Revise lo siguiente")[2][:300]
    assert person.get(path).status == 200
    assert person.post(path, {"seen": shown.hidden["seen"], "remove_row": "lines-1999", **fields}).status == 303


def test_the_pdf_before_issuing_says_that_it_is_not_issued(person: PanelClient) -> None:
    pdf = sent(person, begun(person), SALE, "preview")
    assert pdf.headers["content-type"] == "application/pdf"
    assert "BORRADOR" in words(pdf.content)


def test_the_form_that_was_seen_as_a_pdf_still_saves(person: PanelClient) -> None:
    path = begun(person)
    seen = person.post(path, {"seen": person.get(path).hidden["seen"], **SALE, "do": "calculate"}).hidden["seen"]
    form = {"seen": seen, **SALE, "lines[0].quantity": "3"}
    person.post(path, {**form, "do": "preview"})
    assert person.get(path).hidden["seen"] == seen
    saved = person.post(path, {**form, "lines[0].quantity": "4", "do": "calculate"})
    assert "Total a pagar $22.60" in saved.words
    assert "Dos pestañas" not in saved.words


def test_a_draft_with_faults_has_no_pdf_but_their_list(person: PanelClient) -> None:
    shown = sent(person, begun(person), SALE | {"lines[0].unit_price": "0,85"}, "preview")
    assert shown.status == 400
    assert "Línea 1, Precio: use punto para los decimales: 0.85" in shown.words
    assert "Cierre esta pestaña" in shown.words


def test_a_new_line_is_of_one_piece_and_alone_says_nothing(gateway: RunningGateway, person: PanelClient) -> None:
    path = begun(person)
    assert ("lines[0].quantity", "1") in person.get(path).filled
    saved = sent(person, path, SALE | {"lines[1].quantity": "1"})
    assert "Total a pagar $11.30" in saved.words
    assert "lines[1].quantity" not in dict(saved.filled)
    assert "Artículos" in sent(person, path, {"lines[0].quantity": "1"}, "issue").words


def test_the_headings_say_what_is_behind_them(person: PanelClient) -> None:
    path = begun(person)
    plain = person.get(path).words
    assert "Cliente: consumidor final" in plain
    assert "Pago: al contado, efectivo (billetes y monedas)" in plain
    known = {"customer.name": "Cliente de prueba", "payment_method": "03", "lines[0].quantity": "0"}
    shown = sent(person, path, SALE | known, "issue")
    assert shown.status == 400
    assert "Cliente: Cliente de prueba" in shown.words
    assert "Pago: al contado, tarjeta Crédito" in shown.words


def test_the_price_is_named_by_what_it_includes(person: PanelClient) -> None:
    path = begun(person, "03")
    assert "Precio con IVA" in person.get(path).words
    assert "Precio sin IVA" in sent(person, path, SALE | {"prices_include_vat": "false"}).words
    assert "Precio con IVA" not in person.get(begun(person, "14")).words


def test_choices_have_no_codes_that_nobody_knows(person: PanelClient) -> None:
    form = person.get(begun(person)).text
    assert "Efectivo (billetes y monedas)</option>" in form
    assert ">Tarjeta Débito</option>" in form
    assert "0 es el primero" not in form


def test_the_files_of_an_issued_draft_are_at_hand(person: PanelClient) -> None:
    path = begun(person)
    person.follow(sent(person, path, SALE, "issue"))
    ticket = person.get(f"{path}/files/ticket")
    assert ticket.content.startswith(b"%PDF")
    assert (ticket.headers["x-frame-options"], ticket.headers["content-security-policy"]) == (
        "SAMEORIGIN",
        "frame-ancestors 'self'; script-src 'none'; base-uri 'none'; form-action 'none'",
    )
    assert person.get(f"{path}/files/nada").status == 404


def test_a_rejected_document_of_the_api_is_corrected_from_the_panel(
    gateway: RunningGateway, person: PanelClient
) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    rejected = gateway.post("/invoice", invoice("api-rechazada", remarks="Para corregir"))
    assert rejected["dte_success"] is False
    page = person.get(f"/c/1/drafts/new?retry_of={rejected['document_id']}")
    assert "Corregir un documento rechazado" in page.words
    path = moved(person.post("/c/1/drafts/new", {"retry_of": rejected["document_id"]}))
    assert "Para corregir" in person.get(path).text
    issued = person.follow(as_shown(person, path))
    assert "Emitido y sellado" in issued.words
    assert gateway.get("/status/api-rechazada")["document_id"] == rejected["document_id"]


def test_whoever_corrects_a_rejected_document_takes_its_draft_over(
    gateway: RunningGateway, person: PanelClient
) -> None:
    path = begun(person)
    gateway.emulator.control.fault("reject", "reception", code="096")
    person.follow(sent(person, path, SALE, "issue"))
    document = gateway.get("/documents?state=rejected")["documents"][0]["document_id"]
    owner = person_at(gateway, email="duena@example.com")
    owner.get("/c/1/drafts")
    taken = moved(owner.post("/c/1/drafts/new", {"retry_of": document}))
    assert taken == path
    assert person.get(path).status == 404
    assert "Emitido y sellado" in owner.follow(as_shown(owner, path)).words


def test_a_stamped_document_is_not_corrected(gateway: RunningGateway, person: PanelClient) -> None:
    document = gateway.post("/invoice", invoice("ya-sellada"))["document_id"]
    person.get("/c/1/drafts")
    assert person.post("/c/1/drafts/new", {"retry_of": document}).status == 404


def test_who_issued_is_in_the_audit_log(gateway: RunningGateway, person: PanelClient) -> None:
    path = begun(person)
    issued = person.follow(sent(person, path, SALE, "issue"))
    number = re.search(r"DTE-01-M001P001-[0-9]{15}", issued.words)
    assert number is not None
    with closing(sqlite3.connect(gateway.database_url.removeprefix("sqlite:///"))) as rows:
        [(author, after)] = rows.execute(
            "SELECT author, after FROM audit_entry WHERE act = 'document_issued' AND after LIKE ?", (f"%{number[0]}%",)
        ).fetchall()
    assert author == EMAIL
    assert '"state":"stamped"' in after
