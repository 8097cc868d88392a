"""The page of a month's books and annexes, and the files that it gives."""

import re
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.builders.bodies import SERVICE, ccf, invoice, purchase
from tests.databases import Databases
from tests.panel_client import PanelClient, Shown, person_at
from tests.printing.reading import words
from tests.running_gateway import RunningGateway, running_gateway
from tests.waiting import until

BOOKS = "/c/1/books"
MONTH = "2026-06"


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """Sales of June: two invoices, one of them invalidated, a CCF, a purchase, and an invoice that MH refused."""
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        gateway.is_now(2026, 6, 15)
        gateway.post("/invoice", invoice("caja-1"))
        gateway.post("/invoice", invoice("caja-2"))
        gateway.request("POST", "/invalidate/caja-2")
        gateway.post("/invoice", ccf("b2b-1"))
        gateway.post("/suex", purchase("compra-1", SERVICE))
        gateway.emulator.control.fault("reject", count=1)
        gateway.request("POST", "/invoice", invoice("caja-3"))
        yield gateway


@pytest.fixture(scope="module")
def browser(gateway: RunningGateway) -> PanelClient:
    gateway.is_now(2026, 7, 3)
    return person_at(gateway, role="accountant")


def test_a_page_without_a_month_shows_the_month_whose_returns_are_due(browser: PanelClient) -> None:
    page = browser.get(f"{BOOKS}?count=1")
    assert page.status == 200
    assert "junio de 2026" in page.words
    assert "14/07/2026" in page.words
    assert "21/07/2026" in page.words


def test_the_page_counts_the_documents_of_each_annex(browser: PanelClient) -> None:
    page = browser.get(f"{BOOKS}?month={MONTH}&count=1")
    assert "Anexo 1, ventas a contribuyentes F-07 1 " in page.words
    assert "Anexo 2, ventas a consumidor final F-07 1 " in page.words
    assert "Anexo 5, compras a sujetos excluidos F-07 1 " in page.words
    assert "Documentos invalidados F-07 1 " in page.words
    assert "El mes tiene 5 documentos" in page.words
    assert "el anexo 2 tiene menos líneas que documentos" in page.words
    assert "Anexo del F-14, renta retenida F-14 según el contenido" in page.words


def test_what_is_missing_leads_to_the_list_of_exactly_these_documents(browser: PanelClient) -> None:
    page = browser.get(f"{BOOKS}?month={MONTH}&count=1")
    assert "Hay rechazados" in page.words
    assert "1 documento rechazado por Hacienda" in page.words
    [href] = [unescape(each) for each in re.findall(r'href="([^"]*/documents\?[^"]*)"', page.text)]
    assert urlsplit(href).path == "/panel/c/1/documents"
    assert parse_qs(urlsplit(href).query) == {
        "state": ["rejected"],
        "date_from": ["2026-06-01"],
        "date_to": ["2026-06-30"],
    }


def test_a_page_waits_for_its_counts_a_moment_at_most_and_offers_them_otherwise(browser: PanelClient) -> None:
    page = browser.get(f"{BOOKS}?month={MONTH}")
    assert ("Contar los documentos del mes" in page.words) != ("Hay rechazados" in page.words)
    assert "Todo el mes (ZIP)" in page.words


def test_a_month_that_goes_on_is_not_closed_and_an_empty_one_says_so(browser: PanelClient) -> None:
    assert "Mes en curso" in browser.get(f"{BOOKS}?month=2026-07&count=1").words
    assert "Sin documentos" in browser.get(f"{BOOKS}?month=2026-05&count=1").words


def test_one_annex_comes_as_the_file_that_the_zip_holds(browser: PanelClient) -> None:
    annex = browser.get(f"{BOOKS}/file?month={MONTH}&file=anexo1&income_type=2")
    archive = browser.get(f"{BOOKS}/file?month={MONTH}&file=zip&income_type=2")
    assert annex.headers["content-disposition"] == f'attachment; filename="anexo1-{MONTH}.csv"'
    assert annex.headers["content-type"] == "text/csv; charset=utf-8"
    with zipfile.ZipFile(BytesIO(archive.content)) as opened:
        assert opened.read(f"anexo1-{MONTH}.csv") == annex.content != b""
        assert f"notas-{MONTH}.txt" in opened.namelist()


