"""The pictures of docs/es/panel.md, made again by this module when OCOTE_PANEL_PICTURES=docs/es/panel is set."""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image
from playwright.sync_api import Browser, ViewportSize

from tests.browser.visiting import enters
from tests.builders.bodies import invoice
from tests.databases import Databases
from tests.e2e.outage import mh_comes_back
from tests.e2e.worker import a_worker_works
from tests.panel.lively import CASHIER, OWNER, Lively, lines_of_sale, lively_company
from tests.waiting import until

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs/es/panel.md"
PICTURES: Final = ROOT / "docs/es/panel"
FOLDER: Final = os.environ.get("OCOTE_PANEL_PICTURES", "")
PHONE: Final[ViewportSize] = {"width": 390, "height": 720}
WIDE: Final[ViewportSize] = {"width": 1200, "height": 760}
TALL: Final[ViewportSize] = {"width": 1200, "height": 1340}
C: Final = "/c/{company_id:int}"
_LARGEST: Final = 60_000
_COLOURS: Final = 128
_CUSTOMERS: Final = ("Consumidor Final", "Ana Guardado", "Cafetería El Volcán", "Consumidor Final", "Luis Ayala")
_SHOWN: Final = re.compile(r"!\[([^\]]+)\]\(panel/([\w-]+)\.png\)")


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a person sees it."""

    name: str
    path: str
    viewport: ViewportSize
    person: str = OWNER


DURING_AN_OUTAGE: Final = (Picture("contingencias", f"{C}/contingencies", PHONE),)
AFTER_IT: Final = (
    Picture("mes", f"{C}/today?month=2026-06", TALL),
    Picture("dia", f"{C}/today?day=2026-06-17", PHONE, CASHIER),
    Picture("articulos", f"{C}/items", WIDE),
    Picture("personas", f"{C}/people", WIDE),
    Picture("libros", f"{C}/books?month=2026-06&count=1", WIDE),
    Picture("webhook", f"{C}/webhooks/{{webhook_id}}", WIDE),
    Picture("borrador", f"{C}/drafts/{{draft_id}}", WIDE),
    Picture("emitido", f"{C}/drafts/{{issued}}/outcome", PHONE),
    Picture("documentos", f"{C}/documents", WIDE),
    Picture("documento", f"{C}/documents/{{ccf}}", WIDE),
    Picture("anular", f"{C}/documents/{{document_id}}/cancel", PHONE),
)


@pytest.fixture(scope="module")
def lively(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lively]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with lively_company(all_databases.sqlite(), folder) as lively:
        yield lively


@pytest.mark.skipif(not FOLDER, reason="OCOTE_PANEL_PICTURES names no folder")
def test_each_picture_is_made_and_small(browser: Browser, lively: Lively) -> None:
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    for picture in DURING_AN_OUTAGE:
        assert _made(browser, lively, picture) <= _LARGEST, picture
    with ThreadPoolExecutor(1) as apart:  # the browser has a loop in this thread
        apart.submit(_outage_ends, lively).result()
    for picture in AFTER_IT:
        assert _made(browser, lively, picture) <= _LARGEST, picture


def test_the_page_about_the_panel_shows_each_picture_with_words_for_who_cannot_see_it() -> None:
    shown = _SHOWN.findall(PAGE.read_text("utf-8"))
    assert sorted(name for _, name in shown) == sorted(each.name for each in (*DURING_AN_OUTAGE, *AFTER_IT))
    assert sorted(name for _, name in shown) == sorted(file.stem for file in PICTURES.iterdir())
    assert all(len(words) > 40 for words, _ in shown)
    assert max(file.stat().st_size for file in PICTURES.iterdir()) <= _LARGEST


def _outage_ends(lively: Lively) -> None:
    mh_comes_back(lively.gateway)
    number = count()
    until(lambda: _sold(lively, next(number))["dte_success"] is True)
    a_worker_works(lively.gateway)


def _sold(lively: Lively, number: int) -> Any:
    lively.gateway.time_passes(minutes=1)
    customer = {"name": _CUSTOMERS[number % len(_CUSTOMERS)]}
    return lively.gateway.post("/invoice", invoice(f"caja-1-{number}", customer=customer, lines=lines_of_sale(number)))


def _made(browser: Browser, lively: Lively, picture: Picture) -> int:
    """Writes a picture; returns its bytes."""
    with browser.new_context(
        viewport=picture.viewport, locale="es-SV", reduced_motion="reduce", color_scheme="light"
    ) as context:
        page = context.new_page()
        enters(page, lively.gateway, picture.person)
        page.goto(f"{lively.gateway.url}/panel{lively.path(picture.path)}", wait_until="networkidle")
        shot = page.screenshot()
    path = Path(FOLDER) / f"{picture.name}.png"
    few = (
        Image.open(BytesIO(shot))
        .convert("RGB")
        .quantize(_COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    )
    few.save(path, optimize=True)
    return path.stat().st_size
