"""The page of one document: what it says, its files, its life, sending it, its link, and cancelling it."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.builders.bodies import ccf, export, invoice, note, purchase
from tests.builders.company import EXPORT_SETTINGS
from tests.databases import Databases
from tests.e2e.outage import mh_comes_back, mh_goes_away
from tests.panel.documents_seen import page_of
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

HOSTILE = '"><img src=x onerror=alert(1)>'


class Counter:
    """A gateway of a company that issues every type, and its owner at the panel."""

    def __init__(self, gateway: RunningGateway) -> None:
        self.gateway = gateway
        gateway.is_now(2026, 6, 3, 9)
        self.owner = person_at(gateway)
        self._made = 0

    def sells(self, **more: Any) -> dict[str, Any]:
        """A stamped invoice of a clean day."""
        self.gateway.is_now(2026, 6, 3, 9)
        self._made += 1
        answer = self.gateway.post("/invoice", invoice(f"venta-{self._made}", **more))
        assert answer["dte_success"] is True, answer
        return dict(answer)

    def sells_on_credit(self) -> dict[str, Any]:
        """A stamped CCF of a clean day."""
        self.gateway.is_now(2026, 6, 3, 9)
        self._made += 1
        return dict(self.gateway.post("/invoice", ccf(f"ccf-{self._made}")))

    def shown(self, answer: dict[str, Any]) -> Shown:
        """The page of a document."""
        shown = self.owner.get(page_of(answer))
        assert shown.status == 200, shown.words
        return shown

    def acts_on(self, answer: dict[str, Any]) -> list[str]:
        """What the audit log says of a document."""
        with closing(sqlite3.connect(self.gateway.database_url.removeprefix("sqlite:///"))) as rows:
            query = "SELECT act FROM audit_entry WHERE subject = ? ORDER BY number"
            return [act for (act,) in rows.execute(query, (f"document {answer['control_number']}",))]

    def cancels(self, answer: dict[str, Any], **fields: str) -> Shown:
        """The page after the form to cancel was sent and confirmed."""
        path = f"{page_of(answer)}/cancel"
        question = self.owner.post(path, {"reason": "2", **fields})
        assert question.status == 200, question.words
        assert "¿Invalidar este documento?" in question.words
        return self.owner.post(path, question.hidden)


@pytest.fixture(scope="module")
def counter(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder, company=EXPORT_SETTINGS) as gateway:
        yield Counter(gateway)


def test_a_stamped_document_shows_what_is_printed_and_what_may_be_done(counter: Counter) -> None:
    sold = counter.sells(customer={"name": "Ana Beltrán", "dui": "00016297-5"})
    shown = counter.shown(sold)
    for words in ("Factura", "Sellado", "11.30", "Ana Beltrán", "Resma de papel", "2 × 5.65", "Total a pagar"):
        assert words in shown.words, words
    assert sold["control_number"] in shown.words
    assert sold["reception_stamp"] in shown.words
    assert "Por la API, con la clave" in shown.words
    assert "Todavía se puede invalidar" in shown.words
    assert "el enlace impreso en el documento y el que se envió por correo dejan de abrirlo" in shown.words
    drafts = f"/panel/c/1/drafts/new?copy_of={sold['document_id']}"
    assert drafts in shown.text
    assert "note_of=" not in shown.text
    assert "retry_of=" not in shown.text


def test_every_type_has_a_page(counter: Counter) -> None:
    post = counter.gateway.post
    counter.gateway.is_now(2026, 6, 3, 9)
    post("/invoice", ccf("todas-ccf"))
    for answer, words in (
        (post("/invoice", export("todas-exp")), "Factura de exportación"),
        (post("/suex", purchase("todas-compra")), "sujeto excluido"),
        (post("/credit-memo", note("todas-ccf", "todas-nc", "11.30")), "Nota de crédito"),
    ):
        assert words.casefold() in counter.shown(answer).words.casefold()


def test_files_are_shown_to_the_same_site_alone_and_json_is_saved(counter: Counter) -> None:
    sold = counter.sells()
    for kind in ("invoice", "ticket"):
        pdf = counter.owner.get(f"{page_of(sold)}/file/{kind}")
        assert pdf.content.startswith(b"%PDF-")
        assert pdf.headers["content-disposition"].startswith("inline")
        assert pdf.headers["content-security-policy"].startswith("frame-ancestors 'self'")
        assert pdf.headers["x-frame-options"] == "SAMEORIGIN"
    saved = counter.owner.get(f"{page_of(sold)}/file/json")
    assert json.loads(saved.content)["selloRecibido"] == sold["reception_stamp"]
    assert saved.headers["content-disposition"].startswith("attachment")
    assert counter.owner.get(f"{page_of(sold)}/file/word").status == 404


def test_a_rejected_document_is_explained_in_mhs_words_and_ours(counter: Counter) -> None:
    counter.gateway.is_now(2026, 6, 3, 9)
    counter.gateway.emulator.control.fault(
        "reject", "reception", code="008", text=f"[receptor.nrc] {HOSTILE}", observations=("<i>primera</i>",)
    )
    refused = counter.gateway.post("/invoice", ccf("mal-1"))
    shown = counter.shown(refused)
    assert HOSTILE not in shown.text
    for words in ("Rechazado", f"008: [receptor.nrc] {HOSTILE}", "<i>primera</i>", "El dato no pertenece"):
        assert words in shown.words, words
    assert '"codigoMsg": "008"' in unescape(shown.text)
    assert f"retry_of={refused['document_id']}" in shown.text
    assert "No se puede invalidar" in shown.words
    retried = counter.gateway.post("/invoice", ccf("mal-1"))
    life = counter.shown(retried).words
    assert "Rechazado por Hacienda (versión 1)" in life
    assert "Versión 2" in life


def test_a_document_in_contingency_says_what_it_waits_for(counter: Counter) -> None:
    counter.gateway.is_now(2026, 6, 3, 9)
    mh_goes_away(counter.gateway)
    try:
        waiting = counter.gateway.post("/invoice", invoice("espera-1"))
        shown = counter.shown(waiting)
    finally:
        mh_comes_back(counter.gateway)
    assert "En contingencia" in shown.words
    assert "No se puede invalidar" in shown.words
    assert counter.owner.get(f"{page_of(waiting)}/file/json").status == 409
    assert counter.owner.get(f"{page_of(waiting)}/file/invoice").status == 200


def test_long_and_foreign_texts_stay_texts(counter: Counter) -> None:
    arabic = "\u0634\u0631\u0643\u0629 \u0639\u0631\u0628\u064a\u0629"
    lines = [{"description": f"{HOSTILE} 5 % %(x)s", "quantity": 1, "unit_price": 1.13}]
    for name in ("Ñ" * 250, arabic, HOSTILE):
        shown = counter.shown(counter.sells(customer={"name": name}, lines=lines))
        assert name in shown.words
        assert HOSTILE not in shown.text
        assert f"{HOSTILE} 5 % %(x)s" in shown.words


def test_a_link_is_renewed_and_the_old_one_ends(counter: Counter) -> None:
    sold = counter.sells()
    before = _public_path(counter.shown(sold))
    counter.owner.get(page_of(sold))
    after = counter.owner.follow(counter.owner.post(f"{page_of(sold)}/link"))
    assert "El enlace es nuevo" in after.words
    assert "Se renovó el enlace público" in after.words
    assert _public_path(after) != before


def _public_path(shown: Shown) -> str:
    [path] = set(re.findall(r'data-copy="http://[^"/]*(/v/[^"]+)"', shown.text))
    return str(path)


def test_without_a_mail_server_the_page_says_so_beforehand_and_what_to_do(counter: Counter) -> None:
    sold = counter.sells()
    shown = counter.shown(sold)
    assert "La empresa no tiene servidor de correo" in shown.words
    assert 'href="/panel/c/1/company/mail"' in shown.text
    assert f'action="/panel{page_of(sold)}/email"' not in shown.text
    cashier = person_at(counter.gateway, email=f"{uuid4()}@example.com", role="cashier", points=["M001P001"])
    asked = cashier.get(page_of(sold))
    assert "Pida a la persona propietaria de la empresa que lo configure." in asked.words
    assert "/company/mail" not in asked.text
    sent = counter.owner.post(f"{page_of(sold)}/email", {"to": "ana@example.com"})
    assert sent.status == 409
    assert "La empresa no tiene servidor de correo" in sent.words
    assert 'aria-invalid="true"' not in sent.text


def test_a_document_is_cancelled_after_a_question_and_the_page_says_by_whom(counter: Counter) -> None:
    sold = counter.sells()
    form = counter.owner.get(f"{page_of(sold)}/cancel")
    assert "evento de invalidación" in form.words
    done = counter.owner.follow(counter.cancels(sold))
    for words in ("El documento está invalidado", "Invalidado ante Hacienda", "persona@example.com", "rescindida"):
        assert words in done.words, words
    assert "/cancel" not in done.text
    assert counter.acts_on(sold) == ["cancellation_asked", "document_cancelled"]
    again = counter.owner.post(f"{page_of(sold)}/cancel", {"reason": "2", "confirmed": "1"})
    assert again.status == 409


def test_hint_and_error_of_an_explanation_name_the_same_lengths(counter: Counter) -> None:
    sold = counter.sells()
    path = f"{page_of(sold)}/cancel"
    form, refused = counter.owner.get(path), counter.owner.post(path, {"reason": "3"})
    for shown in (form, refused):
        hint = re.search(r"De (\d+) a (\d+) caracteres\. Obligatoria", shown.words)
        assert hint is not None, shown.words
        assert f'maxlength="{hint[2]}"' in shown.text
        assert f"debe tener de {hint[1]} a {hint[2]} caracteres" in refused.words


def test_the_question_says_which_document_is_cancelled_and_why(counter: Counter) -> None:
    sold, right = counter.sells(customer={"name": "Ana Beltrán", "dui": "00016297-5"}), counter.sells()
    counter.owner.get(f"{page_of(sold)}/cancel")
    fields = {"reason": "1", "note": "Precio equivocado", "replacement": right["control_number"]}
    asked = counter.owner.post(f"{page_of(sold)}/cancel", fields)
    told = ("Factura", sold["control_number"], "Ana Beltrán", "$11.30", "Error en la información del documento")
    for words in (*told, "Precio equivocado", right["control_number"]):
        assert words in asked.words, words


def test_nothing_is_cancelled_before_the_question_is_answered(counter: Counter) -> None:
    sold = counter.sells()
    counter.owner.get(f"{page_of(sold)}/cancel")
    counter.owner.post(f"{page_of(sold)}/cancel", {"reason": "2"})
    assert counter.gateway.get(f"/status/{sold['document_id']}")["invalidated"] is False


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "1"}, "reemplaza"),
        ({"reason": "3"}, "explicación"),
        ({"reason": "9"}, "Motivo"),
        ({"reason": "2", "note": "x"}, "explicación"),
        ({"reason": "1", "replacement": "no-existe"}, "no identifica un documento"),
        ({"reason": "2", "requester_name": "Marta"}, "documento"),
        (
            {"requester_name": "M", "requester_document_type": "13", "requester_document_number": "1"},
            "DUI",
        ),
    ],
)
def test_a_form_that_the_api_would_refuse_is_explained_at_its_field(
    counter: Counter, fields: dict[str, str], words: str
) -> None:
    sold = counter.sells()
    path = f"{page_of(sold)}/cancel"
    counter.owner.get(path)
    for step in ({}, {"confirmed": "1"}):
        shown = counter.owner.post(path, {"reason": "2", **fields, **step})
        assert shown.status == 400, shown.words
        assert "Revise lo siguiente" in shown.words
        assert words.casefold() in shown.words.casefold()
    assert counter.gateway.get(f"/status/{sold['document_id']}")["invalidated"] is False


def test_a_replacement_and_who_asked_reach_mh(counter: Counter) -> None:
    wrong, right = counter.sells(), counter.sells()
    counter.owner.get(f"{page_of(wrong)}/cancel")
    asked = {
        "reason": "1",
        "note": "Precio equivocado",
        "replacement": right["control_number"],
        "requester_name": "Marta Alvarenga",
        "requester_document_type": "13",
        "requester_document_number": "00016297-5",
    }
    done = counter.owner.follow(counter.cancels(wrong, **asked))
    assert "El documento está invalidado" in done.words
    assert f"Lo reemplaza {right['generation_code']}" in done.words


def test_silence_and_refusal_of_mh_are_told_apart(counter: Counter) -> None:
    sold = counter.sells()
    counter.owner.get(f"{page_of(sold)}/cancel")
    counter.gateway.emulator.control.fault("reject", "invalidation", code="096", text="<u>no</u>")
    refused = counter.owner.follow(counter.cancels(sold))
    assert "Hacienda no aceptó la invalidación" in refused.words
    assert "<u>no</u>" in refused.words
    assert counter.acts_on(sold) == ["cancellation_asked"]
    counter.gateway.emulator.control.fault("down", "invalidation")
    silent = counter.owner.follow(counter.cancels(sold))
    assert "La invalidación está en camino" in silent.words


def test_past_its_window_a_ccf_is_cancelled_by_a_note_and_months_later_by_nothing(counter: Counter) -> None:
    credit, old = counter.sells_on_credit(), counter.sells_on_credit()
    counter.gateway.is_now(2026, 6, 12)
    counter.owner = person_at(counter.gateway, email=f"{uuid4()}@example.com")
    assert f"note_of={credit['document_id']}" in counter.shown(credit).text
    form = counter.owner.get(f"{page_of(credit)}/cancel")
    assert "Se invalida con una nota de crédito" in form.words
    assert 'type="radio"' not in form.text
    refused = counter.owner.post(f"{page_of(credit)}/cancel", {"reason": "3", "note": "Otro motivo", "confirmed": "1"})
    assert refused.status == 400
    done = counter.owner.follow(counter.cancels(credit))
    assert "El documento está invalidado" in done.words
    assert "Nota de crédito sobre este documento" in done.words
    assert counter.acts_on(credit) == ["cancellation_asked", "document_cancelled"]
    counter.gateway.is_now(2026, 12, 1)
    counter.owner = person_at(counter.gateway, email=f"{uuid4()}@example.com")
    late = counter.owner.get(f"{page_of(old)}/cancel")
    assert "No se puede invalidar" in late.words
    assert "El plazo para ajustar o invalidar este CCF terminó" in late.words
    assert "<textarea" not in late.text
    counter.gateway.is_now(2026, 6, 3, 9)
    counter.owner = person_at(counter.gateway, email=f"{uuid4()}@example.com")


def test_roles_see_what_they_may_do(counter: Counter) -> None:
    sold = counter.sells()
    reader = person_at(counter.gateway, email=f"{uuid4()}@example.com", role="reader")
    shown = reader.get(page_of(sold))
    assert shown.status == 200
    for part in ("/cancel", "/email", "copy_of", 'action="/panel/c/1/documents'):
        assert part not in shown.text, part
    for path in ("/cancel", "/email", "/link"):
        assert reader.post(page_of(sold) + path, {"reason": "2", "confirmed": "1"}).status == 403


def test_an_id_of_nobody_or_of_another_company_is_no_page(counter: Counter) -> None:
    key = counter.gateway.another_company()
    other = counter.gateway.post("/invoice", invoice("ajena-1"), key=key)
    for document_id in (other["document_id"], str(uuid4()), "x", "..", "%00", "export%2F", "venta-1"):
        for path in ("", "/cancel", "/file/invoice"):
            answer = counter.owner.get(f"/c/1/documents/{document_id}{path}")
            assert answer.status == 404, (document_id, path)
            assert counter.owner.get(f"/c/2/documents/{document_id}{path}").status == 404
    for path in ("/cancel", "/email", "/link"):
        assert counter.owner.post(f"/c/1/documents/{other['document_id']}{path}").status == 404


def test_without_a_session_there_is_no_file(counter: Counter) -> None:
    sold = counter.sells()
    assert PanelClient(counter.gateway.url).get(f"{page_of(sold)}/file/json").status == 303
