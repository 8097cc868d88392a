"""The texts of a company: what they may hold, where customers read them, and that they remove no fact."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from ocote.companies.brand import brand_of
from ocote.printing.brand import Brand
from ocote.store.engine.opening import open_store
from tests.builders.bodies import invoice
from tests.e2e.worker import send_what_is_due
from tests.outbox.mail_server import MailServer, open_mail_server
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway

TEXTS = "/c/1/company/texts"
CUSTOMER = {"name": "Cliente {total} <b>", "email": "cliente@example.com"}


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway of a company with a mail server, and the browser of its owner."""

    gateway: RunningGateway
    server: MailServer
    owner: PanelClient

    def writes(self, **texts: str) -> Shown:
        """The answer to the form with these texts, such as ``delivery_subject``; the others are empty."""
        page = self.owner.get(TEXTS)
        return self.owner.post(TEXTS, {"seen": page.hidden["seen"], **_fields(texts)})

    def brand(self) -> Brand:
        """The stored look and texts."""

        async def read() -> Brand:
            async with open_store(self.gateway.database_url) as store:
                return await store.read(brand_of, 1)

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asyncio.run, read()).result()


def _fields(texts: dict[str, str]) -> dict[str, str]:
    return {f"texts-{name.replace('_', '-')}": text for name, text in texts.items()}


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    with (
        open_mail_server() as server,
        running_gateway(database_url, tmp_path, company=server.company) as gateway,
    ):
        yield Town(gateway, server, person_at(gateway))


def bodies(mail: Any) -> dict[str, str]:
    """Subject, text and HTML of a mail."""
    found = {
        part.get_content_type(): part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"
    }
    found = {kind: text.replace("\r\n", "\n") for kind, text in found.items()}
    return {**found, "subject": str(make_header(decode_header(mail["Subject"])))}


def words_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return "\n".join(pages[number].get_textpage().get_text_range() for number in range(len(pages)))


def test_customers_read_the_texts_beside_every_fact(town: Town) -> None:
    answer = town.writes(
        terms="Pague a 30 días.\r\nTransferencia a la cuenta de ejemplo.",
        delivery_subject="{documento} para {cliente} por {total}",
        delivery_greeting="Estimado {cliente}:\n<b>gracias</b> por su compra del {fecha}.",
        delivery_closing="Un saludo de {empresa}, por {numero}",
        invalidation_subject="Anulamos {documento} de {total}",
        invalidation_greeting="Disculpe, {cliente}.",
    )
    assert "guardados" in town.owner.follow(answer).words
    assert "Pague a 30 días." in town.owner.get("/c/1/company").words
    issued = town.gateway.post("/invoice", invoice("caja-1", customer=CUSTOMER))
    send_what_is_due(town.gateway)
    mail = bodies(town.server.mails[0])
    assert mail["subject"] == "[PRUEBA – SIN VALIDEZ FISCAL] Factura para Cliente {total} <b> por $11.30"
    for fact in (issued["control_number"], issued["generation_code"], "11.30", "Sello de recepción", "NIT"):
        assert fact in mail["text/plain"].replace("<wbr>", ""), fact
    assert "Estimado Cliente {total} <b>:\n<b>gracias</b>" in mail["text/plain"]
    assert "Estimado Cliente {total} &lt;b&gt;:<br>&lt;b&gt;gracias&lt;/b&gt;" in mail["text/html"]
    assert f"Un saludo de Café de Prueba, por {issued['control_number']}" in mail["text/plain"]
    assert "le entrega su documento tributario electrónico" in mail["text/plain"]
    for kind in ("ticket", "invoice"):
        words = words_of(town.gateway.request("GET", f"/file/caja-1?type={kind}").content)
        assert "Condiciones de pago" in words.replace("CONDICIONES DE PAGO", "Condiciones de pago")
        assert "Pague a 30 días." in words
    town.gateway.post("/invalidate/caja-1", None)
    send_what_is_due(town.gateway)
    mail = bodies(town.server.mails[-1])
    assert mail["subject"] == "[PRUEBA – SIN VALIDEZ FISCAL] Anulamos Factura de $11.30"
    assert "Disculpe, Cliente {total} <b>." in mail["text/plain"]
    assert issued["generation_code"] in mail["text/plain"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("delivery_greeting", "Debe {saldo} y {x}", "no se sabe con qué llenar {saldo}, {x}"),
        ("delivery_subject", "Factura {numero", "no se sabe con qué llenar {"),
        ("invalidation_closing", "{}", "no se sabe con qué llenar {}"),
        ("delivery_subject", "a\r\nBcc: otro@example.com", "debe tener una línea a lo sumo"),
        ("terms", "x" * 501, "debe tener 500 caracteres a lo sumo; tiene 501"),
        ("terms", "\n".join("x" * 13), "debe tener 12 líneas a lo sumo; tiene 13"),
        ("terms", "total \u202e001", "cambian el sentido de la lectura"),
        ("terms", "a\u200bb", "caracteres que no se ven (U+200B)"),
        ("terms", "a\tb", "tabuladores"),
        ("delivery_closing", "\u3164", "caracteres que no se ven"),
    ],
)
def test_a_text_that_cannot_be_used_stays_in_the_form_with_the_reason(
    town: Town, name: str, text: str, words: str
) -> None:
    page = town.writes(**{name: text})
    assert page.status == 400
    assert f'id="texts-{name.replace("_", "-")}-error"' in page.text
    assert words.lower() in page.words.lower()
    assert town.brand() == Brand()


