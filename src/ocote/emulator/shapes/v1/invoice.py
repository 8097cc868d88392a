"""Factura (01), version 1."""

from ocote.emulator.shapes.notation import (
    Check,
    amount,
    both,
    each,
    having,
    maybe,
    null,
    number,
    record,
    rows,
    some_object,
    text,
    when,
    whole,
)
from ocote.emulator.shapes.v1 import blocks
from ocote.emulator.shapes.v1.tribute_codes import INVOICE_LINE, INVOICE_SUMMARY, OF_THEIR_OWN_LINE


def _emitter() -> Check:
    return record(
        {
            "nit": text(0, 14, pattern=blocks.NIT_PATTERN),
            "nrc": text(2, 8, pattern=blocks.NRC_PATTERN),
            "nombre": text(1, 250),
            "codActividad": text(5, 6, pattern=blocks.ACTIVITY_PATTERN),
            "descActividad": text(5, 150),
            "nombreComercial": maybe(text(5, 150)),
            "tipoEstablecimiento": text(among=blocks.ESTABLISHMENTS),
            "direccion": blocks.address(),
            "telefono": text(8, 30),
            "correo": blocks.mailbox(3),
            **blocks.establishment_codes(4, 4),
        }
    )


def _receiver() -> Check:
    return record(
        {
            "tipoDocumento": maybe(text(among=blocks.IDENTITY_DOCUMENTS)),
            "numDocumento": maybe(text(3, 20)),
            "nrc": maybe(text(2, 8, pattern=blocks.NRC_PATTERN)),
            "nombre": maybe(text(1, 250)),
            "codActividad": maybe(text(5, 6, pattern=blocks.ACTIVITY_PATTERN)),
            "descActividad": maybe(text(5, 150)),
            "direccion": maybe(blocks.address(5)),
            "telefono": maybe(text(8, 30)),
            "correo": maybe(blocks.mailbox()),
        },
        conditions=[
            when(
                having({"tipoDocumento": text(among=("36",))}),
                having({"numDocumento": text(pattern=blocks.NIT_PATTERN)}),
                having({"nrc": null()}),
            ),
            when(
                having({"tipoDocumento": text(among=("13",))}),
                having({"numDocumento": text(pattern="^[0-9]{8}-[0-9]{1}$")}),
            ),
        ],
    )


def _line() -> Check:
    return record(
        {
            "numItem": whole(1, 2000),
            "tipoItem": whole(among=(1, 2, 3, 4)),
            "numeroDocumento": maybe(text(1, 36)),
            "cantidad": amount(8, positive=True),
            "codigo": maybe(text(1, 25)),
            "codTributo": maybe(text(2, 2, among=OF_THEIR_OWN_LINE)),
            "uniMedida": whole(1, 99),
            "descripcion": text(0, 1000),
            "precioUni": number(8, under=10**11),
            "montoDescu": amount(8),
            "ventaNoSuj": amount(8),
            "ventaExenta": amount(8),
            "ventaGravada": amount(8),
            "tributos": blocks.line_tributes(),
            "psv": amount(8),
            "noGravado": amount(8, signed=True),
            "ivaItem": amount(8),
        },
        conditions=[
            when(having({"ventaGravada": number(high=0)}), having({"tributos": null(), "ivaItem": number(high=0)})),
            when(
                having({"tipoItem": whole(among=(4,))}),
                having({"uniMedida": whole(among=(99,)), "codTributo": text(), "tributos": null()}),
                having({"codTributo": null(), "tributos": each(text(among=INVOICE_LINE))}),
            ),
        ],
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
            "tributos": blocks.tributes_among(INVOICE_SUMMARY),
            "subTotal": amount(2),
            "ivaRete1": amount(2),
            "reteRenta": amount(2),
            "montoTotalOperacion": amount(2),
            "totalNoGravado": amount(2, signed=True),
            "totalPagar": amount(2),
            "totalLetras": text(0, 200),
            "totalIva": amount(2),
            "saldoFavor": number(2, high=0),
            "condicionOperacion": number(among=(1, 2, 3)),
            "pagos": blocks.payments(),
            "numPagoElectronico": maybe(text(0, 100)),
        },
        conditions=[when(having({"totalGravada": number(high=0)}), having({"ivaRete1": number(high=0)}))],
    )


def shape() -> Check:
    """The whole document; from USD 1,095.00 on the receiver must be identified (rules.md 9)."""
    identified = both(some_object(), having({"tipoDocumento": text(), "numDocumento": text(), "nombre": text()}))
    return record(
        {
            "identificacion": blocks.identification("01", 1, reason_low=5),
            "documentoRelacionado": maybe(blocks.related_documents(("04", "09"), 10, short_physical=True)),
            "emisor": _emitter(),
            "receptor": maybe(_receiver()),
            "otrosDocumentos": blocks.other_documents(),
            "ventaTercero": blocks.third_party(1, 250),
            "cuerpoDocumento": rows(_line(), 1, 2000),
            "resumen": _summary(),
            "extension": blocks.extension(5, plate=maybe(text(0, 10))),
            "apendice": blocks.appendix(),
        },
        conditions=[
            when(
                having({"resumen": having({"montoTotalOperacion": number(low=1095)})}),
                having({"receptor": identified}),
            )
        ],
    )
