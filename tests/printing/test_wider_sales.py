"""What is printed of a sale beyond goods that are taxed: kinds, taxes, charges, payments, persons and documents."""

from typing import Any

import pytest

from ocote.printing.brand import Brand
from ocote.printing.pdf import render
from ocote.printing.roll import RollWidth
from ocote.printing.sheet import Fact, PrintedPayment, Section, Sheet, Summary
from ocote.printing.view import sheet
from tests.official import worked_sales
from tests.printing.adding import assert_adds_up
from tests.printing.documents import (
    STAMP,
    WIDER_SALES,
    Document,
    in_contingency,
    in_test_environment,
    on_several_documents,
    sample,
    with_lines,
)
from tests.printing.reading import page_sizes_mm, words

_EDITIONS = ("v1", "v2")
_BLANK = "\N{NO-BREAK SPACE}"


def _sheet(document: Document, *, is_strip: bool = False) -> Sheet:
    return sheet(document, stamp=STAMP, undone=None, is_strip=is_strip)


def _summary(document: Document) -> Summary:
    summary = _sheet(document).summary
    assert summary is not None
    return summary


def _amounts(document: Document) -> list[tuple[str, str]]:
    return [(("−" if each.is_subtracted else "") + each.label, each.value) for each in _summary(document).amounts]


def _heads(document: Document) -> list[str]:
    table = _sheet(document).table
    assert table is not None
    return [column.label for column in table.columns]


def _counts(document: Document) -> list[str]:
    return [line.count for line in _sheet(document, is_strip=True).strip]


def _section(document: Document, heading: str) -> Section:
    [found] = [section for section in _sheet(document).sections if section.heading == heading]
    return found


def _words(document: Document, layout: Any, roll_mm: RollWidth = 80) -> str:
    return words(render(document, stamp=STAMP, layout=layout, brand=Brand(roll_mm=roll_mm)))


@pytest.mark.parametrize("edition", _EDITIONS)
@pytest.mark.parametrize("name", WIDER_SALES)
def test_every_wider_sale_adds_up_from_its_lines_to_the_amount_to_pay(name: str, edition: str) -> None:
    assert_adds_up(sample(f"{name}-{edition}"))


def test_the_worked_examples_add_up_on_paper() -> None:
    for example in worked_sales().values():
        assert_adds_up(example)


@pytest.mark.parametrize("edition", _EDITIONS)
def test_kinds_of_sale_have_columns_words_and_sums_of_their_own(edition: str) -> None:
    document = sample(f"school-{edition}")

    assert _heads(document)[-3:] == ["Ventas no sujetas", "Ventas exentas", "Ventas gravadas"]
    assert _counts(document) == ["CUOTA · 1 × 85.00 · exento", "UNI-10 · 2 × 11.30 · gravado", "1 × 5.00 · no sujeto"]
    assert _amounts(document)[:4] == [
        ("Total ventas no sujetas", "5.00"),
        ("Total ventas exentas", "85.00"),
        ("Total ventas gravadas", "22.60"),
        ("Suma de ventas", "112.60"),
    ]


def test_a_sale_that_is_only_exempt_shows_nothing_of_other_kinds() -> None:
    document = sample("school-v2")
    document["cuerpoDocumento"] = document["cuerpoDocumento"][:1]
    document["resumen"].update(totalNoSuj=0, totalGravada=0, subTotalVentas=85, subTotal=85, montoTotalOperacion=85)

    assert _heads(document)[-2:] == ["Precio unitario", "Ventas exentas"]
    assert _counts(document) == ["CUOTA · 1 × 85.00"]
    assert _amounts(document) == [
        ("Total ventas exentas", "85.00"),
        ("Subtotal", "85.00"),
        ("Monto total de la operación", "85.00"),
    ]


