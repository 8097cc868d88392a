"""Nota de crédito (05), version 3."""

from ocote.emulator.shapes.notation import Check, amount, having, maybe, number, record, rows, text, when, whole
from ocote.emulator.shapes.v1 import blocks
from ocote.emulator.shapes.v1.tax_credit import emitter, receiver, taxed_line_conditions
from ocote.emulator.shapes.v1.tribute_codes import CREDIT_NOTE_LINE, OF_THEIR_OWN_LINE


def _line() -> Check:
    return record(
        {
            "numItem": whole(1, 2000),
            "tipoItem": whole(among=(1, 2, 3, 4)),
            "numeroDocumento": text(1, 36),
            "cantidad": amount(8, positive=True),
            "codigo": maybe(text(1, 25)),
            "codTributo": maybe(text(2, 2, among=OF_THEIR_OWN_LINE)),
            "uniMedida": whole(1, 99),
            "descripcion": maybe(text(0, 1000)),
            "precioUni": number(8, under=10**11),
            "montoDescu": amount(8),
            "ventaNoSuj": amount(8),
            "ventaExenta": amount(8),
            "ventaGravada": amount(8),
            "tributos": blocks.line_tributes(),
        },
        conditions=taxed_line_conditions(CREDIT_NOTE_LINE),
    )


def _summary() -> Check:
    """Section ``resumen``; ``subTotalVentas`` has no lower bound, because the official file misspells it."""
    return record(
        {
            "totalNoSuj": amount(2),
            "totalExenta": amount(2),
            "totalGravada": amount(2),
            "subTotalVentas": number(2, under=10**11),
            "descuNoSuj": amount(2),
            "descuExenta": amount(2),
            "descuGravada": amount(2),
            "totalDescu": amount(2),
            "tributos": blocks.tributes(),
            "subTotal": amount(2),
            "ivaPerci1": amount(2),
            "ivaRete1": amount(2),
            "reteRenta": amount(2),
            "montoTotalOperacion": amount(2, positive=True),
            "totalLetras": text(0, 200),
            "condicionOperacion": number(among=(1, 2, 3)),
        },
        conditions=[
            when(
                having({"totalGravada": number(high=0)}),
                having({"ivaPerci1": number(high=0), "ivaRete1": number(high=0)}),
            )
        ],
    )


def shape() -> Check:
    """The whole document."""
    return record(
        {
            "identificacion": blocks.identification("05", 3),
            "documentoRelacionado": blocks.related_documents(("03", "07"), 50),
            "emisor": record(emitter()),
            "receptor": receiver(),
            "ventaTercero": blocks.third_party(3, 200),
            "cuerpoDocumento": rows(_line(), 1, 2000),
            "resumen": _summary(),
            "extension": blocks.extension(1, plate=None),
            "apendice": blocks.appendix(2, 3, 1),
        }
    )
