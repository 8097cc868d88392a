"""What is printed of a document: everything rules.md 11 asks for, and nothing MH keeps to itself."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec
import pytest

from ocote.printing.sheet import Amount, Fact, Mark, Sheet, Summary, Table, Undone
from ocote.printing.view import sheet
from tests.printing.documents import STAMP, Document, in_contingency, in_test_environment, sample


def _sheet(
    document: Document, *, stamp: str | None = STAMP, undone: Undone | None = None, is_strip: bool = False
) -> Sheet:
    return sheet(document, stamp=stamp, undone=undone, is_strip=is_strip)


def _table(printed: Sheet) -> Table:
    assert printed.table is not None
    return printed.table


def _summary(printed: Sheet) -> Summary:
    assert printed.summary is not None
    return printed.summary


def _facts(facts: Iterable[Fact]) -> dict[str, str]:
    return {fact.label: fact.value for fact in facts}


def _amounts(summary: Summary) -> list[tuple[str, str]]:
    return [(("−" if a.is_subtracted else "") + a.label, a.value) for a in summary.amounts]


def test_the_identity_shows_codes_stamp_model_transmission_moment_and_version() -> None:
    assert _facts(_sheet(sample("01-v2")).identity) == {
        "Código de generación": "6B0D549B-6F03-475A-9600-A35A099950D8",
        "Número de control": "DTE-01-M001P001-000000000000042",
        "Sello de recepción": STAMP,
        "Modelo de facturación": "Previo",
        "Tipo de transmisión": "Normal",
        "Fecha y hora de generación": "14/12/2026 10:29:58",
        "Versión": "2",
    }


def test_a_document_in_contingency_says_why_and_that_its_stamp_is_pending() -> None:
    facts = _facts(_sheet(in_contingency(sample("03-v2")), stamp=None).identity)

    assert facts["Sello de recepción"] == "Pendiente: emitido en contingencia, aún no transmitido"
    assert facts["Modelo de facturación"] == "Diferido"
    assert facts["Tipo de transmisión"] == "Por contingencia"
    assert facts["Tipo de contingencia"] == "Falla en el suministro de servicio de Internet del Emisor"


def test_the_reason_of_another_contingency_is_the_one_the_issuer_wrote() -> None:
    document = in_contingency(sample("03-v2"))
    document["identificacion"].update(tipoContingencia=5, motivoContin="Inundación del local")

    assert _facts(_sheet(document, stamp=None).identity)["Tipo de contingencia"] == "Inundación del local"


def test_the_issuer_stands_under_the_trade_name_with_the_legal_name_below() -> None:
    issuer = _sheet(sample("03-v2")).issuer

    assert issuer.name == "Almacén de Prueba"
    assert issuer.legal_name == "Emisor de Prueba, Sociedad Anónima de Capital Variable"
    assert _facts(issuer.facts) == {
        "NIT": "0614-999999-001-7",
        "NRC": "123456-7",
        "Actividad económica": "Venta al por mayor de artículos de ferretería y pinturerías",
        "Dirección": "Calle de Prueba n.º 1, local 2, San Salvador, San Salvador Centro",
        "Teléfono": "22220000",
        "Correo": "dte@example.com",
        "Establecimiento": "S002, punto de venta P001",
    }


def test_an_issuer_without_trade_name_stands_under_the_legal_name_alone() -> None:
    issuer = _sheet(sample("01-v1")).issuer

    assert (issuer.name, issuer.legal_name) == ("Emisor de Prueba, Sociedad Anónima de Capital Variable", "")
    assert _facts(issuer.facts)["Establecimiento"] == "Casa Matriz, M001, punto de venta P001"


def test_a_final_consumer_who_gave_no_data_is_not_shown() -> None:
    assert _sheet(sample("01-v1")).parties == ()


def test_a_consumer_is_shown_with_the_document_he_gave() -> None:
    (party,) = _sheet(sample("01-v2")).parties

    assert (party.heading, party.name) == ("Receptor", "Cliente de prueba")
    assert _facts(party.facts) == {"DUI": "00000001-7", "Correo": "cliente@example.com"}


def test_a_taxpayer_and_the_third_party_of_the_sale_are_shown() -> None:
    taxpayer, third = _sheet(sample("03-v1")).parties

    assert _facts(taxpayer.facts) == {
        "NIT": "0614-888888-001-8",
        "NRC": "765432-1",
        "Actividad económica": "Construcción de edificios residenciales",
        "Dirección": "Colonia de Prueba, pasaje 4, Santa Ana",
        "Correo": "compras@example.org",
    }
    assert (third.heading, third.name) == ("Venta a cuenta de terceros", "Tercero de prueba")


def test_related_documents_are_named_with_their_date() -> None:
    (section,) = _sheet(sample("03-v2")).sections

    assert section.heading == "Documentos relacionados"
    assert section.facts == (
        Fact("Nota de remisión (electrónico) del 14/12/2026", "0A1B2C3D-4E5F-4A6B-8C7D-9E0F1A2B3C4D", is_code=True),
    )


def test_the_table_has_the_columns_its_lines_need() -> None:
    table = _table(_sheet(sample("03-v2")))

    assert [column.label for column in table.columns] == [
        "N.º",
        "Cantidad",
        "Unidad",
        "Código",
        "Descripción",
        "Precio unitario",
        "Descuento",
        "Ventas gravadas",
    ]
    assert [row.cells for row in table.rows] == [
        ("1", "10", "Unidad", "P01", "Cemento gris, bolsa de 42.5 kg", "12.50", "5.00", "120.00"),
        ("2", "3", "Metro cúbico", "P02", "Arena de río", "7.333333", "0.00", "22.00"),
    ]


def test_kinds_of_sale_have_a_column_when_a_line_uses_them() -> None:
    table = _table(_sheet(sample("03-v1")))

    assert [column.label for column in table.columns[-3:]] == ["Montos no afectos", "Ventas exentas", "Ventas gravadas"]
    assert "Descuento" not in {column.label for column in table.columns}
    assert [row.cells[-3:] for row in table.rows] == [
        ("0.00", "0.00", "775.00"),
        ("0.00", "30.00", "0.00"),
        ("−20.00", "0.00", "0.00"),
    ]


def test_carried_sums_are_the_sums_of_the_printed_amounts() -> None:
    document = sample("01-v2")
    third = document["cuerpoDocumento"][2]
    document["cuerpoDocumento"] = [{**third, "ventaGravada": Decimal("0.004"), "numItem": n} for n in (1, 2, 3)]
    document["resumen"]["totalGravada"] = Decimal("0.01")

    rows = _table(_sheet(document)).rows
    assert [row.cells[-1] for row in rows] == ["0.00", "0.00", "0.01"]
    assert [row.carried for row in rows] == [("0.00",), ("0.00",), ("0.01",)]


def test_the_strip_says_how_many_at_what_price_and_the_discount() -> None:
    lines = _sheet(sample("01-v2"), is_strip=True).strip

    assert [(line.description, line.count, line.amount, line.remarks) for line in lines] == [
        ("Café molido de altura, bolsa de 460 g", "P01 · 3 × 9.75", "29.25", ()),
        ("Galletas de avena", "P02 · 2 × 1.80", "3.50", ("Descuento: 0.10",)),
        ("Queso fresco", "P03 · 1.5 Kilogramo × 4.333333", "6.50", ()),
    ]


def test_the_summary_of_an_invoice_leaves_out_what_is_zero() -> None:
    summary = _summary(_sheet(sample("01-v2")))

    assert _amounts(summary) == [
        ("Total ventas gravadas", "39.25"),
        ("Subtotal", "39.25"),
        ("Monto total de la operación", "39.25"),
    ]
    assert summary.payable == Amount("Total a pagar", "39.25")
    assert summary.words == "TREINTA Y NUEVE 25/100 DÓLARES"


def test_discount_and_withholding_of_the_old_edition_are_subtracted() -> None:
    assert _amounts(_summary(_sheet(sample("01-v1")))) == [
        ("Total ventas gravadas", "226.00"),
        ("−Descuento global 10\N{NO-BREAK SPACE}%, gravadas", "22.60"),
        ("Subtotal", "203.40"),
        ("Monto total de la operación", "203.40"),
        ("−IVA retenido", "1.80"),
    ]


def test_a_tax_credit_voucher_shows_its_tax_and_what_the_buyer_withholds() -> None:
    summary = _summary(_sheet(sample("03-v2")))

    assert _amounts(summary) == [
        ("Total ventas gravadas", "142.00"),
        ("Subtotal", "142.00"),
        ("Impuesto al Valor Agregado 13%", "18.46"),
        ("Monto total de la operación", "160.46"),
        ("−IVA retenido", "1.42"),
    ]
    assert summary.payable.value == "159.04"


def test_mixed_sales_are_summed_and_other_amounts_follow_the_total() -> None:
    assert _amounts(_summary(_sheet(sample("03-v1")))) == [
        ("Total ventas exentas", "30.00"),
        ("Total ventas gravadas", "775.00"),
        ("Suma de ventas", "805.00"),
        ("−Descuento global 10\N{NO-BREAK SPACE}%, gravadas", "77.50"),
        ("Subtotal", "727.50"),
        ("Impuesto al Valor Agregado 13%", "90.68"),
        ("Monto total de la operación", "818.18"),
        ("IVA percibido", "6.98"),
        ("Otros montos no afectos", "−20.00"),
    ]


def test_a_sale_on_credit_says_its_term() -> None:
    assert _summary(_sheet(sample("01-v1"))).payment == (
        Fact("Condición de la operación", "A crédito"),
        Fact("Forma de pago", "Transferencia-Depósito Bancario, $201.60, ref. TR-1001"),
        Fact("Plazo", "30 días"),
    )


@pytest.mark.parametrize(
    ("unit", "count", "term"),
    [
        ("01", Decimal(1), "1 día"),
        ("02", 1, "1 mes"),
        ("03", 1, "1 año"),
        ("02", Decimal("1.5"), "1.5 meses"),
        ("03", 2, "2 años"),
    ],
)
def test_a_term_of_one_is_in_the_singular(unit: str, count: Decimal | int, term: str) -> None:
    document = sample("01-v2")
    document["resumen"]["pagos"][0].update(plazo=unit, periodo=count)
    assert _summary(_sheet(document)).payment[-1] == Fact("Plazo", term)


def test_a_mixed_payment_lists_every_part() -> None:
    assert _summary(_sheet(sample("03-v1"))).payment == (
        Fact("Condición de la operación", "Otro"),
        Fact("Forma de pago", "Billetes y monedas, $305.16"),
        Fact("Forma de pago", "Tarjeta Crédito, $500.00, ref. VOUCHER-77"),
    )


def test_observations_delivery_and_appendix_of_the_old_edition_are_shown() -> None:
    printed = _sheet(sample("01-v1"))

    assert printed.remarks == (Fact("Observaciones", "Entregar por la puerta de atrás."),)
    assert printed.appendix == (Fact("Vendedor", "Mostrador 2"),)
    assert _facts(printed.sections[0].facts) == {
        "Entrega": "Persona de entrega, 000000017",
        "Placa del vehículo": "P123456",
    }


def test_observations_of_the_new_edition_are_shown() -> None:
    (remark,) = _sheet(sample("03-v2")).remarks
    assert remark.value.startswith("Orden de compra OC-")


@pytest.mark.parametrize("name", ["01-v1", "01-v2"])
@pytest.mark.parametrize("is_strip", [True, False])
def test_the_tax_inside_an_invoice_is_never_shown(name: str, is_strip: bool) -> None:
    document = sample(name)
    document["resumen"]["totalIva"] = Decimal("777.77")
    for line in document["cuerpoDocumento"]:
        line["ivaItem"] = Decimal("888.88")

    printed = msgspec.json.encode(_sheet(document, is_strip=is_strip)).decode()
    assert "777.77" not in printed
    assert "888.88" not in printed


def test_a_plain_document_bears_no_mark() -> None:
    assert _sheet(sample("01-v2")).marks == ()


def test_every_mark_that_applies_is_borne() -> None:
    document = in_contingency(in_test_environment(sample("01-v2")))

    assert _sheet(document, undone="invalidated").marks == (
        Mark("invalidated", "INVALIDADO"),
        Mark("test", "PRUEBA – SIN VALIDEZ FISCAL"),
        Mark("contingency", "TRANSMISIÓN POR CONTINGENCIA"),
    )


def test_a_voucher_that_a_credit_note_took_back_is_not_called_invalidated() -> None:
    assert _sheet(sample("03-v2"), undone="adjusted").marks == (Mark("adjusted", "ANULADO POR NOTA DE CRÉDITO"),)


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("Persona que recoge", "000162975", "Persona que recoge, 00016297-5"),
        ("Cliente de Prueba, Socied", "06148888880018", None),
        ("Cliente de Prueba, Socied", None, None),
        (
            "Cliente de Prueba, Socied",
            "000162975",
            "Cliente de Prueba, Sociedad Anónima de Capital Variable, 00016297-5",
        ),
    ],
)
def test_who_takes_the_goods_is_named_unless_it_is_the_receiver_above(
    name: str, number: str | None, expected: str | None
) -> None:
    document = sample("03-v1")
    document["receptor"]["nombre"] = "Cliente de Prueba, Sociedad Anónima de Capital Variable"
    document["extension"] = {"nombRecibe": name, "docuRecibe": number}

    handover = {key: value for part in _sheet(document).sections for key, value in _facts(part.facts).items()}
    assert handover.get("Recibe") == expected


def test_the_consultation_address_carries_environment_code_and_date() -> None:
    assert _sheet(sample("01-v1")).url == (
        "https://admin.factura.gob.sv/consultaPublica"
        "?ambiente=00&codGen=A170B338-3926-4059-B28C-105D1FB17C23&fechaEmi=2026-08-14"
    )


def test_a_credit_note_names_the_voucher_it_adjusts() -> None:
    (section,) = _sheet(sample("05-v2")).sections

    assert section.facts == (
        Fact(
            "Comprobante de crédito fiscal (electrónico) del 15/12/2026",
            "C0FFEE00-1111-4222-8333-444455556666",
            is_code=True,
        ),
    )


def test_a_credit_note_may_adjust_a_voucher_on_paper() -> None:
    (section,) = _sheet(sample("05-v1")).sections

    assert _facts(section.facts)["2. Comprobante de crédito fiscal (físico) del 30/07/2026"] == "15AB000123"


def test_a_credit_note_of_the_new_edition_subtracts_what_was_withheld() -> None:
    summary = _summary(_sheet(sample("05-v2")))

    assert _amounts(summary) == [
        ("Total ventas gravadas", "24.00"),
        ("Impuesto al Valor Agregado 13%", "3.12"),
        ("Monto total de la operación", "27.12"),
        ("−IVA retenido", "0.24"),
    ]
    assert summary.payable == Amount("Total a pagar", "26.88")


def test_the_total_of_a_credit_note_of_the_old_edition_is_net_of_what_was_withheld() -> None:
    summary = _summary(_sheet(sample("05-v1")))

    assert _amounts(summary) == [
        ("Total ventas gravadas", "24.00"),
        ("Subtotal", "24.00"),
        ("Impuesto al Valor Agregado 13%", "3.12"),
        ("−IVA retenido", "0.24"),
    ]
    assert summary.payable == Amount("Monto total de la operación", "26.88")


def test_an_export_shows_its_terms_and_its_transport() -> None:
    attached, export = _sheet(sample("11-v2")).sections

    assert attached.heading == "Transporte"
    assert _facts(attached.facts) == {
        "Marítimo": (
            "Placa o identificación\N{NO-BREAK SPACE}C123456, conductor\N{NO-BREAK SPACE}Transportista de prueba, "
            "documento\N{NO-BREAK SPACE}000000017"
        )
    }
    assert _facts(export.facts) == {
        "Tipo de exportación": "Bienes",
        "Incoterm": "CIF- Costo seguro y flete",
        "Recinto fiscal": "02, Marítima de Acajutla",
        "Tipo de régimen": "EX-1, Exportación Definitiva",
        "Régimen": "1000.000, Exportación Definitiva, Régimen Común",
    }


def test_the_buyer_abroad_is_shown_with_the_country() -> None:
    (buyer,) = _sheet(sample("11-v2")).parties

    assert _facts(buyer.facts) == {
        "Nombre comercial": "Test Roasters",
        "Documento": "GB-000000-T",
        "Actividad económica": "Tostaduría y venta de café",
        "País": "Reino Unido",
        "Dirección": "1 Test Street, Testville",
        "Teléfono": "+440000000",
        "Correo": "buyer@example.net",
    }


def test_freight_and_insurance_are_part_of_the_export() -> None:
    summary = _summary(_sheet(sample("11-v2")))

    assert _amounts(summary) == [
        ("Total ventas gravadas", "1,200.00"),
        ("−Descuento global, gravadas", "50.00"),
        ("Impuesto al Valor Agregado (exportaciones) 0%", "0.00"),
        ("Flete", "120.00"),
        ("Seguro", "18.20"),
        ("Monto total de la operación", "1,288.20"),
    ]
    assert summary.payable.value == "1,288.20"


def test_an_export_of_services_of_the_old_edition() -> None:
    printed = _sheet(sample("11-v1"), stamp=None)

    assert _facts(printed.identity)["Tipo de contingencia"] == "Inundación del local"
    assert [section.heading for section in printed.sections] == ["Exportación"]
    assert _amounts(_summary(printed)) == [
        ("Total ventas gravadas", "480.00"),
        ("−Descuento global", "30.00"),
        ("Monto total de la operación", "450.00"),
        ("Otros montos no afectos", "35.50"),
    ]


@pytest.mark.parametrize("name", ["14-v1", "14-v2"])
def test_the_seller_of_a_purchase_is_an_excluded_subject(name: str) -> None:
    (seller,) = _sheet(sample(name)).parties

    assert (seller.heading, seller.name) == ("Sujeto excluido", "Proveedor de prueba")
    assert _facts(seller.facts)["DUI"] == "00000001-7"


def test_income_tax_withheld_from_an_excluded_subject_is_subtracted() -> None:
    summary = _summary(_sheet(sample("14-v2")))

    assert _amounts(summary) == [
        ("Total compras", "130.00"),
        ("−Descuento global", "10.00"),
        ("Subtotal", "120.00"),
        ("−Retención de renta", "12.00"),
    ]
    assert summary.payable == Amount("Total a pagar", "108.00")


def test_a_purchase_without_income_tax_shows_none() -> None:
    assert _amounts(_summary(_sheet(sample("14-v1")))) == [("Total compras", "15.00"), ("Subtotal", "15.00")]