def test_a_line_with_two_kinds_shows_both_amounts_on_the_roll() -> None:
    document = sample("school-v2")
    document["cuerpoDocumento"][0].update(ventaExenta=80, ventaGravada=5)

    line = _sheet(document, is_strip=True).strip[0]
    assert (line.count, line.amount) == ("CUOTA · 1 × 85.00", "85.00")
    assert line.remarks == ("Ventas exentas: 80.00", "Ventas gravadas: 5.00")


@pytest.mark.parametrize("edition", _EDITIONS)
def test_fuel_shows_its_unit_and_the_taxes_of_each_gallon_by_name(edition: str) -> None:
    document = sample(f"fuel-{edition}")

    assert _counts(document) == ["REG · 12.5 Galón × 3.54", "DSL · 10 Galón × 3.20"]
    assert _amounts(document) == [
        ("Total ventas gravadas", "76.25"),
        ("Subtotal", "76.25"),
        ("FOVIAL ($0.20 Ctvs. por galón)", "4.50"),
        ("COTRANS ($0.10 Ctvs. por galón)", "2.25"),
        ("Monto total de la operación", "83.00"),
    ]


@pytest.mark.parametrize("edition", _EDITIONS)
def test_a_guest_is_shown_with_passport_and_the_tax_of_tourism(edition: str) -> None:
    document = sample(f"hotel-{edition}")
    [guest] = _sheet(document).parties

    assert Fact("Pasaporte", "A00123456", is_code=True) in guest.facts
    assert ("Turismo: por alojamiento (5%)", "5.00") in _amounts(document)


def test_an_address_abroad_has_no_words_for_its_empty_codes() -> None:
    [guest] = _sheet(sample("hotel-v2")).parties

    assert Fact("Dirección", "Calle de Prueba 10, Ciudad de Prueba, Costa Rica") in guest.facts


@pytest.mark.parametrize("edition", _EDITIONS)
def test_a_tip_is_a_charge_beside_the_sales_and_every_payment_is_named(edition: str) -> None:
    document = sample(f"restaurant-{edition}")

    assert _heads(document)[-2:] == ["Montos no afectos", "Ventas gravadas"]
    assert _counts(document) == ["4 × 9.04", "2 × 10.17", "Monto no afecto"]
    assert _amounts(document)[-2:] == [("Monto total de la operación", "56.50"), ("Otros montos no afectos", "5.65")]
    assert _summary(document).payment[1:] == (
        Fact("Forma de pago", "Billetes y monedas, $32.15"),
        Fact("Forma de pago", "Tarjeta Crédito, $30.00, ref. AUT-004512"),
    )


@pytest.mark.parametrize("edition", _EDITIONS)
def test_discounts_by_kind_collection_and_withholding_of_a_ccf(edition: str) -> None:
    document = sample(f"ccf-{edition}")

    assert _amounts(document)[3:] == [
        (f"−Descuento global 10{_BLANK}%, exentas", "3.00"),
        (f"−Descuento global 10{_BLANK}%, gravadas", "140.00"),
        ("Subtotal", "1,287.00"),
        ("Impuesto al Valor Agregado 13%", "163.80"),
        ("Monto total de la operación", "1,450.80"),
        ("IVA percibido", "12.60"),
        ("−IVA retenido", "12.60"),
        ("Otros montos no afectos", "−20.00"),
    ]
    assert _summary(document).payment[-1].value == f"Cuentas por pagar del receptor, $1,000.00, a{_BLANK}2{_BLANK}meses"


@pytest.mark.parametrize("edition", _EDITIONS)
@pytest.mark.parametrize("layout", ["ticket", "letter"])
def test_a_tax_that_only_informs_the_ministry_is_not_printed(layout: str, edition: str) -> None:
    text = _words(sample(f"ccf-{edition}"), layout)

    assert "Aguardiente" in text
    assert "ad- valorem" not in text
    assert "6.40" not in text


