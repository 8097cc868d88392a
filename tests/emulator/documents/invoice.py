"""Facturas (01): example 3.1 in both editions, and 3.2 and 3.3 from it."""

from decimal import Decimal

from tests.emulator.documents.parts import (
    Document,
    Emission,
    emitter_v1,
    emitter_v2,
    identification,
    paid_in_cash,
)

D = Decimal


def v2(emission: Emission) -> Document:
    """Example 3.1: 29.25 + 3.50 + 6.4999995, VAT inside."""
    return {
        "identificacion": identification(emission, "01", 2),
        "documentoRelacionado": None,
        "emisor": emitter_v2(emission),
        "receptor": None,
        "otrosDocumentos": None,
        "ventaTercero": None,
        "cuerpoDocumento": _three_lines(),
        "resumen": _three_line_summary() | {"ivaRete": 0, "observaciones": None},
        "apendice": None,
    }


def v1(emission: Emission) -> Document:
    """Example 3.1 in the older edition."""
    return {
        "identificacion": identification(emission, "01", 1),
        "documentoRelacionado": None,
        "emisor": emitter_v1(emission),
        "receptor": None,
        "otrosDocumentos": None,
        "ventaTercero": None,
        "cuerpoDocumento": _three_lines(),
        "resumen": _three_line_summary() | {"ivaRete1": 0, "reteRenta": 0},
        "extension": None,
        "apendice": None,
    }


def discounted_and_withheld(document: Document) -> Document:
    """Example 3.2: 226.00 with 10 % off the whole and 1 % withheld on a net of 180.00."""
    withheld = "ivaRete" if "ivaRete" in document["resumen"] else "ivaRete1"
    document["cuerpoDocumento"] = [line(1, "2", "113", "0", "226", "26")]
    document["resumen"] |= {
        "totalGravada": D("226.00"),
        "subTotalVentas": D("226.00"),
        "descuGravada": D("22.60"),
        "porcentajeDescuento": 10,
        "totalDescu": D("22.60"),
        "subTotal": D("203.40"),
        withheld: D("1.80"),
        "montoTotalOperacion": D("203.40"),
        "totalPagar": D("201.60"),
        "totalLetras": "DOSCIENTOS UNO 60/100 DÓLARES",
        "totalIva": D("23.40"),
        "pagos": paid_in_cash("201.60"),
    }
    return document


def fuel(document: Document) -> Document:
    """Example 3.3: 50 gallons for 177.00, FOVIAL 10.00 and COTRANS 5.00 on top."""
    gallons = line(1, "50", "3.54", "0", "177", "20.36283186") | {"uniMedida": 22, "tributos": ["D1", "C8"]}
    document["cuerpoDocumento"] = [gallons]
    document["resumen"] |= {
        "totalGravada": D("177.00"),
        "subTotalVentas": D("177.00"),
        "totalDescu": 0,
        "tributos": [
            {"codigo": "D1", "descripcion": "FOVIAL ($0.20 Ctvs. por galón)", "valor": D("10.00")},
            {"codigo": "C8", "descripcion": "COTRANS ($0.10 Ctvs. por galón)", "valor": D("5.00")},
        ],
        "subTotal": D("177.00"),
        "montoTotalOperacion": D("192.00"),
        "totalPagar": D("192.00"),
        "totalLetras": "CIENTO NOVENTA Y DOS 00/100 DÓLARES",
        "totalIva": D("20.36"),
        "pagos": paid_in_cash("192.00"),
    }
    return document


def single(document: Document, gross: str, vat: str) -> Document:
    """One unit at a gross price, paid in cash."""
    document["cuerpoDocumento"] = [line(1, "1", gross, "0", gross, vat)]
    document["resumen"] |= {
        "totalGravada": D(gross),
        "subTotalVentas": D(gross),
        "totalDescu": 0,
        "subTotal": D(gross),
        "montoTotalOperacion": D(gross),
        "totalPagar": D(gross),
        "totalLetras": "MONTO DE PRUEBA 00/100 DÓLARES",
        "totalIva": D(vat).quantize(D("0.01")),
        "pagos": paid_in_cash(gross),
    }
    return document


def line(position: int, quantity: str, price: str, discount: str, taxed: str, vat: str) -> Document:
    return {
        "numItem": position,
        "tipoItem": 1,
        "numeroDocumento": None,
        "codigo": f"P{position:02d}",
        "codTributo": None,
        "cantidad": D(quantity),
        "uniMedida": 59,
        "descripcion": f"Producto {position}",
        "precioUni": D(price),
        "montoDescu": D(discount),
        "ventaNoSuj": 0,
        "ventaExenta": 0,
        "ventaGravada": D(taxed),
        "tributos": None,
        "psv": 0,
        "noGravado": 0,
        "ivaItem": D(vat),
    }


def _three_lines() -> list[Document]:
    return [
        line(1, "3", "9.75", "0", "29.25", "3.36504425"),
        line(2, "2", "1.80", "0.10", "3.50", "0.40265487"),
        line(3, "1.5", "4.333333", "0", "6.4999995", "0.74778755"),
    ]


def _three_line_summary() -> Document:
    return {
        "totalNoSuj": 0,
        "totalExenta": 0,
        "totalGravada": D("39.25"),
        "subTotalVentas": D("39.25"),
        "descuNoSuj": 0,
        "descuExenta": 0,
        "descuGravada": 0,
        "porcentajeDescuento": 0,
        "totalDescu": D("0.1"),
        "tributos": None,
        "subTotal": D("39.25"),
        "montoTotalOperacion": D("39.25"),
        "totalNoGravado": 0,
        "totalPagar": D("39.25"),
        "totalLetras": "TREINTA Y NUEVE 25/100 DÓLARES",
        "totalIva": D("4.52"),
        "saldoFavor": 0,
        "condicionOperacion": 1,
        "pagos": paid_in_cash("39.25"),
        "numPagoElectronico": None,
    }
