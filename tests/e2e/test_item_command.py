"""``ocote item``: a whole catalog from a file, on the screen and back into a file."""

from decimal import Decimal
from pathlib import Path

import pytest

from ocote.cli import item_records
from tests.builders.bodies import invoice
from tests.builders.company import NIT
from tests.commands import Run
from tests.running_gateway import RunningGateway

FILE = """code;description;unit_price;unit;sale_kind
CAFE-LB;Café molido, libra;5.65;36;
LIBRO;Libro de texto;12.00;;exempt
"""


def test_a_file_fills_the_catalog_from_which_the_tills_sell(gateway: RunningGateway, run_here: Run) -> None:
    Path("articulos.csv").write_text(FILE, encoding="utf-8")
    tried = run_here("item", "import", "articulos.csv", "--company", NIT, "--dry-run")
    assert (tried.status, tried.out) == (0, "El archivo está bien: 2 artículos. No se guardó nada.\n")
    assert gateway.get("/items")["items"] == []
    first = run_here("item", "import", "articulos.csv", "--company", NIT)
    assert first.out.endswith(": 2 son nuevos o cambian.\n")
    Path("articulos.csv").write_text(FILE.replace("12.00", "13.00"), encoding="utf-8")
    assert run_here("item", "import", "articulos.csv", "--company", NIT).out.endswith(": 1 es nuevo o cambia.\n")
    sold = gateway.post(
        "/invoice", invoice("caja-1") | {"lines": [{"code": code, "quantity": 2} for code in ("CAFE-LB", "LIBRO")]}
    )
    assert (sold["amount_gross"], sold["amount_exempt"]) == (Decimal("37.30"), Decimal("26.00"))


def test_a_file_with_a_fault_keeps_nothing(gateway: RunningGateway, run_here: Run) -> None:
    Path("articulos.csv").write_text(f"{FILE}TE;Té;0;3;\n;Sin código;1;;\n", encoding="utf-8")
    ended = run_here("item", "import", "articulos.csv", "--company", NIT)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == (
        "Error: El archivo tiene 3 falta(s):\n"
        "  línea 4: unit_price debe ser mayor que cero.\n"
        "  línea 4: unit no es una unidad de medida del catálogo CAT-014 de MH, en GET /api/connect/catalogs/units.\n"
        "  línea 5: code no puede estar vacío.\n"
    )
    assert gateway.get("/items")["items"] == []
    missing = run_here("item", "import", "otro.csv", "--company", NIT)
    assert (missing.status, missing.err) == (1, "Error: No se puede usar otro.csv: no existe.\n")


def test_items_are_shown_by_code_and_written_into_a_file_that_is_read_again(
    gateway: RunningGateway, run_here: Run
) -> None:
    assert "No hay artículos así" in run_here("item", "list", "--company", NIT).out
    Path("articulos.csv").write_text(FILE, encoding="utf-8")
    run_here("item", "import", "articulos.csv", "--company", NIT)
    other = gateway.another_company()
    gateway.request("PUT", "/items/AJENO", {"description": "Ajeno", "unit_price": 1}, key=other)
    listed = run_here("item", "list", "--company", NIT).out
    for text in ("CAFE-LB", "Café molido, libra", "5.65", "incluido", "LIBRO", "12", "exento"):
        assert text in listed
    assert "AJENO" not in listed
    assert "CAFE-LB" not in run_here("item", "list", "--company", NIT, "--search", "LIBRO").out
    written = run_here("item", "export", "--company", NIT, "--output", "copia.csv")
    assert written.out.endswith("en copia.csv.\n")
    assert Path("copia.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "code,description,unit_price,prices_include_vat,item_kind,unit,sale_kind,taxes,taxes_included,suggested_price",
        'CAFE-LB,"Café molido, libra",5.65,true,,36,taxed,,false,',
        "LIBRO,Libro de texto,12,true,,,exempt,,false,",
    ]
    again = run_here("item", "import", "copia.csv", "--company", NIT)
    assert again.out.endswith(": 0 son nuevos o cambian.\n")


def test_a_file_that_is_written_and_too_large_to_be_read_again_is_told(
    gateway: RunningGateway, run_here: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("articulos.csv").write_text(FILE, encoding="utf-8")
    run_here("item", "import", "articulos.csv", "--company", NIT)
    export = ("item", "export", "--company", NIT, "--output", "copia.csv")
    for limit, lines in ((2, 1), (1, 2)):
        monkeypatch.setattr(item_records, "MOST_ITEMS", limit)
        written = run_here(*export).out.splitlines()
        assert len(written) == lines
    assert "lee como máximo 1 artículos de un archivo: para leer este, repártalo en varios" in written[1]


def test_characters_that_nobody_sees_are_taken_out_and_named(gateway: RunningGateway, run_here: Run) -> None:
    Path("articulos.csv").write_text("code,description,unit_price\nTE,T\u200bé,1\n", encoding="utf-8")
    said = run_here("item", "import", "articulos.csv", "--company", NIT).out
    assert said.startswith("línea 2: ")
    assert gateway.get("/items/TE")["description"] == "Té"


def test_an_item_is_taken_out_of_the_catalog_by_its_code(gateway: RunningGateway, run_here: Run) -> None:
    Path("articulos.csv").write_text(FILE, encoding="utf-8")
    run_here("item", "import", "articulos.csv", "--company", NIT)
    removed = run_here("item", "remove", "LIBRO", "--company", NIT)
    assert (removed.status, removed.out) == (0, "El artículo LIBRO (Libro de texto) ya no está en el catálogo.\n")
    assert [item["code"] for item in gateway.get("/items")["items"]] == ["CAFE-LB"]
    unknown = run_here("item", "remove", "libro", "--company", NIT)
    assert (unknown.status, unknown.err) == (1, "Error: La empresa no tiene ningún artículo con ese código.\n")