@pytest.mark.parametrize("edition", _EDITIONS)
def test_a_line_that_is_a_tax_says_so(edition: str) -> None:
    document = sample(f"everything-{edition}")
    table = _sheet(document).table
    assert table is not None

    assert [row.remarks for row in table.rows] == [
        ("Tributo 57: Impuesto industria de Cemento",) if at == 3 else () for at in range(9)
    ]
    assert _counts(document)[3] == "Tributo 57: Impuesto industria de Cemento · gravado"
    document["cuerpoDocumento"][3]["descripcion"] = "Impuesto industria de cemento, agosto"
    assert _counts(document)[3] == "Tributo 57 · gravado"


@pytest.mark.parametrize("edition", _EDITIONS)
def test_lines_refer_to_one_of_several_related_documents_by_its_number(edition: str) -> None:
    document = sample(f"everything-{edition}")
    related = _section(document, "Documentos relacionados")

    assert [fact.label.partition(" (")[0] for fact in related.facts] == [
        "1. Nota de remisión",
        "2. Nota de remisión",
        "3. Documento contable de liquidación",
    ]
    table = _sheet(document).table
    assert table is not None
    at = _heads(document).index("Doc. rel.")
    assert [row.cells[at] for row in table.rows] == ["1", "2", "1", "", "", "", "", "", ""]
    assert "Documento relacionado: 2" in _sheet(document, is_strip=True).strip[1].remarks


@pytest.mark.parametrize("layout", ["ticket", "letter"])
@pytest.mark.parametrize("edition", _EDITIONS)
def test_a_note_on_several_documents_shows_each_of_them_and_whose_line_is_whose(edition: str, layout: str) -> None:
    document = on_several_documents(sample(f"note-{edition}"), 3)
    issued = "10/09/2026" if edition == "v1" else "10/01/2027"

    assert _section(document, "Documentos relacionados").facts == (
        Fact(
            f"1. Comprobante de crédito fiscal (electrónico) del {issued}",
            "5A2C8E51-6B7D-4F3A-9C11-0D2E4F6A8B00",
            is_code=True,
        ),
        Fact(
            f"2. Comprobante de crédito fiscal (electrónico) del {issued}",
            "5A2C8E51-6B7D-4F3A-9C11-0D2E4F6A8B01",
            is_code=True,
        ),
        Fact("3. Comprobante de crédito fiscal (físico) del 30/08/2026", "17DS000F-4502", is_code=True),
    )
    table = _sheet(document).table
    assert table is not None
    at = _heads(document).index("Doc. rel.")
    assert [row.cells[at] for row in table.rows] == ["1", "2", "3", "1"][: len(table.rows)]
    strips = _sheet(document, is_strip=True).strip
    assert [line.remarks[-1] for line in strips[:3]] == [f"Documento relacionado: {number}" for number in (1, 2, 3)]
    assert "3. Comprobante de crédito fiscal (físico) del 30/08/2026 17DS000F-4502" in _words(document, layout)


@pytest.mark.parametrize(("layout", "roll_mm"), [("letter", 80), ("ticket", 80), ("ticket", 58)])
def test_all_of_fifty_related_documents_are_on_paper(layout: str, roll_mm: RollWidth) -> None:
    document = on_several_documents(with_lines(sample("note-v2"), 50), 50)
    text = _words(document, layout, roll_mm)

    for each in document["documentoRelacionado"]:
        assert each["numeroDocumento"] in text
    assert "50. Comprobante de crédito fiscal (electrónico) del 10/01/2027" in text


@pytest.mark.parametrize("name", ["note-v1", "note-v2", "export-v2"])
def test_the_only_related_document_needs_no_number(name: str) -> None:
    document = sample(name)

    assert "Doc. rel." not in _heads(document)
    assert not _section(document, "Documentos relacionados").facts[0].label.startswith("1.")


def test_a_line_that_names_an_unlisted_document_shows_the_number() -> None:
    document = sample("everything-v2")
    document["cuerpoDocumento"][4]["numeroDocumento"] = "15AB000999"

    assert "Documento relacionado: 15AB000999" in _sheet(document, is_strip=True).strip[4].remarks


