"""Exports read their documents page by page and keep none of them in memory."""

import asyncio
import csv
import gc
import json
import tempfile
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from ocote.archive.exporting import Exporter, ExportFormat, ExportRequest
from ocote.documents.view import DocumentFilter, Refused
from ocote.printing.press.press import Press, open_press
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from tests.archive.archived import archive, archive_all, numbered, sample
from tests.store.rows import add_company

JUNE = datetime(2026, 6, 1, 6, tzinfo=UTC)
JULY = datetime(2026, 7, 1, 6, tzinfo=UTC)
NOW = datetime(2026, 11, 20, tzinfo=UTC)
CCF = sample("03-v2")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        yield opened


@pytest.fixture
async def press() -> AsyncIterator[Press]:
    async with open_press() as opened:
        yield opened


async def company_with(store: Store, documents: int, nit: str = "06140000000001") -> int:
    """A company that issued so many CCF, one a minute from the beginning of June."""
    company_id = await store.write(add_company, nit)
    numbers = range(1, documents + 1)
    await archive_all(
        store,
        company_id,
        ((JUNE + timedelta(minutes=number), numbered(CCF, number + company_id * 10**6)) for number in numbers),
    )
    return company_id


def june(form: ExportFormat) -> ExportRequest:
    return ExportRequest(JUNE, JULY, form)


async def whole(exporter: Exporter, company_id: int, form: ExportFormat) -> bytes:
    return b"".join([piece async for piece in exporter.export(company_id, june(form))])


def numbers_in(index: bytes) -> list[int]:
    return [int(row["Número de control"][-15:]) for row in rows_in(index)]


def rows_in(index: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(index.decode("utf-8-sig"))))


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_every_document_of_the_days_is_there_once_and_in_order(store: Store, press: Press) -> None:
    company_id = await company_with(store, 100)
    await archive(store, company_id, JUNE - timedelta(seconds=1), numbered(CCF, 7))
    await archive(store, company_id, JULY, numbered(CCF, 8))
    exporter = Exporter(store, lambda: NOW, press)

    index = await whole(exporter, company_id, "csv")

    assert numbers_in(index) == [number + company_id * 10**6 for number in range(1, 101)]
    assert await exporter.count(company_id, june("csv")) == 100


async def test_documents_posted_at_the_same_moment_are_all_there(store: Store, press: Press) -> None:
    company_id = await store.write(add_company)
    for number in range(1, 71):
        await archive(store, company_id, JUNE, numbered(CCF, number))

    index = await whole(Exporter(store, lambda: NOW, press), company_id, "csv")

    assert sorted(numbers_in(index)) == list(range(1, 71))


async def test_a_list_is_exported_whole_in_its_own_order_and_nothing_beside_it(store: Store, press: Press) -> None:
    company_id = await company_with(store, 100)
    chosen = DocumentFilter(
        posted_from=JUNE + timedelta(minutes=11), posted_before=JUNE + timedelta(minutes=91), limit=3
    )
    wanted = ExportRequest(JUNE, JULY, "csv", chosen)

    exporter = Exporter(store, lambda: NOW, press)
    index = b"".join([piece async for piece in exporter.export(company_id, wanted)])

    assert numbers_in(index) == [number + company_id * 10**6 for number in range(90, 10, -1)]
    nothing = ExportRequest(JUNE, JULY, "csv", DocumentFilter(doc_type="11"))
    assert numbers_in(b"".join([piece async for piece in exporter.export(company_id, nothing)])) == []


async def test_a_company_exports_its_own_documents_alone(store: Store, press: Press) -> None:
    mine = await company_with(store, 2)
    await company_with(store, 3, "06140000000002")

    assert len(numbers_in(await whole(Exporter(store, lambda: NOW, press), mine, "csv"))) == 2


async def test_documents_issued_while_it_runs_are_left_for_the_next_export(store: Store, press: Press) -> None:
    company_id = await company_with(store, 40)
    exporter = Exporter(store, lambda: JUNE + timedelta(minutes=41), press)
    await archive(store, company_id, JUNE + timedelta(minutes=42), numbered(CCF, 9))

    assert len(numbers_in(await whole(exporter, company_id, "csv"))) == 40


