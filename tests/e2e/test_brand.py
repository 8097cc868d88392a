"""``[brand]`` of the company file: logo, colour and paper roll of what customers receive."""

import asyncio
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from ocote.clock import local_date
from ocote.companies.file.parse import CompanyFileError, read_company_file
from ocote.store.engine.opening import open_store
from tests.builders.bodies import invoice
from tests.builders.company import write_company
from tests.builders.logo import damaged_png, store_logo
from tests.databases import Databases
from tests.e2e.worker import send_what_is_due
from tests.outbox.mail_server import open_mail_server
from tests.running_gateway import running_gateway

RED = (200, 16, 46)


def picture() -> bytes:
    """A red square as PNG."""
    held = BytesIO()
    Image.new("RGB", (120, 120), RED).save(held, "PNG")
    return held.getvalue()


def reds(pdf: bytes) -> int:
    """How many pixels of the first page have the colour of the logo."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    return sum(count for count, colour in page.getcolors(1 << 24) or [] if colour == RED)


def test_tickets_and_letters_bear_the_logo_and_tickets_fit_the_roll(all_databases: Databases, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(picture())
    brand = '\n[brand]\nlogo = "logo.png"\ncolour = "#c8102e"\nroll_mm = 58\n'
    with running_gateway(all_databases.sqlite(), tmp_path, company=brand) as gateway:
        gateway.post("/invoice", invoice("caja-1"))
        ticket = gateway.request("GET", "/file/caja-1?type=ticket").content
        letter = gateway.request("GET", "/file/caja-1?type=invoice").content
    assert reds(ticket) > 100
    assert reds(letter) > 100
    width_pt, _ = pypdfium2.PdfDocument(ticket)[0].get_size()
    assert round(width_pt / 72 * 25.4) == 58


async def _store_damaged_logo(database_url: str) -> None:
    async with open_store(database_url) as store:
        await store.write(store_logo, 1, damaged_png())


def test_a_logo_that_cannot_be_drawn_stops_no_file_no_mail_and_no_export(database_url: str, tmp_path: Path) -> None:
    customer = {"name": "Cliente de Prueba", "email": "cliente@example.com"}
    with (
        open_mail_server() as mail_server,
        running_gateway(database_url, tmp_path, company=mail_server.company) as gateway,
    ):
        gateway.post("/invoice", invoice("caja-1", customer=customer))
        asyncio.run(_store_damaged_logo(database_url))
        for kind in ("ticket", "invoice"):
            reply = gateway.request("GET", f"/file/caja-1?type={kind}")
            assert (reply.status, reply.content[:5]) == (200, b"%PDF-")
        send_what_is_due(gateway)
        parts: Iterator[Any] = mail_server.mails[0].iter_attachments()  # declared as parts of text
        assert [part.get_content_type() for part in parts] == ["application/pdf", "application/json"]
        day = local_date(gateway.clock()).isoformat()
        reply = gateway.request("GET", f"/documents/export?date_from={day}&date_to={day}&format=zip")
        with zipfile.ZipFile(BytesIO(reply.content)) as exported:
            [pdf] = [name for name in exported.namelist() if name.endswith(".pdf")]
            assert exported.read(pdf).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("brand", "key"),
    [
        ('logo = "nothing.png"', "brand.logo"),
        ('logo = "empresa.toml"', "brand.logo"),
        ('colour = "rojo"', "brand.colour"),
        ("roll_mm = 70", "brand.roll_mm"),
    ],
)
def test_a_brand_that_could_not_be_printed_is_refused_by_its_key(tmp_path: Path, brand: str, key: str) -> None:
    path = write_company(tmp_path, f"[brand]\n{brand}\n")
    with pytest.raises(CompanyFileError) as refused:
        read_company_file(path)
    assert any(fault.startswith(key) for fault in refused.value.faults), refused.value.faults


def test_pdfs_lead_to_the_issuers_own_page_where_it_has_an_address(all_databases: Databases, tmp_path: Path) -> None:
    base = "https://facturas.example.com"
    with running_gateway(all_databases.sqlite(), tmp_path, base_url=base) as gateway:
        gateway.post("/invoice", invoice("caja-1"))
        for kind in ("ticket", "invoice"):
            pdf = gateway.request("GET", f"/file/caja-1?type={kind}").content
            text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_bounded()
            assert f"{base}/v/".encode() in pdf
            words_to_type = "facturas.example.com/v/" if kind == "ticket" else f"Descargue este documento en {base}/v/"
            assert words_to_type in text
            assert "Consulta en Hacienda" in text