@pytest.mark.parametrize("edition", _EDITIONS)
def test_documents_of_both_sides_and_doctors_are_shown_apart(edition: str) -> None:
    document = sample(f"everything-{edition}")

    assert _section(document, "Documentos asociados del emisor").facts[0] == Fact(
        "Contrato de suministro", "Contrato 15-2026"
    )
    assert [fact.value for fact in _section(document, "Documentos asociados del receptor").facts] == [
        "OC-2027-0031",
        "P-000111",
    ]
    assert _section(document, "Servicios médicos").facts == (
        Fact("Cirugía", f"Médico de prueba, NIT{_BLANK}0614-666666-001-0"),
        Fact(
            "Tratamiento médico Instituto Salvadoreño de Bienestar Magisterial",
            f"Médica visitante de prueba, documento{_BLANK}P-998877",
        ),
    )


def test_a_document_of_no_known_kind_is_shown_too() -> None:
    document = sample("everything-v2")
    document["otrosDocumentos"][0]["codDocAsociado"] = None

    assert _section(document, "Otros documentos asociados").facts == (
        Fact("Contrato de suministro", "Contrato 15-2026"),
    )


@pytest.mark.parametrize("edition", _EDITIONS)
def test_the_transport_of_an_export_names_vehicle_driver_and_document(edition: str) -> None:
    land, sea = _section(sample(f"export-{edition}"), "Transporte").facts

    assert land.label == "Terrestre"
    assert "C 123-456, remolque RE 78-901" in land.value
    assert sea == Fact(
        "Marítimo",
        f"Placa o identificación{_BLANK}Barco de Prueba, viaje 14, conductor{_BLANK}Naviera de prueba, "
        f"documento{_BLANK}PAS-998877",
    )


def test_the_third_party_of_a_sale_and_of_a_purchase_are_told_apart() -> None:
    assert [_sheet(sample(name)).parties[1].heading for name in ("export-v1", "export-v2")] == [
        "Venta a cuenta de terceros",
        "Compra a cuenta de terceros",
    ]


@pytest.mark.parametrize("edition", _EDITIONS)
def test_many_payments_are_a_list_with_reference_and_term(edition: str) -> None:
    summary = _summary(sample(f"everything-{edition}"))

    assert Fact("Formas de pago", "6, detalladas en la lista de pagos") in summary.payment
    assert Fact("Número de pago electrónico", "NPE-0415-0001234567-2027-0001", is_code=True) in summary.payment
    assert len(summary.payments) == 6
    assert summary.payments[0] == PrintedPayment("Billetes y monedas", "", "", "100.00")
    assert summary.payments[5] == PrintedPayment("Cuentas por pagar del receptor", "", "30 días", "200.00")


@pytest.mark.parametrize("layout", ["ticket", "letter"])
@pytest.mark.parametrize("edition", _EDITIONS)
def test_nothing_that_the_document_says_of_the_sale_is_missing_on_paper(edition: str, layout: str) -> None:
    text = _words(sample(f"everything-{edition}"), layout)

    for expected in (
        "Mandante de Prueba",
        "0614-777777-001-9",
        "0A1B2C3D-4E5F-4A6B-8C7D-9E0F1A2B3C4D",
        "15AB000123",
        "UIEDM-P-01-P00-1",
        "GAS-REG",
        "Galón",
        "Quintal",
        "8.12345678",
        "Anticipo aplicado",
        "TRANSFERENCIA 2027-000345 BANCO DE PRUEBA",
        "CHEQUE 000778",
        "Encargado de bodega de prueba, 00016297-5",
        "P123-456",
        "corre el interés legal.",
        "Doce meses contra defectos de fábrica",
        "1,356.61",
    ):
        assert expected in text, expected


def test_income_tax_that_the_buyer_withholds_is_subtracted_in_the_old_edition() -> None:
    assert ("−Retención de renta", "10.00") in _amounts(sample("everything-v1"))
    assert _summary(sample("everything-v1")).payable.value == "1,326.61"


