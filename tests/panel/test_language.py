"""The panel in English: for whom prefers it, on every page, with the texts of strangers as they are."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from wtforms import Form, SelectField, StringField
from wtforms.validators import InputRequired, Length

from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.phrases import phrase, together
from ocote.panel.frame.rendering import environment, said
from ocote.panel.site import panel_routes
from tests.builders.bodies import ccf
from tests.databases import Databases
from tests.panel.other_operation import operation_rows
from tests.panel_client import PanelClient, Shown, close_till, person_at
from tests.running_gateway import RunningGateway, running_gateway

DATA: Final = "Quoted"
"""In every text that the company's people wrote."""

HOSTILE: Final = "<b onclick=x>Hoy</b> %(name)s 100 % {n}"
ENGLISH: Final = {"Accept-Language": "en-US,en;q=0.9,es;q=0.5"}

_SPANISH: Final = re.compile(
    r"\b(?:el|la|los|las|de|del|que|para|por|con|sin|una|este|esta|su|sus|y|hay|al|desde|hasta)\b|[áéíóúñ¿¡«]",
    re.IGNORECASE,
)
_READ_ALOUD: Final = re.compile(r'(?:aria-label|placeholder|title|data-label|data-confirm|alt)="([^"]*)"')
_CHOICES: Final = re.compile(r'(?s)<select.*?</select>|<datalist.*?</datalist>|<div class="choices">.*?</div>')
_OF_THE_COMPANY: Final = re.compile(
    r"Café de Prueba(, S\.A\. de C\.V\.)?|Persona de Prueba|Calle de la Prueba|Elaboración de productos de café"
    r"|Español|Venta al por mayor de otros productos|El Salvador|Billetes y monedas|precio con iva"
)
_PART: Final = re.compile(r"\{(\w+)(?::\w+)?\}")

IN_SPANISH: Final = frozenset(
    {
        # Titles of Hacienda's annexes, its forms of payment, and the words that are printed on a document.
        "/c/{company_id:int}/books",
        "/c/{company_id:int}/closings/{point}/close",
        "/c/{company_id:int}/closings/{point}/{number:int}",
        "/c/{company_id:int}/documents/{document_id}",
        # What customers read, the columns of a file, the examples of the API, and the findings of `ocote doctor`.
        "/c/{company_id:int}/company/texts",
        "/c/{company_id:int}/company/texts/mail",
        "/c/{company_id:int}/customers/import",
        "/c/{company_id:int}/requests/trial",
        "/operator/health",
    }
)
"""Pages with official words of Hacienda, or with texts that are Spanish whoever reads them."""

PAGES: Final = sorted(
    route.path for route in panel_routes().all if route.get is not None and route.path not in IN_SPANISH
)


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def reader(gateway: RunningGateway) -> PanelClient:
    """The browser of an owner and operator who has chosen English."""
    browser = person_at(gateway, email="english@example.com", name=DATA, is_operator=True)
    browser.get("/account")
    assert browser.post("/language", {"language": "en"}).status == 303
    return browser


@pytest.fixture(scope="module")
def parts(gateway: RunningGateway, reader: PanelClient) -> Mapping[str, str]:
    """A value for each part that a path can have."""
    body = ccf("quoted")
    customer = {**body["customer"], "name": DATA, "address": DATA}
    line = {"description": DATA, "quantity": 1, "unit_price": 113.00}
    issued = gateway.post("/invoice", {**body, "customer": customer, "lines": [line]})
    gateway.request("PUT", "/items/Q-1", {"description": DATA, "unit_price": 1})
    reader.get("/c/1/drafts")
    draft = re.search(
        r"/drafts/([0-9a-f-]+)", reader.post("/c/1/drafts", {"kind": "01", "point": "M001P001"}).headers["location"]
    )
    found = re.search(r"/c/1/customers/(\d+)", reader.get("/c/1/customers").text)
    assert close_till(reader, {"01": "1"}).status == 303
    assert draft is not None
    assert found is not None
    return {
        **operation_rows(gateway, 1, str(issued["document_id"]), DATA),
        "company_id": "1",
        "document_id": str(issued["document_id"]),
        "draft_id": draft[1],
        "customer_id": found[1],
        "point": "M001P001",
        "prefix": gateway.key[:12],
    }


def spanish_in(shown: Shown) -> list[str]:
    """What a person reads or hears of a page and looks Spanish, with the words around it."""
    bare = Shown(shown.status, shown.headers, (), _CHOICES.sub(" ", shown.text).encode())
    text = _OF_THE_COMPANY.sub("", " | ".join([bare.words, *_READ_ALOUD.findall(bare.text)]))
    return [text[max(0, found.start() - 30) : found.end() + 30] for found in _SPANISH.finditer(text)]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_spanish_word_for_whom_has_chosen_english(
    path: str, reader: PanelClient, parts: Mapping[str, str]
) -> None:
    shown = reader.get(_PART.sub(lambda found: parts.get(found[1], "1"), path))
    if shown.status == 200 and shown.headers["content-type"].startswith("text/html"):
        assert spanish_in(shown) == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/c/1/today", "Sales with VAT"),
        ("/c/1/today?month=2026-11", "Closing of the month"),
        ("/c/1/documents", "Search documents"),
        ("/c/1/documents/{document_id}", "Requested and signed"),
        ("/c/1/documents/{document_id}", "The tax authority (Hacienda) received it and stamped it: it is valid."),
        ("/c/1/documents/{document_id}/cancel", "It can still be cancelled"),
        ("/c/1/drafts", "What you are going to issue"),
        ("/c/1/drafts/{draft_id}", "Discount on the whole document (%)"),
        ("/c/1/closings", "Close the till (Z)"),
        ("/c/1/customers/{customer_id}", "What it does in the next document"),
        ("/c/1/items", "Search items"),
        ("/c/1/books", "Books and annexes"),
        ("/c/1/exports", "What to download"),
        ("/c/1/contingencies/{contingency_id}", "Contingency: Quoted"),
        ("/c/1/mails/{mail_id}", "The server refused it for good"),
        ("/c/1/webhooks/{webhook_id}", "document.stamped: the document is stamped"),
        ("/c/1/company", "Not tried from the panel"),
        ("/c/1/people", "Invite"),
        ("/c/1/keys", "Create a key"),
        ("/c/1/counters", "Tax-credit voucher (CCF)"),
        ("/c/1/audit", "Closed a till"),
        ("/account", "Open sessions"),
        ("/setup/company", "Register a company"),
    ],
)
def test_a_person_reads_english(path: str, words: str, reader: PanelClient, parts: Mapping[str, str]) -> None:
    shown = reader.get(_PART.sub(lambda found: parts[found[1]], path))
    assert shown.status == 200
    assert words in shown.words or f'"{words}"' in shown.text
    assert '<html lang="en"' in shown.text


