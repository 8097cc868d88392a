"""The shapes of the invalidation event (version 2) and the contingency event (version 3)."""

from ocote.emulator.shapes.notation import (
    Check,
    amount,
    day,
    having,
    maybe,
    null,
    record,
    rows,
    text,
    when,
    whole,
)
from ocote.emulator.shapes.v1 import blocks

_DOCUMENT_TYPES = ("01", "03", "04", "05", "06", "07", "08", "09", "10", "11", "14", "15")

_CONTROL_NUMBER = "^DTE-0[0-9]|1[0-245]-[A-Z0-9]{8}-[0-9]{15}$"
"""The pattern of control numbers, which admits also types 14 and 15.

The official pattern ends at 12, but the official file lists 14 and 15 in ``tipoDte`` and the manual gives windows for
them (rules.md 5.2). It is not confirmed that MH's service admits them."""


def invalidation() -> Check:
    """The whole event; every reason but rescission (2) needs a replacement, and reason 3 needs a text."""
    return record(
        {
            "identificacion": record(
                {
                    "version": whole(among=(2,)),
                    "ambiente": text(among=("00", "01")),
                    "codigoGeneracion": text(36, 36, pattern=blocks.CODE_PATTERN),
                    "fecAnula": day(),
                    "horAnula": text(pattern=blocks.CLOCK_PATTERN),
                }
            ),
            "emisor": _invalidating_emitter(),
            "documento": _invalidated_document(),
            "motivo": _reason(),
        },
        conditions=[
            when(
                having({"motivo": having({"tipoAnulacion": whole(among=(2,))})}),
                having({"documento": having({"codigoGeneracionR": null()})}),
                having({"documento": having({"codigoGeneracionR": text()})}),
            )
        ],
    )


def contingency() -> Check:
    """The whole event, with up to 1,000 documents issued while MH could not be reached."""
    return record(
        {
            "identificacion": record(
                {
                    "version": whole(among=(3,)),
                    "ambiente": text(among=("00", "01")),
                    "codigoGeneracion": text(36, 36, pattern=blocks.CODE_PATTERN),
                    "fTransmision": day(),
                    "hTransmision": text(pattern=blocks.CLOCK_PATTERN),
                }
            ),
            "emisor": record(
                {
                    "nit": text(pattern=blocks.NIT_PATTERN),
                    "nombre": text(5, 250),
                    "nombreResponsable": text(5, 100),
                    "tipoDocResponsable": text(among=blocks.IDENTITY_DOCUMENTS),
                    "numeroDocResponsable": text(5, 25),
                    "tipoEstablecimiento": text(among=blocks.ESTABLISHMENTS),
                    "codEstableMH": maybe(text(4, 4)),
                    "codPuntoVenta": maybe(text(1, 15)),
                    "telefono": text(8, 30),
                    "correo": blocks.mailbox(3),
                },
                optional=("codEstableMH", "codPuntoVenta"),
            ),
            "detalleDTE": rows(
                record(
                    {
                        "noItem": whole(),
                        "codigoGeneracion": text(pattern=blocks.CODE_PATTERN),
                        "tipoDoc": text(pattern="^0[1-9]|1[0-5]$"),
                    }
                ),
                1,
                1000,
            ),
            "motivo": record(
                {
                    "fInicio": day(),
                    "fFin": day(),
                    "hInicio": text(pattern=blocks.CLOCK_PATTERN),
                    "hFin": text(pattern=blocks.CLOCK_PATTERN),
                    "tipoContingencia": whole(among=(1, 2, 3, 4, 5)),
                    "motivoContingencia": maybe(text(0, 500)),
                },
                conditions=[
                    when(having({"tipoContingencia": whole(among=(5,))}), having({"motivoContingencia": text(1)}))
                ],
            ),
        }
    )


def _invalidating_emitter() -> Check:
    return record(
        {
            "nit": text(pattern=blocks.NIT_PATTERN),
            "nombre": text(3, 250),
            "tipoEstablecimiento": text(among=blocks.ESTABLISHMENTS),
            "nomEstablecimiento": maybe(text(3, 150)),
            **blocks.establishment_codes(1, 10),
            "telefono": maybe(text(8, 26, pattern="^[0-9+;]{8,26}$")),
            "correo": blocks.mailbox(3),
        },
        optional=("codEstableMH", "codPuntoVentaMH"),
    )


def _invalidated_document() -> Check:
    return record(
        {
            "tipoDte": text(pattern="^0[0-9]|1[0-5]$", among=_DOCUMENT_TYPES),
            "codigoGeneracion": text(36, 36, pattern=blocks.CODE_PATTERN),
            "selloRecibido": text(40, 40, pattern="^[A-Z0-9]{40}$"),
            "numeroControl": text(31, 31, pattern=_CONTROL_NUMBER),
            "fecEmi": day(),
            "montoIva": maybe(amount(2)),
            "codigoGeneracionR": maybe(text(36, 36, pattern=blocks.CODE_PATTERN)),
            "tipoDocumento": text(among=blocks.IDENTITY_DOCUMENTS),
            "numDocumento": text(3, 20),
            "nombre": text(5, 200),
            "telefono": maybe(text(8, 50, pattern="^[0-9+;]{8,50}$")),
            "correo": blocks.mailbox(),
        },
        optional=("telefono", "correo"),
    )


def _reason() -> Check:
    return record(
        {
            "tipoAnulacion": whole(among=(1, 2, 3)),
            "motivoAnulacion": maybe(text(5, 250)),
            "nombreResponsable": text(5, 100),
            "tipDocResponsable": text(among=blocks.IDENTITY_DOCUMENTS),
            "numDocResponsable": text(3, 20),
            "nombreSolicita": text(5, 100),
            "tipDocSolicita": text(among=blocks.IDENTITY_DOCUMENTS),
            "numDocSolicita": text(3, 20),
        },
        conditions=[when(having({"tipoAnulacion": whole(among=(3,))}), having({"motivoAnulacion": text()}))],
    )
