"""Items as CSV files: what is written is read again, and every fault is named with its line."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.items.item import Item, KeptItem
from ocote.requests import item_file as files
from ocote.requests.item_file import item_file, read_item_file
from ocote.requests.table_file import TableFileError
from ocote.spreadsheets import marked_as_text, unmarked

HEADING = "code,description,unit_price\n"


def faults_of(text: str) -> tuple[str, ...]:
    """What is wrong with a file."""
    with pytest.raises(TableFileError) as found:
        read_item_file(text.encode())
    return found.value.faults


_SIGNS = "=+-@;,|\"' \t\n\r.'áÑ9a"
_TEXTS = (
    st.text(st.sampled_from(_SIGNS), min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda text: any(map(str.isalnum, text)))
)
_CODES = st.text(st.sampled_from("=+-@;,|\"' .'Ñ9a"), min_size=1, max_size=9).map(str.strip).filter(bool)


@given(text=_TEXTS)
def test_what_is_marked_for_spreadsheets_is_read_as_it_was(text: str) -> None:
    assert unmarked(marked_as_text(text)) == text


_ITEMS = st.builds(
    Item,
    description=_TEXTS,
    unit_price=st.decimals("0.00000001", 99_999, places=8).map(
        lambda price: Decimal(f"{price:f}".rstrip("0").rstrip("."))
    ),
    prices_include_vat=st.booleans(),
    item_type=st.sampled_from([None, 1, 2, 3]),
    unit=st.sampled_from([None, 22, 59, 99]),
    taxes=st.lists(st.sampled_from(["59", "71", "D1", "C8", "C5"]), unique=True).map(tuple),
    taxes_included=st.booleans(),
    suggested_price=st.sampled_from([None, Decimal("0.5")]),
).filter(lambda item: not item.taxes_included or set(item.taxes) - {"C5"})
"""An item has taxes inside its price only when one of them is added to prices; C5 informs."""


@given(items=st.dictionaries(_CODES, _ITEMS, min_size=1, max_size=5))
def test_a_file_that_was_written_is_read_as_it_was(items: dict[str, Item]) -> None:
    kept = [KeptItem(code, item, datetime(2026, 6, 1, tzinfo=UTC)) for code, item in items.items()]
    written = "".join(item_file(kept)).encode()
    read = read_item_file(written)
    assert read.items == items
    assert read.notes == ()


def test_spreadsheets_of_any_country_write_files_that_are_read() -> None:
    taxed = Item("Café; molido", Decimal("5.65"), prices_include_vat=False, unit=22, taxes=("D1", "C8"))
    expected = {"A1": taxed, "A2": Item("Té", Decimal(1), sale_kind="exempt")}
    rows = [
        "CODE;Description ;unit_price;prices_include_vat;unit;taxes;sale_kind",
        'A1;"Café; molido";5.65;FALSO;22; D1  C8 ;',
        ";;;",
        "A2;Té;1.00;;;;exempt",
        "",
    ]
    for ends in ("\n", "\r\n"):
        for mark in ("", "\ufeff"):
            assert read_item_file((mark + ends.join(rows)).encode()).items == expected


def test_columns_may_have_spanish_names() -> None:
    rows = ("Código;Descripción;PRECIO;precio_con_iva;Tratamiento;unidad", "A1;Té;2.5;no;exempt;59")
    item = Item("Té", Decimal("2.5"), prices_include_vat=False, sale_kind="exempt", unit=59)
    assert read_item_file("\n".join(rows).encode()).items == {"A1": item}


def test_a_column_is_not_named_in_both_languages() -> None:
    assert faults_of("code,codigo,descripcion,precio\n") == ("línea 1: la columna codigo está dos veces.",)


def test_every_fault_of_every_line_is_named_at_once() -> None:
    rows = ["A1,,0", "A1,Té,1", ",Té,1", "A2,Té,1,9", "A1,Té,2", '"A\n3",Té,1', "A4,Té,1.123456789"]
    assert faults_of(HEADING + "\n".join(rows)) == (
        "línea 2: description es obligatorio.",
        "línea 2: unit_price debe ser mayor que cero.",
        "línea 4: code no puede estar vacío.",
        "línea 5: tiene 4 celdas y el encabezado 3.",
        "línea 6: el código A1 ya está en la línea 3.",
        "línea 7: code no puede contener caracteres de control.",
        "línea 9: unit_price admite como máximo 8 decimales.",
    )


@pytest.mark.parametrize(
    ("heading", "faults"),
    [
        (
            "",
            (
                "línea 1: falta la columna codigo.",
                "línea 1: falta la columna descripcion.",
                "línea 1: falta la columna precio.",
            ),
        ),
        (
            "code,description,preciounitario\n",
            (
                "línea 1: no existe la columna «preciounitario»; ¿quiso decir precio?",
                "línea 1: falta la columna precio.",
            ),
        ),
        ("code,code,description,unit_price\n", ("línea 1: la columna codigo está dos veces.",)),
    ],
)
def test_a_heading_without_the_fields_is_refused_before_any_line(heading: str, faults: tuple[str, ...]) -> None:
    assert faults_of(heading) == faults


@pytest.mark.parametrize("name", ["a", "code"])
def test_a_heading_of_very_many_columns_is_refused_before_its_names_are_read(name: str) -> None:
    heading = ",".join([name] * 1_000_000)
    assert faults_of(f"\n{heading}\n") == ("línea 2: el encabezado tiene 1000000 celdas; son como máximo 40.",)


def test_a_line_of_very_many_cells_and_a_very_long_name_make_one_short_fault_each() -> None:
    assert faults_of(HEADING + "a," * 1_000_000) == ("línea 2: tiene 1000001 celdas y el encabezado 3.",)
    [unknown] = faults_of(HEADING.rstrip() + "," + "z" * 100_000)
    assert unknown.startswith(f"línea 1: no existe la columna «{'z' * 60}…»; ")


def test_a_file_that_is_no_csv_in_utf8_is_refused_with_its_line() -> None:
    assert faults_of(HEADING + 'A1,"Té,1') == ("línea 2: hay comillas sin cerrar o texto tras ellas.",)
    with pytest.raises(TableFileError) as found:
        read_item_file((HEADING + "A1,Té,1").encode("latin-1"))
    assert found.value.faults == ("línea 2: no está en UTF-8; guarde el archivo como «CSV UTF-8».",)


def test_a_file_has_as_many_items_as_are_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ITEMS", 2)
    assert len(read_item_file((HEADING + "A1,Té,1\nA2,Té,1\n").encode()).items) == 2
    assert faults_of(HEADING + "A1,Té,1\nA2,Té,1\nA3,Té,1\nA4,Té,0\n") == (
        "línea 4: un archivo tiene como máximo 2 artículos; repártalos en varios.",
    )


def test_of_very_many_faults_the_first_are_shown() -> None:
    with pytest.raises(TableFileError) as found:
        read_item_file((HEADING + "A,,1\n" * 150).encode())
    assert len(found.value.faults) == 150
    assert str(found.value).splitlines()[0] == "El archivo tiene 150 falta(s):"
    assert str(found.value).splitlines()[-1].strip() == "y 50 más."
