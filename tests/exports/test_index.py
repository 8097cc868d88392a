"""The index: the same lines as CSV and as a workbook, and nothing in them that runs."""

import csv
import json
from datetime import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl import load_workbook

from ocote.clock import EL_SALVADOR
from ocote.dte.sale import Amounts
from ocote.exports import index_csv
from ocote.exports.index_xlsx import Workbook
from ocote.exports.record import INDEX_COLUMNS, Identifiers, Record, identifiers

SAMPLES = Path(__file__).parents[1] / "printing" / "samples"

RECORD = Record(
    posted_at=datetime(2026, 6, 3, 8, 15, 40, 987654, tzinfo=EL_SALVADOR),
    doc_type="03",
    control_number="DTE-03-M001P001-000000000000071",
    generation_code="0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8",
    stamp="2026F41C0A7D9B3E5826714ACD90BE37F1258QXT",
    state="sellado",
    party="Distribuidora Izalco, S.A. de C.V.",
    identifiers=Identifiers(nit="06141809480014", nrc="1234567"),
    amounts=Amounts(
        taxable=Decimal("100.00"),
        vat=Decimal("13.00"),
        gross=Decimal("167.00"),
        withheld=Decimal("1.00"),
        payable=Decimal("137.00"),
        exempt=Decimal("30.00"),
        not_subject=Decimal("9.00"),
        taxes=Decimal("15.00"),
        charges=Decimal("-20.00"),
        discount=Decimal("4.50"),
        collected=Decimal("1.00"),
        income_tax=Decimal("10.00"),
    ),
    reference="B2B-2026-0031",
    issued_with="odt_0123abcd",
    invalidated_with="",
)


def rows_of(text: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(text.decode("utf-8-sig"), newline="")))


def test_a_line_says_all_that_an_accountant_looks_for() -> None:
    heading, line = rows_of(index_csv.heading() + index_csv.index_line(RECORD))

    assert heading == list(INDEX_COLUMNS)
    assert dict(zip(heading, line, strict=True)) == {
        "Fecha": "2026-06-03 08:15:40",
        "Tipo": "03",
        "Documento": "Comprobante de crédito fiscal",
        "Operación": "Venta",
        "Número de control": "DTE-03-M001P001-000000000000071",
        "Código de generación": "0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8",
        "Sello de recepción": "2026F41C0A7D9B3E5826714ACD90BE37F1258QXT",
        "Estado": "sellado",
        "Cliente o proveedor": "Distribuidora Izalco, S.A. de C.V.",
        "NIT": "06141809480014",
        "DUI": "",
        "NRC": "1234567",
        "Otro documento": "",
        "Gravado": "100.00",
        "IVA": "13.00",
        "Total": "167.00",
        "Retenido": "1.00",
        "A pagar": "137.00",
        "Referencia": "B2B-2026-0031",
        "Clave": "odt_0123abcd",
        "Clave que invalidó": "",
        "Exento": "30.00",
        "No sujeto": "9.00",
        "Otros tributos": "15.00",
        "Montos no afectos": "-20.00",
        "Descuento": "4.50",
        "IVA percibido": "1.00",
        "Renta retenida": "10.00",
    }


@pytest.mark.parametrize(
    ("doc_type", "named"),
    [
        ("01", ["01", "Factura", "Venta"]),
        ("05", ["05", "Nota de crédito", "Nota de crédito (resta)"]),
        ("11", ["11", "Factura de exportación", "Venta"]),
        ("14", ["14", "Factura de sujeto excluido", "Compra"]),
    ],
)
def test_a_type_is_named_and_told_apart_by_what_it_does_to_a_sum(doc_type: str, named: list[str]) -> None:
    [line] = rows_of(index_csv.index_line(replace(RECORD, doc_type=doc_type)))

    assert line[1:4] == named


