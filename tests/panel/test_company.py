"""The data of a company at the panel: what is shown, what may be changed, and what is refused with a sentence."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ocote.printing.identifiers import tax_number
from ocote.store.audit_reading import AuditFilter, audit_page
from ocote.store.engine.opening import open_store
from tests.builders.bodies import invoice
from tests.builders.certificate import PASSWORD, crt
from tests.builders.company import MH_PASSWORD, NIT
from tests.builders.logo import damaged_png, good_png, png_bomb
from tests.databases import Databases
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

COMPANY = "/c/1/company"
ZIP = b"PK\x03\x04" + bytes(200)
ENDED = ("1577836800.000000000", "1609459200.000000000")


@pytest.fixture
def gateway(all_databases: Databases, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(all_databases.sqlite(), tmp_path) as gateway:
        yield gateway


@pytest.fixture
def owner(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway)


FISCAL = {
    "nrc": "123456-7",
    "name": "Café de Prueba, S.A. de C.V.",
    "trade_name": "Café Renovado",
    "activity_cod": "10791",
    "phone": "22223333",
    "email": "facturas@example.com",
    "address-district": "Mejicanos, San Salvador",
    "address-complement": "Avenida Nueva 5",
    "responsible-name": "Persona de Prueba",
    "responsible-document_type": "13",
    "responsible-document_number": "00000001-8",
    "incomplete_buyers": "fill",
}


def sent(browser: PanelClient, section: str, fields: dict[str, str], **more: str) -> Shown:
    """Opens a form and sends it with these fields, over the version that the form shows."""
    page = browser.get(f"{COMPANY}/{section}")
    return browser.post(f"{COMPANY}/{section}", {"seen": page.hidden["seen"], **fields, **more})


def uploaded(browser: PanelClient, section: str, fields: dict[str, str], **files: tuple[str, bytes]) -> Shown:
    page = browser.get(f"{COMPANY}/{section}")
    return browser.upload(f"{COMPANY}/{section}", {"seen": page.hidden["seen"], **fields}, files)


def audited(gateway: RunningGateway) -> list[dict[str, Any]]:
    """The entries of the audit log about the company, as its command reads them."""

    async def read() -> list[dict[str, Any]]:
        async with open_store(gateway.database_url) as store:
            rows = await store.read(audit_page, 1, AuditFilter(50, 1))
            return [{"act": row.act, "author": row.author, "after": json.loads(row.after)} for row in rows]

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, read()).result()


def test_everything_that_is_stored_is_shown_but_the_secrets(gateway: RunningGateway, owner: PanelClient) -> None:
    gateway.post("/invoice", invoice("una"))
    page = owner.get(COMPANY)
    assert page.status == 200
    for words in (
        tax_number(NIT),
        "123456-7",
        "Café de Prueba",
        "San Salvador",
        "M001P001",
        "Factura 2",
        "Vigente",
        "Sin probar",
    ):
        assert words in page.words, words
    for path in ("", "/fiscal", "/documents", "/mail", "/branches", "/brand", "/mh", "/certificate"):
        shown = owner.get(COMPANY + path)
        assert shown.status == 200, path
        assert MH_PASSWORD not in shown.text
        assert PASSWORD not in shown.text


def test_changed_data_are_in_the_next_document_and_in_the_audit_log(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    assert "guardados" in owner.follow(sent(owner, "fiscal", FISCAL)).words
    assert "Café Renovado" in owner.get(COMPANY).words
    gateway.post("/invoice", invoice("despues"))
    written = gateway.get("/file/despues?type=json")
    assert written["emisor"]["nombreComercial"] == "Café Renovado"
    newest = audited(gateway)[0]
    assert (newest["act"], newest["author"]) == ("company_saved", "persona@example.com")
    assert newest["after"]["trade_name"] == "Café Renovado"
    assert "name" not in newest["after"]


def test_every_fault_stands_at_its_field(owner: PanelClient) -> None:
    wrong = {
        **FISCAL,
        "nrc": "sin número",
        "name": "",
        "activity_cod": "panadería",
        "address-district": "Atlantis",
        "email": "sin arroba",
        "responsible-document_number": "1",
    }
    page = sent(owner, "fiscal", wrong)
    assert page.status == 400
    for name in ("nrc", "name", "activity_cod", "address-district", "email", "responsible-document_number"):
        assert f'href="#{name}"' in page.text, name
        assert f'id="{name}-error"' in page.text, name
    assert "Complete este dato" in page.words
    assert "¿Quiso decir" in page.words
    assert "Avenida Nueva 5" in page.text


def test_the_later_of_two_people_is_told_and_overwrites_nothing(gateway: RunningGateway, owner: PanelClient) -> None:
    second = person_at(gateway, email="segunda@example.com")
    seen = owner.get(f"{COMPANY}/fiscal").hidden["seen"]
    assert sent(second, "fiscal", {**FISCAL, "trade_name": "De la segunda"}).status == 303
    late = owner.post(f"{COMPANY}/fiscal", {**FISCAL, "trade_name": "De la primera", "seen": seen})
    assert late.status == 409
    assert "Otra persona cambió los datos" in late.words
    assert "De la primera" in late.text
    assert "De la segunda" in owner.get(COMPANY).words
    again = owner.post(f"{COMPANY}/fiscal", {**FISCAL, "trade_name": "De la primera", "seen": late.hidden["seen"]})
    assert again.status == 303


def test_branches_are_added_and_retired_and_a_thousand_tills_fit_in_a_field(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    fields = {
        "branch-0-cod": "M001",
        "branch-0-points": "P001",
        "branch-1-cod": "s001",
        "branch-1-points": "P001-P999, P000",
        "branch-1-district": "Mejicanos",
        "branch-1-complement": "Calle Dos 2",
    }
    owner.follow(sent(owner, "branches", fields))
    page = owner.get(COMPANY)
    assert "S001P001" in page.words
    assert "puntos de venta más" in page.words
    assert 'value="P000-P999"' in owner.get(f"{COMPANY}/branches").text


def test_rows_are_added_and_removed_without_a_script(owner: PanelClient) -> None:
    fields = {"branch-0-cod": "M001", "branch-0-points": "P001"}
    page = sent(owner, "branches", fields, add_row="branch")
    assert 'name="branch-1-cod"' in page.text
    page = sent(owner, "branches", {**fields, "branch-1-cod": "S001", "branch-1-points": "P7"}, remove_row="branch-1")
    assert 'name="branch-1-cod"' not in page.text


def test_a_wrong_code_of_a_point_of_sale_is_told_at_its_branch(owner: PanelClient) -> None:
    page = sent(owner, "branches", {"branch-4-cod": "M001", "branch-4-points": "P001, CAJA"})
    assert page.status == 400
    assert 'id="branch-4-points-error"' in page.text
    assert "«CAJA» no es un punto de venta" in page.words
    page = sent(
        owner,
        "branches",
        {"branch-0-cod": "M001", "branch-0-points": "P001", "branch-1-cod": "M001", "branch-1-points": ""},
    )
    assert 'id="branch-1-cod-error"' in page.text
    assert 'id="branch-1-points-error"' in page.text


def test_a_mail_server_keeps_its_password_but_never_for_another_server(owner: PanelClient) -> None:
    server = {"smtp-host": "correo.example.com", "smtp-user": "yo", "smtp-sender": "facturas@example.com"}
    assert sent(owner, "mail", server, **{"smtp-password": "Secreta-1"}).status == 303
    assert "Guardada; no se muestra" in owner.get(COMPANY).words
    assert "Secreta-1" not in owner.get(f"{COMPANY}/mail").text
    assert sent(owner, "mail", {**server, "smtp-reply_to": "dudas@example.com"}).status == 303
    refused = sent(owner, "mail", {**server, "smtp-host": "ladron.example.com"})
    assert refused.status == 400
    assert "van juntos" in refused.words
    assert sent(owner, "mail", {}).status == 303
    assert "La empresa no envía correos" in owner.get(COMPANY).words


def test_editions_and_export_terms_are_kept(owner: PanelClient) -> None:
    fields = {"editions-from": "2026-07-01", "editions-01": "v1", "export-country": "GT", "export-freight": "12.50"}
    assert sent(owner, "documents", fields).status == 303
    words = owner.get(COMPANY).words
    assert "01/07/2026" in words
    assert "Factura: 1.x" in words
    assert "Guatemala" in words
    page = sent(owner, "documents", {**fields, "editions-from": "mañana", "export-freight": "mucho"})
    assert page.status == 400
    assert 'id="editions-from-error"' in page.text
    assert 'id="export-freight-error"' in page.text


def test_a_logo_and_a_colour_are_shown_and_taken_away(owner: PanelClient) -> None:
    brand = {"brand-colour": "#aa3300", "brand-roll_mm": "58"}
    assert uploaded(owner, "brand", brand, logo=("logo.png", good_png())).status == 303
    logo = owner.get(f"{COMPANY}/logo")
    assert (logo.status, logo.headers["content-type"]) == (200, "image/png")
    assert "58 mm" in owner.get(COMPANY).words
    sample = owner.get(f"{COMPANY}/brand/sample.svg?colour=%23aa3300")
    assert 'fill="#aa3300"' in sample.text
    assert "data:image/png" in sample.text
    kept = owner.get(f"{COMPANY}/logo").content
    assert uploaded(owner, "brand", {"brand-colour": "", "brand-roll_mm": "80"}).status == 303
    assert owner.get(f"{COMPANY}/logo").content == kept
    assert uploaded(owner, "brand", {"brand-roll_mm": "80", "without_logo": "y"}).status == 303
    assert owner.get(f"{COMPANY}/logo").status == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (ZIP, "debe ser una imagen PNG o JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "debe ser una imagen PNG o JPEG"),
        (png_bomb(20_000), "son demasiados"),
        (damaged_png(), "está dañada"),
        (good_png() + bytes(300 * 1024), "256 KiB"),
    ],
    ids=["zip", "svg", "bomb", "damaged", "large"],
)
def test_what_is_no_logo_is_refused_with_a_sentence(owner: PanelClient, content: bytes, words: str) -> None:
    page = uploaded(owner, "brand", {"brand-roll_mm": "80"}, logo=("<b>logo</b>.zip", content))
    assert page.status == 400
    assert words in page.words
    assert "<b>logo" not in page.text


def test_an_upload_of_fifty_megabytes_is_refused_unread(owner: PanelClient) -> None:
    page = uploaded(owner, "brand", {"brand-roll_mm": "80"}, logo=("logo.png", bytes(50 * 1024 * 1024)))
    assert page.status == 413
    assert "Lo enviado es demasiado grande; el máximo aquí es 1 MB" in page.words


def test_a_colour_that_is_none_is_refused_and_its_sample_has_the_usual_one(owner: PanelClient) -> None:
    page = uploaded(owner, "brand", {"brand-colour": "red;}", "brand-roll_mm": "80"})
    assert page.status == 400
    assert "no es un color" in page.words
    assert 'fill="#0e4d64"' in owner.get(f"{COMPANY}/brand/sample.svg?colour=%22%3E%3Cscript%3E").text


def test_a_password_is_tried_at_mh_before_it_takes_the_place_of_another(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    refused = sent(owner, "mh", {"mh-user": NIT, "mh-password": "Equivocada#1"})
    assert refused.status == 400
    assert "Hacienda no acepta este usuario con esta contraseña" in refused.words
    assert sent(owner, "mh", {"mh-user": NIT, "mh-password": MH_PASSWORD}).status == 303
    assert "aceptados" in owner.get(COMPANY).words
    assert sent(owner, "mh", {"mh-user": NIT, "mh-password": ""}).status == 303
    gateway.post("/invoice", invoice("sigue"))
    text = json.dumps(audited(gateway))
    assert "mh_login_tried" in text
    assert MH_PASSWORD not in text
    assert "Equivocada" not in text


def test_passwords_are_not_guessed_at_hacienda(owner: PanelClient) -> None:
    for number in range(5):
        assert sent(owner, "mh", {"mh-user": NIT, "mh-password": f"Equivocada#{number}"}).status == 400
    page = sent(owner, "mh", {"mh-user": NIT, "mh-password": MH_PASSWORD})
    assert (page.status, "demasiadas veces" in page.words) == (429, True), page.words


def test_without_an_answer_of_mh_a_password_is_saved_untried_only_on_demand(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    gateway.emulator.control.fault("down", "auth", None)
    page = sent(owner, "mh", {"mh-user": NIT, "mh-password": MH_PASSWORD})
    assert page.status == 400
    assert "Hacienda no contestó" in page.words
    assert "Guardar sin probar" in page.words
    assert sent(owner, "mh", {"mh-user": NIT, "mh-password": MH_PASSWORD}, skip="1").status == 303
    assert sent(owner, "mh", {"mh-user": "otro", "mh-password": ""}).status == 400


def certificate(**more: Any) -> tuple[str, bytes]:
    return ("empresa.crt", crt(**{"nit": NIT, "validity": ("1767225600.000000000", "1893456000.000000000"), **more}))


def test_a_certificate_is_shown_before_it_is_used(gateway: RunningGateway, owner: PanelClient) -> None:
    page = uploaded(owner, "certificate", {"certificate_password": PASSWORD}, certificate=certificate())
    assert page.status == 200
    assert NIT in page.words
    assert "31/12/2029" in page.words
    assert "31/12/2029" not in owner.get(COMPANY).words
    saved = owner.post(f"{COMPANY}/certificate/save", {"seen": page.hidden["seen"], "sealed": page.hidden["sealed"]})
    assert "firma desde ahora" in owner.follow(saved).words
    assert "31/12/2029" in owner.get(COMPANY).words
    gateway.post("/invoice", invoice("firmada"))


@pytest.mark.parametrize(
    ("file", "password", "words"),
    [
        (certificate(nit="06140102260013"), PASSWORD, "pertenece al NIT 06140102260013"),
        (certificate(), "equivocada", "La contraseña no corresponde"),
        (certificate(validity=ENDED), PASSWORD, "venció el 31/12/2020"),
        (("foto.png", good_png()), PASSWORD, "no es un certificado de Hacienda"),
        (("vacio.crt", b""), PASSWORD, "no es un certificado de Hacienda"),
        (("", b""), PASSWORD, "Elija el archivo"),
        (certificate(), "", "Complete este dato"),
    ],
    ids=["other NIT", "password", "ended", "picture", "empty", "none", "no password"],
)
def test_a_certificate_that_cannot_be_used_is_refused_with_a_sentence(
    owner: PanelClient, file: tuple[str, bytes], password: str, words: str
) -> None:
    page = uploaded(owner, "certificate", {"certificate_password": password}, certificate=file)
    assert page.status == 400
    assert words in page.words


def test_a_certificate_brought_back_by_another_person_or_altered_is_none(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    page = uploaded(owner, "certificate", {"certificate_password": PASSWORD}, certificate=certificate())
    other = person_at(gateway, email="otra@example.com")
    seen = other.get(f"{COMPANY}/certificate").hidden["seen"]
    for sealed in (page.hidden["sealed"], "AAAA", "ñ", ""):
        assert other.post(f"{COMPANY}/certificate/save", {"seen": seen, "sealed": sealed}).status == 400


def test_changes_of_secrets_ask_again_who_one_is(gateway: RunningGateway, owner: PanelClient) -> None:
    gateway.time_passes(minutes=11)
    for path in ("mh", "mail", "certificate/save"):
        owner.get(COMPANY)
        answer = owner.post(f"{COMPANY}/{path}", {"seen": "x"})
        assert answer.status == 401
        assert "Confirme que es usted" in answer.words


def test_activities_are_found_by_words_and_by_code(owner: PanelClient) -> None:
    assert "10791" in owner.get(f"{COMPANY}/activities?activity_cod=10791", **{"HX-Request": "true"}).text
    assert "estaurante" in owner.get(f"{COMPANY}/activities?activity_cod=restaurantes", **{"HX-Request": "true"}).text
