"""Factura de exportación (11), version 3."""

from typing import Any

from ocote.emulator.shapes.notation import (
    Check,
    Found,
    amount,
    maybe,
    number,
    record,
    rows,
    text,
    whole,
)
from ocote.emulator.shapes.v2 import blocks
from ocote.emulator.shapes.violations import Violation


def _emitter() -> Check:
    return record(
        {
            **blocks.contributor(text(), text(2, 8)),
            "descActividad": text(1, 150),
            "direccion": record(
                {
                    "departamento": text(1, 2),
                    "municipio": text(1, 2),
                    "distrito": text(),
                    "complemento": text(1, 200),
                }
            ),
            "telefono": maybe(text(8, 30)),
            "correo": text(6, 100),
            **blocks.establishment_codes(),
            "tipoItemExpor": whole(),
            "recintoFiscal": maybe(text(2, 2)),
            "tipoRegimen": maybe(text()),
            "regimen": maybe(text(1, 13)),
        }
    )


def _receiver() -> Check:
    return record(
        {
            "nombre": text(1, 250),
            "tipoDocumento": text(2, 2),
            "numDocumento": text(1, 20),
            "descActividad": text(5, 150),
            "nombreComercial": maybe(text(1, 150)),
            "codPais": text(),
            "nombrePais": text(3, 50),
            "complemento": text(1, 200),
            "tipoPersona": whole(),
            "telefono": maybe(text(8, 30)),
            "correo": maybe(text(6, 100)),
        }
    )


def _other_documents() -> Check:
    document = record(
        {
            "codDocAsociado": maybe(whole()),
            "descDocumento": maybe(text(3, 100)),
            "detalleDocumento": maybe(text(3, 300)),
            "placaTrans": maybe(text(5, 70)),
            "modoTransp": maybe(whole(1, 7)),
            "numConductor": maybe(text(5, 100)),
            "nombreConductor": maybe(text(5, 200)),
        }
    )
    return maybe(rows(document, 1, 20))


def _line() -> Check:
    return record(
        {
            "numItem": whole(1, 2000),
            "tipoItem": whole(),
            "numeroDocumento": maybe(text()),
            "cantidad": amount(8, positive=True),
            "codigo": maybe(text(1, 25)),
            "codTributo": maybe(text(2, 2)),
            "uniMedida": whole(1, 99),
            "descripcion": text(1, 1500),
            "precioUni": amount(8),
            "montoDescu": amount(8),
            "ventaGravada": amount(8),
            "tributos": blocks.line_tributes(),
            "noGravado": amount(8, signed=True),
        }
    )


def _summary() -> Check:
    return record(
        {
            "totalGravada": amount(2),
            "descuGravada": amount(2),
            "porcentajeDescuento": number(2, low=0, high=100),
            "totalDescu": amount(2),
            "seguro": amount(2),
            "flete": maybe(amount(2)),
            "tributos": blocks.tributes(),
            "montoTotalOperacion": amount(2),
            "totalNoGravado": amount(2, signed=True),
            "totalNoOnerosas": amount(2),
            "totalPagar": amount(2),
            "totalLetras": maybe(text(1, 200)),
            "saldoFavor": amount(2, signed=True),
            "condicionOperacion": number(),
            "pagos": blocks.payments(),
            "codIncoterms": maybe(text(0, 2)),
            "descIncoterms": maybe(text(1, 150)),
            "numPagoElectronico": maybe(text(1, 100)),
            "observaciones": maybe(text(1, 3000)),
        }
    )


def _one_third_party(value: Any) -> Found:
    """The document names a third party for the sale or for the purchase, not for both."""
    if type(value) is dict and value.get("ventaTercero") is not None and value.get("compraTercero") is not None:
        return [Violation("", "invalid", "0 subschemas matched instead of one")]
    return None


def shape() -> Check:
    """The whole document."""
    return record(
        {
            "identificacion": blocks.identification("11", 3),
            "documentoRelacionado": maybe(blocks.related_documents()),
            "emisor": _emitter(),
            "receptor": _receiver(),
            "otrosDocumentos": _other_documents(),
            "ventaTercero": blocks.third_party(),
            "compraTercero": maybe(record({"numDocumento": text(1, 20), "nombre": text(1, 250)})),
            "cuerpoDocumento": rows(_line(), 1, 2000),
            "resumen": _summary(),
            "apendice": blocks.appendix(1, 1, 1),
        },
        conditions=[_one_third_party],
    )
