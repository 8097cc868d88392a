"""Facturas de sujeto excluido (14): example 7.1 in both editions."""

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


def v2(emission: Emission) -> Document:
    """Example 7.1: 130.00 less 10.00, 12.00 of income tax withheld: 108.00."""
    emitter = emitter_v2(emission)
    del emitter["nombreComercial"]
    return {
        "identificacion": identification(emission, "14", 2),
        "emisor": emitter,
        "receptor": _seller(taxpayer_v2()["direccion"]),
        "cuerpoDocumento": [line(1, "3", "45.50", "6.50", "130.00")],
        "resumen": _summary(),
        "apendice": None,
    }


def v1(emission: Emission) -> Document:
    """Example 7.1 in the older edition."""
    emitter = emitter_v1(emission)
    del emitter["nombreComercial"], emitter["tipoEstablecimiento"]
    return {
        "identificacion": identification(emission, "14", 1),
        "emisor": emitter,
        "sujetoExcluido": _seller(taxpayer_v1()["direccion"]),
        "cuerpoDocumento": [line(1, "3", "45.50", "6.50", "130.00")],
        "resumen": _summary() | {"ivaRete1": 0},
        "apendice": None,
    }


def line(position: int, quantity: str, price: str, discount: str, bought: str, *, kind: int = 2) -> Document:
    return {
        "numItem": position,
        "tipoItem": kind,
        "cantidad": D(quantity),
        "codigo": None,
        "uniMedida": 59,
        "descripcion": "Servicio de prueba",
        "precioUni": D(price),
        "montoDescu": D(discount),
        "compra": D(bought),
    }


def _seller(address: Document) -> Document:
    return {
        "tipoDocumento": "13",
        "numDocumento": "000000017",
        "nombre": "Persona Que Vende",
        "codActividad": None,
        "descActividad": None,
        "direccion": address,
        "telefono": None,
        "correo": None,
    }


def _summary() -> Document:
    return {
        "totalCompra": D("130.00"),
        "descu": D("10.00"),
        "totalDescu": D("16.50"),
        "subTotal": D("120.00"),
        "reteRenta": D("12.00"),
        "totalPagar": D("108.00"),
        "totalLetras": "CIENTO OCHO 00/100 DÓLARES",
        "condicionOperacion": 1,
        "pagos": paid_in_cash("108.00"),
        "observaciones": None,
    }
