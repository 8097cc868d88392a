"""Factura de sujeto excluido (14), version 1."""

from ocote.emulator.shapes.notation import Check, amount, having, maybe, number, record, rows, text, when, whole
from ocote.emulator.shapes.v1 import blocks
from ocote.emulator.shapes.v1.tax_credit import credit_term_condition

_UNITS = (*range(1, 7), *range(8, 28), *range(29, 41), *range(42, 48), *range(49, 60), 99)


def _emitter() -> Check:
    return record(
        {
            "nit": text(pattern=blocks.NIT_PATTERN),
            "nrc": maybe(text(pattern=blocks.NRC_PATTERN)),
            "nombre": text(1, 250),
            "codActividad": text(pattern=blocks.ACTIVITY_PATTERN),
            "descActividad": text(1, 150),
            "direccion": blocks.address(),
            "telefono": text(8, 30),
            **blocks.establishment_codes(1, 10),
            "correo": blocks.mailbox(3),
        }
    )


def _seller() -> Check:
    return record(
        {
            "tipoDocumento": text(among=blocks.IDENTITY_DOCUMENTS),
            "numDocumento": text(1, 20),
            "nombre": text(1, 250),
            "codActividad": maybe(text(pattern=blocks.ACTIVITY_PATTERN)),
            "descActividad": maybe(text(1, 150)),
            "direccion": blocks.address(),
            "telefono": maybe(text(8, 30)),
            "correo": maybe(blocks.mailbox()),
        },
        conditions=[
            when(
                having({"tipoDocumento": text(among=("36",))}),
                having({"numDocumento": text(pattern=blocks.NIT_PATTERN)}),
            ),
            when(having({"tipoDocumento": text(among=("13",))}), having({"numDocumento": text(pattern="^[0-9]{9}$")})),
        ],
    )


def _line() -> Check:
    return record(
        {
            "numItem": whole(1, 2000),
            "tipoItem": whole(among=(1, 2, 3)),
            "cantidad": amount(8, positive=True),
            "codigo": maybe(text(1, 25)),
            "uniMedida": whole(among=_UNITS),
            "descripcion": text(0, 1000),
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
            "totalDescu": maybe(amount(2)),
            "subTotal": amount(2),
            "ivaRete1": amount(2),
            "reteRenta": amount(2),
            "totalPagar": amount(2),
            "totalLetras": text(0, 200),
            "condicionOperacion": number(among=(1, 2, 3)),
            "pagos": blocks.payments(("01", "02", "03")),
            "observaciones": maybe(text(0, 3000)),
        },
        conditions=[credit_term_condition()],
    )


def shape() -> Check:
    """The whole document."""
    return record(
        {
            "identificacion": blocks.identification("14", 1, reason_high=500),
            "emisor": _emitter(),
            "sujetoExcluido": _seller(),
            "cuerpoDocumento": rows(_line(), 1, 2000),
            "resumen": _summary(),
            "apendice": blocks.appendix(),
        }
    )
