"""Who emits, when and under which numbers; and the small sections every sample shares."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

Document = dict[str, Any]

TODAY = "2026-08-14"
TAXPAYER_NIT = "06142803901121"
TAXPAYER_NRC = "987654"


@dataclass(frozen=True)
class Emission:
    """What makes a sample this document: its emitter, its numbers and its moment."""

    nit: str = "06149999990017"
    nrc: str = "1234567"
    environment: str = "00"
    code: str = "6513270E-269E-4D37-B2A7-4DE452E6B438"
    sequence: int = 1
    day: str = TODAY
    hour: str = "10:20:00"

    def next(self) -> "Emission":
        """The following document of the same series, with a fresh generation code."""
        return replace(self, sequence=self.sequence + 1, code=str(uuid4()).upper())

    def control_number(self, doc_type: str) -> str:
        return f"DTE-{doc_type}-M001P001-{self.sequence:015d}"


def identification(emission: Emission, doc_type: str, version: int) -> Document:
    return {
        "version": version,
        "ambiente": emission.environment,
        "tipoDte": doc_type,
        "numeroControl": emission.control_number(doc_type),
        "codigoGeneracion": emission.code,
        "tipoModelo": 1,
        "tipoOperacion": 1,
        "tipoContingencia": None,
        "motivoContin": None,
        "fecEmi": emission.day,
        "horEmi": emission.hour,
        "tipoMoneda": "USD",
    }


def emitter_v1(emission: Emission) -> Document:
    return {
        "nit": emission.nit,
        "nrc": emission.nrc,
        "nombre": "Emisor de Prueba, S.A. de C.V.",
        "codActividad": "46900",
        "descActividad": "Venta al por mayor de otros productos",
        "nombreComercial": "La Prueba",
        "tipoEstablecimiento": "02",
        "direccion": {"departamento": "06", "municipio": "14", "complemento": "Calle de la Prueba 1"},
        "telefono": "22220000",
        "correo": "dte@example.com",
        "codEstableMH": "M001",
        "codEstable": "M001",
        "codPuntoVentaMH": "P001",
        "codPuntoVenta": "P001",
    }


def emitter_v2(emission: Emission) -> Document:
    return {
        "nit": emission.nit,
        "nrc": emission.nrc,
        "nombre": "Emisor de Prueba, S.A. de C.V.",
        "codActividad": "46900",
        "descActividad": "Venta al por mayor de otros productos",
        "nombreComercial": "La Prueba",
        "direccion": address_v2(),
        "telefono": "22220000",
        "correo": "dte@example.com",
        "codEstable": "M001",
        "codPuntoVenta": "P001",
    }


def address_v2() -> Document:
    return {"departamento": "06", "municipio": "23", "distrito": "14", "complemento": "Calle de la Prueba 1"}


def taxpayer_v1() -> Document:
    return {
        "nit": TAXPAYER_NIT,
        "nrc": TAXPAYER_NRC,
        "nombre": "Cliente de Prueba, S.A. de C.V.",
        "codActividad": "47190",
        "descActividad": "Venta al por menor en almacenes",
        "nombreComercial": None,
        "direccion": {"departamento": "05", "municipio": "11", "complemento": "Avenida Segunda 2"},
        "telefono": "22221111",
        "correo": "compras@example.com",
    }


def taxpayer_v2() -> Document:
    return taxpayer_v1() | {
        "direccion": {"departamento": "05", "municipio": "28", "distrito": "11", "complemento": "Avenida Segunda 2"}
    }


def paid_in_cash(amount: str) -> list[Document]:
    return [{"codigo": "01", "montoPago": Decimal(amount), "referencia": None, "plazo": None, "periodo": None}]


def paid_on_credit(amount: str, *, unit: str = "01", count: int = 30) -> list[Document]:
    return [{"codigo": "13", "montoPago": Decimal(amount), "referencia": None, "plazo": unit, "periodo": count}]
