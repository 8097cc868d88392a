"""Nota de crédito (05), version 4."""

from ocote.emulator.shapes.notation import Check, amount, maybe, number, record, rows, text, whole
from ocote.emulator.shapes.v2 import blocks

MERGED_COMPANY = rf"{blocks.ONE_LINE}(?!([0-9])\1+$)(?!0{{7}})([0-9]{{14}}|[0-9]{{9}})$"


def _emitter() -> Check:
    return record(
        {
            **blocks.contributor(text(), maybe(text(2, 8))),
            "direccion": blocks.address(),
            "telefono": text(8, 30),
            "correo": text(1, 100),
        }
    )


def _receiver() -> Check:
    members = blocks.contributor(text(), maybe(text(2, 8)))
    del members["nit"]
    return record(
        {
            "tipoDocumento": text(),
            "numDocumento": text(1, 20),
            **members,
            "direccion": blocks.address(),
            "telefono": maybe(text(8, 30)),
            "correo": maybe(text(1, 100)),
        }
    )


def _line() -> Check:
    return record(
        {
            "numItem": whole(1, 2000),
            "tipoItem": whole(),
            "numeroDocumento": text(1, 36),
            "cantidad": amount(8, positive=True),
            "codigo": maybe(text(1, 25)),
            "codTributo": maybe(text(2, 2)),
            "uniMedida": whole(1, 99),
            "descripcion": text(1, 1500),
            "precioUni": amount(8),
            "montoDescu": amount(8),
            "ventaNoSuj": amount(8),
            "ventaExenta": amount(8),
            "ventaGravada": amount(8),
            "tributos": blocks.line_tributes(),
            "noGravado": amount(8, signed=True),
            "ivaPerci": amount(8),
            "totalIva": amount(8),
            "ivaRete": amount(8),
        }
    )


def _summary() -> Check:
    return record(
        {
            "totalNoSuj": amount(2),
            "totalExenta": amount(2),
            "totalGravada": amount(2),
            "subTotalVentas": amount(2),
            "totalDescu": amount(2),
            "tributos": blocks.tributes(),
            "montoTotalOperacion": amount(2),
            "ivaPerci": amount(2),
            "totalIva": amount(2),
            "ivaRete": amount(2),
            "totalNoGravado": amount(2, signed=True),
            "totalPagar": amount(2),
            "totalLetras": maybe(text(8, 200)),
            "condicionOperacion": number(),
            "observaciones": maybe(text()),
            "codigoRetencionMH": maybe(text()),
        }
    )


def shape() -> Check:
    """The whole document."""
    return record(
        {
            "identificacion": blocks.identification("05", 4, fusion=maybe(text(pattern=MERGED_COMPANY))),
            "documentoRelacionado": blocks.related_documents(),
            "emisor": _emitter(),
            "receptor": _receiver(),
            "ventaTercero": blocks.third_party(),
            "cuerpoDocumento": rows(_line(), 1, 2000),
            "resumen": _summary(),
            "apendice": blocks.appendix(2, 3, 1),
        }
    )