def test_an_annex_without_lines_is_no_file_and_the_month_says_so(browser: PanelClient) -> None:
    led = browser.get(f"{BOOKS}/file?month={MONTH}&file=anexo9&income_type=2")
    assert (led.status, led.content) == (303, b"")
    page = browser.follow(led)
    assert "no tiene líneas en junio de 2026. No hay nada que cargar" in page.words
    assert ("income_type", "2") in page.filled
    archive = browser.get(f"{BOOKS}/file?month={MONTH}&file=zip")
    with zipfile.ZipFile(BytesIO(archive.content)) as opened:
        assert opened.read(f"anexo9-{MONTH}.csv") == b""


def test_a_printed_book_begins_at_the_folio_of_the_form(browser: PanelClient) -> None:
    book = browser.get(f"{BOOKS}/file?month={MONTH}&file=contribuyentes&taxpayers_folio=121")
    assert book.headers["content-type"] == "application/pdf"
    assert book.headers["content-disposition"] == f'attachment; filename="libro-contribuyentes-{MONTH}.pdf"'
    assert "Folio 121" in words(book.content)


def test_faults_of_the_form_stand_at_their_fields(browser: PanelClient) -> None:
    page = browser.get(f"{BOOKS}/file?month={MONTH}&file=zip&taxpayers_folio=0&purchase_class=1&purchase_kind=2")
    assert page.status == 400
    assert page.text.count('aria-invalid="true"') == 2
    assert browser.get(f"{BOOKS}/file?month=junio&file=zip").status == 400


def reviewed(browser: PanelClient, path: str) -> Shown:
    """The page of a review whose reading has come to its end; until then each page leads to the next look."""
    pages: list[Shown] = []

    def is_read() -> bool:
        pages.append(browser.get(path))
        assert pages[-1].status == 200
        goes_on = "Se están leyendo los documentos" in pages[-1].words
        assert goes_on == ("Ver si ya terminó" in pages[-1].words) != ("Revisión del mes" in pages[-1].words)
        return not goes_on

    until(is_read)
    return pages[-1]


def test_the_review_reads_the_month_and_tells_what_the_accountant_has_to_know(browser: PanelClient) -> None:
    page = reviewed(browser, f"{BOOKS}/review?month={MONTH}")
    assert "El F-07 y el F-14 de junio de 2026 se presentan hasta el 14/07/2026" in page.words
    assert "Anexo del F-14, renta retenida 1 " in page.words


def test_the_review_gives_a_verdict_with_what_is_left_to_do(browser: PanelClient) -> None:
    # Counted beforehand, so that the verdict knows what MH refused.
    page = reviewed(browser, f"{BOOKS}/review?month={MONTH}&count=1")
    assert "Falta algo Antes de presentar el mes: 1 documento rechazado no está en ningún archivo" in page.words
    empty = reviewed(browser, f"{BOOKS}/review?month=2026-05&count=1")
    assert "Todo bien No falta nada: los archivos se pueden presentar." in empty.words
    assert "Bien hasta ahora" in reviewed(browser, f"{BOOKS}/review?month=2026-07&count=1").words


def test_after_a_review_an_annex_without_lines_has_no_button(browser: PanelClient) -> None:
    page = reviewed(browser, f"{BOOKS}/review?month={MONTH}&count=1")
    assert 'value="anexo1"' in page.text
    assert 'value="anexo9"' not in page.text
    assert page.words.count("sin líneas") > 1


def test_the_review_stands_before_every_file(browser: PanelClient) -> None:
    words = browser.get(f"{BOOKS}?month={MONTH}").words
    assert words.index("Revisar el mes") < words.index("Todo el mes (ZIP)") < words.index("Códigos de renta")
    assert "«Revisar el mes» es lo primero" in words


def test_while_books_are_made_a_sentence_says_so_and_no_file_is_broken(browser: PanelClient) -> None:
    # A printed book takes far longer than a request needs to arrive.
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(browser.get, [f"{BOOKS}/file?month={MONTH}&file=contribuyentes"] * 4))
    made = [answer for answer in answers if answer.status == 200]
    assert made
    assert all(answer.content.startswith(b"%PDF") for answer in made)
    [led, *_] = [answer for answer in answers if answer.status == 303]
    assert "sigue en curso" in browser.follow(led).words


@pytest.mark.parametrize(
    "path", [f"{BOOKS}?month=2026-13", f"{BOOKS}?month=x", f"{BOOKS}/file?month=2026-06&file=../x"]
)
def test_a_month_or_a_file_that_is_none_has_no_page(browser: PanelClient, path: str) -> None:
    assert browser.get(path).status == 404


def test_a_cashier_gets_no_books(gateway: RunningGateway) -> None:
    cashier = person_at(gateway, role="cashier", email="caja-libros@example.com")
    assert cashier.get(BOOKS).status == 403
    assert cashier.get(f"{BOOKS}/file?month={MONTH}&file=zip").status == 403
