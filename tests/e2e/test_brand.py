"""``[brand]`` of the company file: logo, colour and paper roll of what customers receive."""

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from ocote.companies.file.parse import CompanyFileError, read_company_file
from tests.builders.bodies import invoice
from tests.builders.company import write_company
from tests.databases import Databases
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
            assert (f"Descargue este documento en {base}/v/" in text) is (kind == "invoice")
            assert "Consulta en Hacienda" in text
