"""Notas de crédito (05): example 5.1 in both editions, and the manual's own v4 example."""

from decimal import Decimal

from tests.emulator.documents.parts import (
    TODAY,
    Document,
    Emission,
    emitter_v1,
    emitter_v2,
    identification,
    taxpayer_v1,
    taxpayer_v2,
)
from tests.emulator.documents.tax_credit import vat

D = Decimal

_CODES = ("codEstableMH", "codEstable", "codPuntoVentaMH", "codPuntoVenta")


def v4(emission: Emission, ccf: Document) -> Document:
    """Example 5.1: two units of line 1 of example 4.1 come back: 24.00, VAT 3.12, withheld 0.24, 26.88."""
    code = ccf["identificacion"]["codigoGeneracion"]
    person = taxpayer_v2()
    receiver = {"tipoDocumento": "36", "numDocumento": person.pop("nit"), **person}
    return {
        "identificacion": identification(emission, "05", 4) | {"fusion": None},
        "documentoRelacionado": [related(ccf)],
        "emisor": _without_codes(emitter_v2(emission)),
        "receptor": receiver,
        "ventaTercero": None,
        "cuerpoDocumento": [
            _line(code) | {"noGravado": 0, "ivaPerci": 0, "totalIva": 0, "ivaRete": D("0.24")},
        ],
        "resumen": {
            "totalNoSuj": 0,
            "totalExenta": 0,
            "totalGravada": 24,
            "subTotalVentas": 24,
            "totalDescu": 1,
            "tributos": [vat("3.12")],
            "montoTotalOperacion": D("27.12"),
            "ivaPerci": 0,
            "totalIva": 0,
            "ivaRete": D("0.24"),
            "totalNoGravado": 0,
            "totalPagar": D("26.88"),
            "totalLetras": "VEINTISÉIS 88/100 DÓLARES",
            "condicionOperacion": 1,
            "observaciones": None,
            "codigoRetencionMH": None,
        },
        "apendice": None,
    }


def v3(emission: Emission, ccf: Document) -> Document:
    """Example 5.1 in the older edition, whose only total is net of withholding: 26.88."""
    return {
        "identificacion": identification(emission, "05", 3),
        "documentoRelacionado": [related(ccf)],
        "emisor": _without_codes(emitter_v1(emission)),
        "receptor": taxpayer_v1(),
        "ventaTercero": None,
        "cuerpoDocumento": [_line(ccf["identificacion"]["codigoGeneracion"])],
        "resumen": {
            "totalNoSuj": 0,
            "totalExenta": 0,
            "totalGravada": 24,
            "subTotalVentas": 24,
            "descuNoSuj": 0,
            "descuExenta": 0,
            "descuGravada": 0,
            "totalDescu": 1,
            "tributos": [vat("3.12")],
            "subTotal": 24,
            "ivaPerci1": 0,
            "ivaRete1": D("0.24"),
            "reteRenta": 0,
            "montoTotalOperacion": D("26.88"),
            "totalLetras": "VEINTISÉIS 88/100 DÓLARES",
            "condicionOperacion": 1,
        },
        "extension": None,
        "apendice": None,
    }


def as_in_the_manual(document: Document) -> Document:
    """MF2: 5 × 21 − 15 = 90.00, VAT 11.70, total 101.70, withheld 0.90, −5.00 outside the base, 95.80."""
    first = document["cuerpoDocumento"][0]
    first |= {"cantidad": 5, "precioUni": 21, "montoDescu": 15, "ventaGravada": 90, "ivaRete": D("0.90")}
    credit = first | {
        "numItem": 2,
        "cantidad": 1,
        "uniMedida": 99,
        "precioUni": 0,
        "montoDescu": 0,
        "ventaGravada": 0,
        "tributos": None,
        "noGravado": D("-5.00"),
        "ivaRete": 0,
    }
    document["cuerpoDocumento"].append(credit)
    document["resumen"] |= {
        "totalGravada": 90,
        "subTotalVentas": 90,
        "totalDescu": 15,
        "tributos": [vat("11.70")],
        "montoTotalOperacion": D("101.70"),
        "ivaRete": D("0.90"),
        "totalNoGravado": D("-5.00"),
        "totalPagar": D("95.80"),
        "totalLetras": "NOVENTA Y CINCO 80/100 DÓLARES",
    }
    return document


def related(ccf: Document) -> Document:
    head = ccf["identificacion"]
    return {
        "tipoDocumento": "03",
        "tipoGeneracion": 2,
        "numeroDocumento": head["codigoGeneracion"],
        "fechaEmision": head["fecEmi"],
    }


def adjusting(emission: Emission, *, version: int) -> Document:
    """A note on a CCF that need not exist, for checks of shape alone."""
    ccf = {"identificacion": {"codigoGeneracion": "6B0D549B-6F03-475A-9600-A35A099950D8", "fecEmi": TODAY}}
    return v4(emission, ccf) if version == 4 else v3(emission, ccf)


def _line(code: str) -> Document:
    return {
        "numItem": 1,
        "tipoItem": 1,
        "numeroDocumento": code,
        "cantidad": 2,
        "codigo": "P01",
        "codTributo": None,
        "uniMedida": 59,
        "descripcion": "Producto 1",
        "precioUni": D("12.5"),
        "montoDescu": 1,
        "ventaNoSuj": 0,
        "ventaExenta": 0,
        "ventaGravada": 24,
        "tributos": ["20"],
    }


def _without_codes(emitter: Document) -> Document:
    return {key: value for key, value in emitter.items() if key not in _CODES}
