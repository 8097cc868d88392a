"""Facturas de exportación (11): example 6.1 in both editions."""

from decimal import Decimal

from tests.emulator.documents.parts import (
    Document,
    Emission,
    emitter_v1,
    emitter_v2,
    identification,
    paid_in_cash,
)

D = Decimal


def v3(emission: Emission) -> Document:
    """Example 6.1: 1,200.00 less 50.00, insurance 18.20 and freight 120.00: 1,288.20."""
    exporter = {"tipoItemExpor": 1, "recintoFiscal": "01", "tipoRegimen": "EX-1", "regimen": "1000.000"}
    return {
        "identificacion": identification(emission, "11", 3),
        "documentoRelacionado": None,
        "emisor": emitter_v2(emission) | exporter,
        "receptor": _buyer("US"),
        "otrosDocumentos": None,
        "ventaTercero": None,
        "compraTercero": None,
        "cuerpoDocumento": [_line() | {"tipoItem": 1, "numeroDocumento": None, "codTributo": None}],
        "resumen": _summary()
        | {
            "descuGravada": D("50.00"),
            "tributos": [{"codigo": "C3", "descripcion": "IVA exportaciones 0%", "valor": 0}],
            "totalNoOnerosas": 0,
            "saldoFavor": 0,
        },
        "apendice": None,
    }


def v1(emission: Emission) -> Document:
    """Example 6.1 in the older edition, with its misspelt key and numeric country."""
    head = identification(emission, "11", 1)
    head["motivoContigencia"] = head.pop("motivoContin")
    return {
        "identificacion": head,
        "emisor": emitter_v1(emission) | {"tipoItemExpor": 1, "recintoFiscal": "01", "regimen": "EX-1.1000.000"},
        "receptor": _buyer("9450"),
        "otrosDocumentos": None,
        "ventaTercero": None,
        "cuerpoDocumento": [_line()],
        "resumen": _summary() | {"descuento": D("50.00")},
        "apendice": None,
    }


def with_transport(document: Document) -> Document:
    """The export invoice with the transport of the goods attached."""
    document["otrosDocumentos"] = [
        {
            "codDocAsociado": 4,
            "descDocumento": None,
            "detalleDocumento": None,
            "placaTrans": "C-123456",
            "modoTransp": 1,
            "numConductor": "000000017",
            "nombreConductor": "Persona Que Conduce",
        },
        {
            "codDocAsociado": 1,
            "descDocumento": "Carta de porte",
            "detalleDocumento": "Número 1",
            "placaTrans": None,
            "modoTransp": None,
            "numConductor": None,
            "nombreConductor": None,
        },
    ]
    return document


def _buyer(country: str) -> Document:
    return {
        "nombre": "Foreign Buyer, Inc.",
        "tipoDocumento": "37",
        "numDocumento": "EIN-12-3456789",
        "descActividad": "Distribución de alimentos",
        "nombreComercial": None,
        "codPais": country,
        "nombrePais": "Estados Unidos",
        "complemento": "1 First Street, Springfield",
        "tipoPersona": 2,
        "telefono": None,
        "correo": "buyer@example.com",
    }


def _line() -> Document:
    return {
        "numItem": 1,
        "cantidad": 100,
        "codigo": "P01",
        "uniMedida": 59,
        "descripcion": "Producto 1",
        "precioUni": D("12.35"),
        "montoDescu": D("35.00"),
        "ventaGravada": D("1200.00"),
        "tributos": ["C3"],
        "noGravado": 0,
    }


def _summary() -> Document:
    return {
        "totalGravada": D("1200.00"),
        "porcentajeDescuento": 0,
        "totalDescu": D("85.00"),
        "seguro": D("18.20"),
        "flete": D("120.00"),
        "montoTotalOperacion": D("1288.20"),
        "totalNoGravado": 0,
        "totalPagar": D("1288.20"),
        "totalLetras": "MIL DOSCIENTOS OCHENTA Y OCHO 20/100 DÓLARES",
        "condicionOperacion": 1,
        "pagos": paid_in_cash("1288.20"),
        "codIncoterms": "11",
        "descIncoterms": "CIF-Costo seguro y flete",
        "numPagoElectronico": None,
        "observaciones": None,
    }