def test_five_hundred_letters_arabic_and_emoji_are_harmless(town: Town) -> None:
    terms = "شكرا جزيلا \N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4} \U0001f468\u200d\U0001f33e "
    terms = f"{terms}{'y pague pronto ' * 50}"[:500].strip()
    assert (
        town.writes(terms=terms, delivery_subject=f"\N{THUMBS UP SIGN} {terms[:9]}", delivery_greeting=terms).status
        == 303
    )
    assert town.brand().terms == terms
    town.gateway.post("/invoice", invoice("caja-1", customer=CUSTOMER))
    for kind in ("ticket", "invoice"):
        assert town.gateway.request("GET", f"/file/caja-1?type={kind}").status == 200
    send_what_is_due(town.gateway)
    assert terms in bodies(town.server.mails[0])["text/plain"]


def test_a_sample_shows_what_is_typed_before_it_is_saved(town: Town) -> None:
    page = town.owner.get(TEXTS)
    assert "le entrega su documento tributario electrónico" in page.words
    typed = _fields({"delivery_greeting": "Hola, {cliente}", "terms": "<script>alert(1)</script>"})
    shown = town.owner.post(f"{TEXTS}/sample", typed, **{"HX-Request": "true"})
    assert "Hola, Persona de Ejemplo" in shown.words
    assert "<script>alert" not in shown.text
    again = town.owner.post(TEXTS, {"seen": page.hidden["seen"], "show": "y", **typed})
    assert (again.status, "Hola, Persona de Ejemplo" in again.words) == (200, True)
    wrong = town.owner.post(f"{TEXTS}/sample", _fields({"delivery_greeting": "{x}"}), **{"HX-Request": "true"})
    assert "no se sabe con qué llenar {x}" in wrong.words
    assert town.brand() == Brand()


def test_the_saved_mail_is_shown_where_nothing_can_act(town: Town) -> None:
    town.writes(delivery_greeting="Hola, {cliente}", invalidation_greeting="Perdón", terms="Pague pronto")
    page = town.owner.get(f"{TEXTS}/mail")
    policy = page.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "Hola, Persona de Ejemplo" in page.words
    assert "Perdón" in town.owner.get(f"{TEXTS}/mail?of=invalidation").words
    pdf = town.owner.get(f"{TEXTS}/document")
    assert "Pague pronto" in words_of(pdf.content)
    assert "BORRADOR" in words_of(pdf.content)
    assert "Pague pronto" in town.owner.get(f"{TEXTS}/picture").text
    assert town.gateway.get("/documents")["documents"] == []


def test_texts_come_from_the_company_file_and_are_kept_by_other_forms(database_url: str, tmp_path: Path) -> None:
    texts = '[texts]\nterms = """\nUno\nDos"""\n[texts.delivery]\nsubject = "Su {documento}"\n'
    with running_gateway(database_url, tmp_path, company=texts) as gateway, open_mail_server() as server:
        town = Town(gateway, server, person_at(gateway))
        assert town.brand() == Brand(terms="Uno\nDos", delivery=town.brand().delivery)
        page = town.owner.get("/c/1/company/brand")
        answer = town.owner.post(
            "/c/1/company/brand", {**page.hidden, "brand-colour": "#7a1f3d", "brand-roll_mm": "58"}
        )
        assert answer.status == 303
        assert (town.brand().terms, town.brand().delivery.subject) == ("Uno\nDos", "Su {documento}")
