"""Factura de sujeto excluido (14), version 2."""

from ocote.emulator.shapes.notation import Check, amount, maybe, number, record, rows, text, whole
from ocote.emulator.shapes.v2 import blocks


def _emitter() -> Check:
    return record(
        {
            "nit": text(),
            "nrc": maybe(text(2, 8)),
            "nombre": text(1, 250),
            "codActividad": text(5, 6),
            "descActividad": text(5, 150),
            "direccion": blocks.address(),
            "telefono": text(8, 30),
            **blocks.establishment_codes(),
            "correo": text(6, 100),
        }
    )


def _seller() -> Check:
    return record(
        {
            "tipoDocumento": text(),
            "numDocumento": text(1, 20),
            "nombre": text(1, 250),
            "codActividad": maybe(text()),
            "descActividad": maybe(text(5, 150)),
            "direccion": blocks.address(),
            "telefono": maybe(text(8, 30)),
            "correo": maybe(text(6, 100)),
        }
    )


def _line() -> Check:
    return record(
        {
            "numItem": whole(1, 2000),
            "tipoItem": whole(),
            "cantidad": amount(8, positive=True),
            "codigo": maybe(text(1, 25)),
            "uniMedida": whole(1),
            "descripcion": text(1, 1500),
            "precioUni": amount(8),
            "montoDescu": amount(8),
            "compra": amount(8),
        }
    )


def _summary() -> Check:
    return record(
        {
            "totalCompra": amount(2),
            "descu": amount(2),
            "totalDescu": amount(2),
            "subTotal": amount(2),
            "reteRenta": amount(2),
            "totalPagar": amount(2),
            "totalLetras": maybe(text(1, 200)),
            "condicionOperacion": number(),
            "pagos": blocks.payments(counted=False),
            "observaciones": maybe(text(1, 3000)),
        }
    )


def shape() -> Check:
    """The whole document."""
    return record(
        {
            "identificacion": blocks.identification("14", 2),
            "emisor": _emitter(),
            "receptor": _seller(),
            "cuerpoDocumento": rows(_line(), 1, 2000),
            "resumen": _summary(),
            "apendice": blocks.appendix(),
        }
    )
