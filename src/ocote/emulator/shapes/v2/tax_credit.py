"""Comprobante de crédito fiscal (03), version 4."""

from ocote.emulator.shapes.notation import Check, amount, maybe, number, record, rows, text, whole
from ocote.emulator.shapes.v2 import blocks


def _emitter() -> Check:
    return record(
        {
            **blocks.contributor(text(), text(2, 8)),
            "direccion": blocks.address(),
            "telefono": text(8, 30),
            "correo": text(6, 100),
            **blocks.establishment_codes(),
        }
    )


def _receiver() -> Check:
    return record(
        {
            **blocks.contributor(text(), maybe(text(2, 8))),
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
            "numeroDocumento": maybe(text(1, 36)),
            "codigo": maybe(text(1, 25)),
            "codTributo": maybe(text(2, 2)),
            "descripcion": text(1, 1500),
            "cantidad": amount(8, positive=True),
            "uniMedida": whole(1, 99),
            "precioUni": amount(8),
            "montoDescu": amount(8),
            "ventaNoSuj": amount(8),
            "ventaExenta": amount(8),
            "ventaGravada": amount(8),
            "tributos": blocks.line_tributes(),
            "psv": amount(8),
            "noGravado": amount(8, signed=True),
        }
    )


def _summary() -> Check:
    return record(
        {
            "totalNoSuj": amount(2),
            "totalExenta": amount(2),
            "totalGravada": amount(2),
            "subTotalVentas": amount(2),
            "descuNoSuj": amount(2),
            "descuExenta": amount(2),
            "descuGravada": amount(2),
            "porcentajeDescuento": number(2, low=0, high=100),
            "totalDescu": amount(2),
            "tributos": blocks.tributes(),
            "subTotal": amount(2),
            "ivaPerci": amount(2),
            "ivaRete": amount(2),
            "montoTotalOperacion": amount(2),
            "totalNoGravado": amount(2, signed=True),
            "totalPagar": amount(2),
            "totalLetras": maybe(text(8, 200)),
            "saldoFavor": blocks.balance(),
            "condicionOperacion": number(),
            "pagos": blocks.payments(),
            "numPagoElectronico": maybe(text(0, 100)),
            "observaciones": maybe(text(1)),
        }
    )


def shape() -> Check:
    """The whole document."""
    return record(
        {
            "identificacion": blocks.identification("03", 4, control_end=""),
            "documentoRelacionado": maybe(blocks.related_documents()),
            "emisor": _emitter(),
            "receptor": _receiver(),
            "otrosDocumentos": blocks.other_documents(
                {"descDocumento": maybe(text(3, 100)), "detalleDocumento": maybe(text(3, 300))},
                {
                    "nombre": maybe(text(1, 100)),
                    "nit": maybe(text()),
                    "docIdentificacion": maybe(text(1, 25)),
                    "tipoServicio": number(low=1, high=6),
                },
            ),
            "ventaTercero": blocks.third_party(),
            "cuerpoDocumento": rows(_line(), 1, 2000),
            "resumen": _summary(),
            "apendice": blocks.appendix(),
        }
    )
