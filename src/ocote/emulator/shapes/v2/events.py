"""The shapes of the invalidation event (version 3) and the contingency event (version 4)."""

from ocote.emulator.shapes.notation import Check, day, maybe, record, rows, text, whole
from ocote.emulator.shapes.v2 import blocks


def invalidation() -> Check:
    """The whole event; the service checks reasons and replacements."""
    return record(
        {
            "identificacion": record(
                {
                    "version": whole(among=(3,)),
                    "ambiente": text(among=("00", "01")),
                    "codigoGeneracion": text(36, 36, pattern=f"^{blocks.CODE_PATTERN}"),
                    "fecEmi": day(),
                    "horEmi": text(pattern=f"^{blocks.CLOCK_PATTERN}"),
                    "fusion": maybe(text(pattern=r"^([0-9]{14}|[0-9]{9})$")),
                }
            ),
            "emisor": record(
                {
                    "nit": text(),
                    "nombre": text(1, 250),
                    "codEstableMH": text(4, 4),
                    "codEstable": maybe(text(1, 10)),
                    "codPuntoVentaMH": text(4, 4),
                    "codPuntoVenta": maybe(text(1, 15)),
                    "telefono": text(8, 30),
                    "correo": text(1, 100),
                }
            ),
            "documento": record(
                {
                    "tipoDte": text(),
                    "codigoGeneracion": text(36, 36),
                    "selloRecibido": text(40, 40),
                    "numeroControl": maybe(text(31, 31)),
                    "fecEmi": day(),
                    "codigoGeneracionR": maybe(text(36, 36)),
                    "tipoDocumento": maybe(text()),
                    "numDocumento": maybe(text(1, 20)),
                    "nombre": maybe(text(1, 250)),
                    "telefono": maybe(text(8, 30)),
                    "correo": maybe(text(0, 100)),
                }
            ),
            "motivo": record(
                {
                    "tipoAnulacion": whole(),
                    "motivoAnulacion": maybe(text(1, 200)),
                    "nombreResponsable": text(0, 100),
                    "tipDocResponsable": text(),
                    "numDocResponsable": text(1, 20),
                    "nombreSolicita": text(1, 100),
                    "tipDocSolicita": text(),
                    "numDocSolicita": text(1, 20),
                }
            ),
        }
    )


def contingency() -> Check:
    """The whole event; the service checks hours, kinds and codes."""
    return record(
        {
            "identificacion": record(
                {
                    "version": whole(among=(4,)),
                    "ambiente": text(among=("00", "01")),
                    "codigoGeneracion": text(36, 36, pattern=f"{blocks.ONE_LINE}{blocks.CODE_PATTERN}"),
                    "fTransmision": day(),
                    "hTransmision": text(pattern=f"{blocks.ONE_LINE}{blocks.CLOCK_PATTERN}"),
                }
            ),
            "emisor": record(
                {
                    "nit": text(),
                    "nombre": text(1, 250),
                    "nombreResponsable": text(1, 100),
                    "tipoDocResponsable": text(),
                    "numeroDocResponsable": text(1, 25),
                    "tipoEstablecimiento": text(),
                    "codEstableMH": maybe(text(4, 4)),
                    "codPuntoVentaMH": maybe(text(4, 4)),
                    "telefono": text(8, 30),
                    "correo": text(1, 100),
                }
            ),
            "detalleDTE": rows(
                record({"noItem": whole(1, 1000), "tipoDoc": text(), "codigoGeneracion": text()}), 1, 1000
            ),
            "motivo": record(
                {
                    "fInicio": day(),
                    "fFin": day(),
                    "hInicio": text(),
                    "hFin": text(),
                    "tipoContingencia": whole(),
                    "motivoContingencia": maybe(text(0, 500)),
                }
            ),
        }
    )