def test_an_entry_of_the_appendix_without_label_has_its_name_and_an_empty_one_is_left_out() -> None:
    document = sample("purchase-v2")
    document["apendice"] = [
        {"campo": "lote", "etiqueta": "", "valor": "L-7"},
        {"campo": "nada", "etiqueta": "Nada", "valor": ""},
    ]
    assert _sheet(document).appendix == (Fact("lote", "L-7"),)


def _largest() -> Document:
    """A document with as much beside its lines as the schemas admit."""
    document = sample("everything-v2")
    document["resumen"]["observaciones"] = ("Texto de prueba, " * 180)[:2990] + " al final"
    document["resumen"]["numPagoElectronico"] = "NPE-" + "1234567890" * 9
    document["resumen"]["pagos"] = [
        {"codigo": "03", "montoPago": 1, "referencia": f"{at:03d}" + "-XYZ" * 11, "plazo": "01", "periodo": 30}
        for at in range(100)
    ]
    document["otrosDocumentos"] = [
        {"codDocAsociado": 1 + at % 2, "descDocumento": f"{at:02d} " + "nombre " * 13, "detalleDocumento": "dato " * 60}
        for at in range(20)
    ]
    document["apendice"] = [
        {"campo": "campo", "etiqueta": f"{at} " + "etiqueta " * 5, "valor": "valor " * 25} for at in range(10)
    ]
    return document


def test_a_letter_of_the_longest_values_has_its_marks_on_every_page_and_no_heading_at_a_foot() -> None:
    document = in_contingency(in_test_environment(_largest()))
    pdf = render(document, stamp=None, layout="letter", undone="invalidated")

    pages = [words(pdf, page) for page in range(len(page_sizes_mm(pdf)))]
    assert len(pages) > 4
    for text in pages:
        assert "INVALIDADO" in text
        assert "PRUEBA – SIN VALIDEZ FISCAL" in text
        assert "TRANSMISIÓN POR CONTINGENCIA" in text
        above_the_foot = text.rpartition(" Código de generación")[0].rstrip()
        assert not above_the_foot.endswith(("DEL EMISOR", "DEL RECEPTOR", "MÉDICOS", "ADICIONAL", "OBSERVACIONES"))
    whole = " ".join(pages)
    assert "099-XYZ" in whole
    assert "al final" in whole
    assert "19 nombre" in whole


@pytest.mark.parametrize("count", range(14, 60, 3))
def test_the_heading_of_a_section_is_never_the_last_thing_on_a_page(count: int) -> None:
    document = sample("everything-v1")
    [related, *_] = document["documentoRelacionado"]
    document["documentoRelacionado"] = [{**related, "numeroDocumento": f"A{at:09d}"} for at in range(count)]
    pdf = render(document, stamp=STAMP, layout="letter")

    for page in range(len(page_sizes_mm(pdf))):
        above_the_foot = words(pdf, page).rpartition(" Código de generación")[0].rstrip()
        assert not above_the_foot.endswith(("EMISOR", "RECEPTOR", "MÉDICOS", "ENTREGA", "PAGOS", "OBSERVACIONES"))


@pytest.mark.parametrize("roll_mm", [80, 58])
def test_a_roll_of_the_longest_values_stays_within_what_pdf_readers_open(roll_mm: RollWidth) -> None:
    document = _largest()
    document["cuerpoDocumento"] = [{**document["cuerpoDocumento"][0], "numItem": at + 1} for at in range(140)]
    pdf = render(document, stamp=STAMP, layout="ticket", brand=Brand(roll_mm=roll_mm))

    assert all(height <= 1000 for _, height in page_sizes_mm(pdf))
    assert "099-XYZ" in words(pdf)


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["ticket", "letter"])
def test_two_thousand_lines_of_every_kind_are_printed(layout: Any) -> None:
    document = sample("everything-v2")
    lines = document["cuerpoDocumento"]
    document["cuerpoDocumento"] = [{**lines[at % len(lines)], "numItem": at + 1} for at in range(2000)]

    assert "1,336.61" in _words(document, layout)
