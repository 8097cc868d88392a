"""Comprobantes de crédito fiscal (03): example 4.1 in both editions."""

from decimal import Decimal

from tests.emulator.documents.parts import (
    Document,
    Emission,
    emitter_v1,
    emitter_v2,
    identification,
    paid_in_cash,
    taxpayer_v1,
    taxpayer_v2,
)

D = Decimal


def v4(emission: Emission) -> Document:
    """Example 4.1: net 142.00, VAT 18.46, 1.42 withheld, 159.04 to pay."""
    return {
        "identificacion": identification(emission, "03", 4),
        "documentoRelacionado": None,
        "emisor": emitter_v2(emission),
        "receptor": taxpayer_v2(),
        "otrosDocumentos": None,
        "ventaTercero": None,
        "cuerpoDocumento": _two_lines(),
        "resumen": _two_line_summary() | {"ivaPerci": 0, "ivaRete": D("1.42"), "observaciones": None},
        "apendice": None,
    }


def v3(emission: Emission) -> Document:
    """Example 4.1 in the older edition."""
    return {
        "identificacion": identification(emission, "03", 3),
        "documentoRelacionado": None,
        "emisor": emitter_v1(emission),
        "receptor": taxpayer_v1(),
        "otrosDocumentos": None,
        "ventaTercero": None,
        "cuerpoDocumento": _two_lines(),
        "resumen": _two_line_summary() | {"ivaPerci1": 0, "ivaRete1": D("1.42"), "reteRenta": 0},
        "extension": None,
        "apendice": None,
    }


def line(position: int, quantity: str, price: str, discount: str, taxed: str) -> Document:
    return {
        "numItem": position,
        "tipoItem": 1,
        "numeroDocumento": None,
        "codigo": f"P{position:02d}",
        "codTributo": None,
        "descripcion": f"Producto {position}",
        "cantidad": D(quantity),
        "uniMedida": 59,
        "precioUni": D(price),
        "montoDescu": D(discount),
        "ventaNoSuj": 0,
        "ventaExenta": 0,
        "ventaGravada": D(taxed),
        "tributos": ["20"],
        "psv": 0,
        "noGravado": 0,
    }


def vat(amount: str) -> Document:
    return {"codigo": "20", "descripcion": "Impuesto al Valor Agregado 13%", "valor": D(amount)}


def _two_lines() -> list[Document]:
    return [line(1, "10", "12.50", "5.00", "120"), line(2, "3", "7.333333", "0", "21.999999")]


def _two_line_summary() -> Document:
    return {
        "totalNoSuj": 0,
        "totalExenta": 0,
        "totalGravada": 142,
        "subTotalVentas": 142,
        "descuNoSuj": 0,
        "descuExenta": 0,
        "descuGravada": 0,
        "porcentajeDescuento": 0,
        "totalDescu": 5,
        "tributos": [vat("18.46")],
        "subTotal": 142,
        "montoTotalOperacion": D("160.46"),
        "totalNoGravado": 0,
        "totalPagar": D("159.04"),
        "totalLetras": "CIENTO CINCUENTA Y NUEVE 04/100 DÓLARES",
        "saldoFavor": 0,
        "condicionOperacion": 1,
        "pagos": paid_in_cash("159.04"),
        "numPagoElectronico": None,
    }
