"""The page of exports, and the files that it gives."""

import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest

from tests.builders.bodies import ccf, invoice
from tests.databases import Databases
from tests.panel_client import PanelClient, person_at
from tests.running_gateway import RunningGateway, running_gateway

EXPORTS = "/c/1/exports"
JUNE = "date_from=2026-06-01&date_to=2026-06-30"


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        gateway.is_now(2026, 6, 15)
        gateway.post("/invoice", invoice("caja-1", customer={"name": "=cmd|' /C calc'!A0"}))
        gateway.post("/invoice", ccf("b2b-1"))
        yield gateway


@pytest.fixture(scope="module")
def browser(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway, role="accountant")


def test_the_page_proposes_the_days_of_this_month(browser: PanelClient) -> None:
    page = browser.get(EXPORTS)
    assert 'value="2026-06-01"' in page.text
    assert 'value="2026-06-15"' in page.text
    assert "El mes anterior" in page.words


def test_a_zip_holds_the_files_of_each_document(gateway: RunningGateway, browser: PanelClient) -> None:
    answer = browser.get(f"{EXPORTS}/file?{JUNE}&format=zip")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="documentos-20260601-20260630.zip"'
    assert answer.headers["cache-control"] == "private, no-store"
    code = gateway.get("/status/caja-1")["generation_code"]
    with zipfile.ZipFile(BytesIO(answer.content)) as opened:
        assert {f"2026-06-15/{code}.json", f"2026-06-15/{code}.pdf", "index.csv"} <= set(opened.namelist())


@pytest.mark.parametrize(("form", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")])
def test_the_index_comes_as_text_and_as_a_workbook(browser: PanelClient, form: str, begins: bytes) -> None:
    answer = browser.get(f"{EXPORTS}/file?{JUNE}&format={form}")
    assert answer.content.startswith(begins)


def test_a_name_that_looks_like_a_formula_is_none_in_the_index(browser: PanelClient) -> None:
    index = browser.get(f"{EXPORTS}/file?{JUNE}&format=csv").content.decode("utf-8-sig")
    assert "cmd|" in index
    assert not any(cell.strip('"').startswith("=") for line in index.splitlines() for cell in line.split(","))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("date_from=2026-06-01", "date_to"),
        ("date_from=2026-06-30&date_to=2026-06-01", "date_to"),
        ("date_from=ayer&date_to=2026-06-01", "date_from"),
        (f"{JUNE}&format=pdf", "format"),
    ],
)
def test_a_fault_stands_at_its_field(browser: PanelClient, query: str, name: str) -> None:
    page = browser.get(f"{EXPORTS}/file?{query}")
    assert page.status == 400
    assert f'id="{name}-error"' in page.text


def test_while_an_export_runs_a_sentence_says_so_and_no_file_is_broken(browser: PanelClient) -> None:
    # The files of a zip are printed, which takes far longer than a request needs to arrive.
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(browser.get, [f"{EXPORTS}/file?{JUNE}&format=zip"] * 4))
    for answer in answers:
        if answer.status == 200:
            assert zipfile.ZipFile(BytesIO(answer.content)).testzip() is None
    [led, *_] = [answer for answer in answers if answer.status == 303]
    page = browser.follow(led)
    assert "sigue en curso" in page.words
    assert 'value="2026-06-30"' in page.text


def test_a_reader_exports_nothing(gateway: RunningGateway) -> None:
    reader = person_at(gateway, role="reader", email="lectora@example.com")
    assert reader.get(EXPORTS).status == 403
    assert reader.get(f"{EXPORTS}/file?{JUNE}").status == 403