def test_the_choices_of_a_field_are_in_english(reader: PanelClient, parts: Mapping[str, str]) -> None:
    del parts
    assert "Waiting for Hacienda" in reader.get("/c/1/documents").text
    assert "Cashier: sells, voids and reprints at their points of sale" in reader.get("/c/1/people/invite").words


def test_a_guest_reads_english_where_the_browser_prefers_it(gateway: RunningGateway) -> None:
    guest = PanelClient(gateway.url)
    shown = guest.get("/login", **ENGLISH)
    assert '<html lang="en"' in shown.text
    assert "E-mail Password Log in" in shown.words
    assert "Fill this in." in guest.post("/login", {"email": "", "password": ""}, **ENGLISH).words
    assert "Correo Contraseña Entrar" in guest.get("/login").words


def test_a_refusal_stays_in_the_words_of_the_table_of_codes(gateway: RunningGateway) -> None:
    guest = PanelClient(gateway.url)
    guest.get("/login", **ENGLISH)
    shown = guest.post("/login", {"email": "nobody@example.com", "password": "not the password"}, **ENGLISH)
    assert "contraseña" in shown.words
    assert "Log in" in shown.words


def test_a_notice_after_a_change_is_in_english_and_the_language_can_be_changed_back(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="both@example.com", name="Personas")
    browser.get("/account")
    browser.follow(browser.post("/language", {"language": "en"}))
    shown = browser.follow(browser.post("/account", {"name": "Personas", "language": "en"}))
    assert "Saved." in shown.words
    # The person's name is also a text of the panel, and stays as it is.
    assert "Your account: Personas" in shown.text
    browser.follow(browser.post("/account", {"name": "Personas", "language": "es"}))
    assert "Sus datos" in browser.get("/account").words


class _Hostile(Form):
    text = StringField(
        HOSTILE, [InputRequired(HOSTILE), Length(min=9, message=phrase("Faltan %(n)s min", n=9))], description=HOSTILE
    )
    choice = SelectField(HOSTILE, choices=choices_of({"": "Todos", "x": HOSTILE}), validate_choice=False)


def _shown(template: str, **values: Any) -> str:
    source = '{% import "frame/parts.html" as parts with context %}' + template
    return environment("en").from_string(source).render(**values)


def test_a_hostile_text_in_a_label_a_hint_an_error_or_a_choice_is_escaped() -> None:
    form = _Hostile()
    form.validate()
    page = _shown("{{ parts.form_errors(form) }}{{ parts.field(form.text) }}{{ parts.field(form.choice) }}", form=form)
    assert "<b" not in page
    assert page.count("&lt;b onclick=x&gt;Hoy&lt;/b&gt; %(name)s 100 % {n}") >= 5
    assert ">All</option>" in page


def test_a_hostile_value_of_a_phrase_is_escaped_and_the_phrase_is_translated() -> None:
    text = phrase("Próximo intento: %(when)s", when=HOSTILE)
    assert text == f"Próximo intento: {HOSTILE}"
    assert _shown("{{ text }}", text=text) == ("Next attempt: &lt;b onclick=x&gt;Hoy&lt;/b&gt; %(name)s 100 % {n}")


def test_a_text_of_a_stranger_is_not_translated_by_being_shown() -> None:
    assert _shown('{{ parts.cell("x", "Personas") }}').count("Personas") == 1


def test_a_phrase_translates_the_phrases_in_it_and_nothing_else() -> None:
    text = together(phrase("Motivo: %(reason)s.", reason=phrase("otro motivo")), "", "Hoy")
    assert text == "Motivo: otro motivo. Hoy"
    assert said("en", text) == "Reason: other reason. Hoy"
    assert said("es", text) == "Motivo: otro motivo. Hoy"


def test_a_message_of_a_check_is_a_phrase_already_filled_in() -> None:
    form = _Hostile(data={"text": "short"})
    form.text.raw_data = ["short"]
    assert not form.validate()
    assert [said("en", each) for each in form.text.errors] == ["9 min left"]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Descuento (%)", "Discount (%)"),
        ("1 %, en todo caso", "1 %, in any case"),
        ("faltan {days} días", "{days} days left"),
        ("", ""),
        ("Nobody has translated this", "Nobody has translated this"),
    ],
)
def test_a_plain_text_is_translated_as_it_stands(text: str, english: str) -> None:
    assert said("en", text) == english
    assert said("es", text) == text