async def test_the_zip_holds_delivered_json_and_pdf_of_what_a_customer_may_have(store: Store, press: Press) -> None:
    company_id = await store.write(add_company)
    for number, state in enumerate(("stamped", "contingency", "rejected", "registered"), start=1):
        await archive(store, company_id, JUNE + timedelta(minutes=number), numbered(CCF, number), state=state)

    with zipfile.ZipFile(BytesIO(await whole(Exporter(store, lambda: NOW, press), company_id, "zip"))) as opened:
        assert opened.testzip() is None
        codes = [f"00000000-0000-4000-8003-{number:012X}" for number in (1, 2)]
        assert opened.namelist() == [
            *(f"2026-06-01/{code}.{kind}" for code in codes for kind in ("json", "pdf")),
            "index.csv",
        ]
        first, second = (json.loads(opened.read(f"2026-06-01/{code}.json")) for code in codes)
        assert first["selloRecibido"] == "2026" + "A" * 36
        assert "selloRecibido" not in second
        assert opened.read(f"2026-06-01/{codes[0]}.pdf").startswith(b"%PDF")
        states = [row["Estado"] for row in rows_in(opened.read("index.csv"))]
        assert states == ["sellado", "contingencia", "rechazado", "contingencia"]


async def test_the_further_amounts_stand_behind_the_others_and_those_of_a_note_are_negative(
    store: Store, press: Press
) -> None:
    company_id = await store.write(add_company)
    more = '{"exempt":3000,"charges":-2000,"collected":698}'
    for number, document in enumerate((CCF, sample("05-v2"), CCF), start=1):
        kept = None if number == 3 else more
        await archive(
            store, company_id, JUNE + timedelta(minutes=number), numbered(document, number), more_amounts=kept
        )

    rows = rows_in(await whole(Exporter(store, lambda: NOW, press), company_id, "csv"))

    columns = ("Exento", "No sujeto", "Montos no afectos", "IVA percibido")
    assert [[row[column] for column in columns] for row in rows] == [
        ["30.00", "0.00", "-20.00", "6.98"],
        ["-30.00", "0.00", "20.00", "-6.98"],
        ["0.00", "0.00", "0.00", "0.00"],
    ]
    assert [row["Gravado"] for row in rows] == ["100.00", "-100.00", "100.00"]


async def test_days_without_documents_make_an_empty_file_of_its_kind(store: Store, press: Press) -> None:
    company_id = await store.write(add_company)
    exporter = Exporter(store, lambda: NOW, press)

    assert numbers_in(await whole(exporter, company_id, "csv")) == []
    with zipfile.ZipFile(BytesIO(await whole(exporter, company_id, "zip"))) as opened:
        assert opened.namelist() == ["index.csv"]
    assert (await whole(exporter, company_id, "xlsx")).startswith(b"PK")


async def test_it_tells_how_far_it_is(store: Store, press: Press) -> None:
    company_id = await company_with(store, 40)
    told: list[int] = []

    async for _ in Exporter(store, lambda: NOW, press).export(company_id, june("csv"), told.append):
        pass

    assert sum(told) == 40
    assert len(told) > 1


@pytest.mark.parametrize("form", ["zip", "csv", "xlsx"])
async def test_a_company_has_one_export_at_a_time_and_closing_it_makes_room(
    store: Store, form: ExportFormat, press: Press
) -> None:
    company_id = await company_with(store, 80)
    other_id = await store.write(add_company, "06140000000002")
    exporter = Exporter(store, lambda: NOW, press)

    async with aclosing(exporter.export(company_id, june(form))) as running:
        await anext(running)
        with pytest.raises(Refused, match="export_in_progress"):
            await whole(exporter, company_id, "csv")
        assert numbers_in(await whole(exporter, other_id, "csv")) == []

    assert len(numbers_in(await whole(exporter, company_id, "csv"))) == 80


async def test_the_event_loop_goes_on_answering(store: Store, press: Press) -> None:
    company_id = await company_with(store, 200)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    waiting = asyncio.create_task(others())
    await whole(Exporter(store, lambda: NOW, press), company_id, "csv")
    waiting.cancel()

    assert turns > 20


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_memory_does_not_grow_with_the_documents(store: Store, form: ExportFormat, press: Press) -> None:
    """Both exports have several pages: two of them are in memory while one is made and the next one is read."""
    exporter = Exporter(store, lambda: NOW, press)
    few, many = await company_with(store, 400), await company_with(store, 1200, "06140000000002")

    async def peak(company_id: int) -> int:
        tracemalloc.start()
        try:
            async for _ in exporter.export(company_id, june(form)):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    await peak(few)

    assert await peak(many) - await peak(few) < 1_000_000  # the signed texts alone of 800 documents take 2 MB


@pytest.mark.parametrize("form", ["zip", "csv", "xlsx"])
async def test_one_that_is_cancelled_leaves_nothing_behind(
    store: Store, form: ExportFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, press: Press
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    company_id = await company_with(store, 80)
    exporter = Exporter(store, lambda: NOW, press)
    begun = asyncio.Event()

    async def export() -> None:
        async with aclosing(exporter.export(company_id, june(form), lambda _: begun.set())) as running:
            async for _ in running:
                pass

    working = asyncio.create_task(export())
    await begun.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    gc.collect()

    assert names_in(tmp_path) == []
    assert len(numbers_in(await whole(exporter, company_id, "csv"))) == 80
