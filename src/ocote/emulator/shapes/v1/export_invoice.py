"""Factura de exportación (11), version 1."""

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
from ocote.emulator.shapes.v1.countries import COUNTRIES


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
            "tipoItemExpor": whole(among=(1, 2, 3)),
            "recintoFiscal": maybe(text(2, 2)),
            "regimen": maybe(text()),
        },
        conditions=[
            when(having({"tipoItemExpor": whole(among=(2,))}), having({"recintoFiscal": null(), "regimen": null()}))
        ],
    )


def _receiver() -> Check:
    return record(
        {
            "nombre": text(1, 250),
            "tipoDocumento": text(among=blocks.IDENTITY_DOCUMENTS),
            "numDocumento": text(3, 20),
            "nombreComercial": maybe(text(1, 150)),
            "codPais": text(among=COUNTRIES),
            "nombrePais": text(3, 50),
            "complemento": text(5, 300),
            "tipoPersona": whole(among=(1, 2)),
            "descActividad": text(5, 150),
            "telefono": maybe(text(8, 50)),
            "correo": maybe(blocks.mailbox(3)),
        },
        conditions=[
            when(
                having({"tipoDocumento": text(among=("36",))}),
                having({"numDocumento": text(pattern=blocks.NIT_PATTERN)}),
            ),
            when(
                having({"tipoDocumento": text(among=("13",))}),
                having({"numDocumento": text(pattern="^[0-9]{8}-[0-9]{1}$")}),
            ),
        ],
    )


def _other_documents() -> Check:
    """Section ``otrosDocumentos``; code 4 is the transport, whose conditions misspell a key (the driver's number)."""
    document = record(
        {
            "codDocAsociado": whole(among=(1, 2, 3, 4)),
            "descDocumento": maybe(text(0, 100)),
            "detalleDocumento": maybe(text(0, 300)),
            "placaTrans": maybe(text(5, 70)),
            "modoTransp": maybe(whole(1, 4)),
            "numConductor": maybe(text(5, 100)),
            "nombreConductor": maybe(text(5, 200)),
        },
        conditions=[
            when(
                having({"codDocAsociado": whole(among=(4,))}),
                having({"modoTransp": whole(), "nombreConductor": text(), "placaTrans": text()}),
                having({"modoTransp": null(), "nombreConductor": null(), "placaTrans": null()}),
            ),
            when(
                having({"codDocAsociado": whole(among=(1, 2))}),
                having({"descDocumento": text(), "detalleDocumento": text()}),
            ),
        ],
    )
    return maybe(rows(document, 1, 20))


def _line() -> Check:
    return record(
        {
            "numItem": whole(1, 2000),
            "cantidad": amount(8, positive=True),
            "codigo": maybe(text(1, 200)),
            "uniMedida": whole(1, 99),
            "descripcion": text(0, 1000),
            "precioUni": number(8, under=10**11),
            "montoDescu": amount(8),
            "ventaGravada": amount(8),
            "tributos": blocks.line_tributes(),
            "noGravado": amount(8, signed=True),
        },
        conditions=[
            when(having({"noGravado": number(low=0, high=0)}), having({"tributos": each(text(among=("C3",)))}))
        ],
    )


def _summary() -> Check:
    return record(
        {
            "totalGravada": amount(2),
            "descuento": amount(2),
            "porcentajeDescuento": number(2, low=0, high=100),
            "totalDescu": amount(2),
            "seguro": maybe(amount(2)),
            "flete": maybe(amount(2)),
            "montoTotalOperacion": amount(2, positive=True),
            "totalNoGravado": amount(2, signed=True),
            "totalPagar": amount(2),
            "totalLetras": text(0, 200),
            "condicionOperacion": number(among=(1, 2, 3)),
            "pagos": blocks.payments(),
            "codIncoterms": maybe(text()),
            "descIncoterms": maybe(text(3, 150)),
            "numPagoElectronico": maybe(text(0, 100)),
            "observaciones": maybe(text(0, 500)),
        }
    )


def shape() -> Check:
    """The whole document; from USD 10,000.00 on the buyer's e-mail is compulsory."""
    return record(
        {
            "identificacion": blocks.identification("11", 1, reason_key="motivoContigencia", reason_high=500),
            "emisor": _emitter(),
            "receptor": maybe(_receiver()),
            "otrosDocumentos": _other_documents(),
            "ventaTercero": blocks.third_party(1, 250),
            "cuerpoDocumento": rows(_line(), 1, 2000),
            "resumen": _summary(),
            "apendice": blocks.appendix(),
        },
        conditions=[
            when(
                having({"resumen": having({"montoTotalOperacion": number(low=10000)})}),
                having({"receptor": both(some_object(), having({"correo": text()}))}),
            )
        ],
    )