def test_the_csv_says_that_it_is_utf_8_and_ends_its_lines_as_spreadsheets_do() -> None:
    assert index_csv.heading().startswith(b"\xef\xbb\xbfFecha,")
    assert index_csv.index_line(RECORD).endswith(
        b",B2B-2026-0031,odt_0123abcd,,30.00,9.00,15.00,-20.00,4.50,1.00,10.00\r\n"
    )


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "＝1+1", "＠SUM(A1)", "\tx"])
def test_a_name_of_somebody_elses_is_never_a_formula(text: str) -> None:
    [line] = rows_of(index_csv.index_line(replace(RECORD, party=text, reference=text)))

    assert (line[8], line[18]) == ("'" + text, "'" + text)


@pytest.mark.parametrize(
    "text", ["Tienda;=1+1", " =1+1", "\u00a0＝1+1", 'Tienda;"=1+1"', "Tienda,=1+1", "\u200b@SUM(A1)"]
)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_name_is_no_formula_whatever_a_spreadsheet_takes_for_the_separator(text: str, separator: str) -> None:
    line = index_csv.index_line(replace(RECORD, party=text, reference=text)).decode()

    for cells in csv.reader([line.rstrip("\r\n")], delimiter=separator):
        assert [cell for cell in cells if cell.lstrip(' \u00a0\u200b"').startswith(("=", "＝", "@", "＠"))] == []


def test_a_workbook_holds_moments_texts_and_amounts(tmp_path: Path) -> None:
    path = tmp_path / "index.xlsx"
    workbook = Workbook(path)
    workbook.add([RECORD, replace(RECORD, party="=1+1", state="invalidado"), replace(RECORD, party="<r>x</r>")])
    workbook.close()

    heading, first, second, third = load_workbook(path)["Documentos"].iter_rows()

    assert [cell.value for cell in heading] == list(INDEX_COLUMNS)
    assert f"{first[0].value:%Y-%m-%d %H:%M:%S.%f}" == "2026-06-03 08:15:40.000000", "as the CSV says"
    assert [cell.value for cell in first[13:18]] == [100, 13, 167, 1, 137]
    assert [cell.value for cell in first[21:]] == [30, 9, 15, -20, 4.5, 1, 10]
    assert [cell.data_type for cell in first] == ["d"] + ["s"] * 9 + ["n"] + ["s"] + ["n"] + ["n"] * 5 + ["s", "s"] + [
        "n"
    ] * 8
    assert (second[8].value, second[8].data_type, second[7].value) == ("=1+1", "s", "invalidado")
    assert third[8].value == " <r>x</r>"


def test_a_long_index_goes_on_in_another_sheet(tmp_path: Path) -> None:
    path = tmp_path / "index.xlsx"
    workbook = Workbook(path, rows_per_sheet=2)
    workbook.add([RECORD] * 5)
    workbook.close()

    sheets = load_workbook(path).worksheets

    assert [(sheet.title, sheet.max_row) for sheet in sheets] == [
        ("Documentos", 3),
        ("Documentos 2", 3),
        ("Documentos 3", 2),
    ]


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("03-v2.json", Identifiers(nit="06148888880018", nrc="7654321")),
        ("05-v2.json", Identifiers(nit="06148888880018", nrc="7654321")),
        ("14-v1.json", Identifiers(dui="000000017")),
        ("11-v2.json", Identifiers(other="GB-000000-T")),
        ("01-v1.json", Identifiers()),
    ],
)
def test_the_other_side_is_named_as_the_document_names_it(sample: str, expected: Identifiers) -> None:
    assert identifiers(json.loads((SAMPLES / sample).read_text(encoding="utf-8"))) == expected


TODAYS_COLUMNS = (
    "Fecha,Tipo,Documento,Operación,Número de control,Código de generación,Sello de recepción,Estado,"
    "Cliente o proveedor,NIT,DUI,NRC,Otro documento,Gravado,IVA,Total,Retenido,A pagar,Referencia,Clave,"
    "Clave que invalidó"
)


def test_columns_that_programs_may_read_by_their_place_stay_where_they_were() -> None:
    assert ",".join(INDEX_COLUMNS[:21]) == TODAYS_COLUMNS
