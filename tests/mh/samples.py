"""Answers of MH as ``protocol.md`` shows them, with invented numbers, and a company to ask in the name of."""

import base64
import json
from typing import Any

from ocote.mh import Credentials, Envelope
from ocote.mh.answers import read_reception

CODE = "6513270E-269E-4D37-B2A7-4DE452E6B438"
OTHER_CODE = "D23F0824-128B-4F33-8C5C-7FD0A6A3A450"
STAMP = "20260FD630F1F29D4DA9953F48F1A09F76B5ZDOC"
CREDENTIALS = Credentials(nit="06149999990017", user="06149999990017", password="Clave#Segura2026")
JWS = "eyJhbGciOiJSUzUxMiJ9.eyJpZGVudGlmaWNhY2lvbiI6e319.c2lnbmF0dXJl"
ENVELOPE = Envelope(environment="00", version=2, doc_type="01", jws=JWS, generation_code=CODE)


def encoded(answer: object) -> bytes:
    return json.dumps(answer).encode()


def accepted(**changes: Any) -> dict[str, Any]:
    return {
        "version": 2,
        "ambiente": "00",
        "versionApp": 2,
        "estado": "PROCESADO",
        "codigoGeneracion": CODE,
        "selloRecibido": STAMP,
        "fhProcesamiento": "14/08/2026 10:21:33",
        "clasificaMsg": "10",
        "codigoMsg": "001",
        "descripcionMsg": "RECIBIDO",
        "observaciones": [],
        **changes,
    }


def refused(**changes: Any) -> dict[str, Any]:
    return accepted(
        **{
            "estado": "RECHAZADO",
            "selloRecibido": None,
            "clasificaMsg": "98",
            "codigoMsg": "096",
            "descripcionMsg": "DOCUMENTO NO CUMPLE ESQUEMA JSON",
            "observaciones": ["Campo #/receptor/telefono no cumple el tamaño mínimo permitido"],
            **changes,
        }
    )


def duplicate(field: str = "codigoGeneracion") -> dict[str, Any]:
    text = f"[identificacion.{field}] YA EXISTE UN REGISTRO CON ESE VALOR"
    return refused(clasificaMsg="11", codigoMsg="004", descripcionMsg=text, observaciones=[])


def not_found() -> dict[str, Any]:
    return refused(codigoGeneracion=None, clasificaMsg="99", codigoMsg="999", descripcionMsg="NO EXISTE")


def spring_error(status: int, error: str, path: str = "/fesv/recepciondte") -> dict[str, Any]:
    return {"timestamp": "2026-02-02T11:48:23.989-0600", "status": status, "error": error, "path": path}


def jwt(claims: dict[str, Any]) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'HS512'})}.{part(claims)}.c2lnbmF0dXJl"


def logged_in(token: str) -> dict[str, Any]:
    return {
        "status": "OK",
        "body": {
            "user": "06149999990017",
            "token": token,
            "rol": {"nombre": "Usuario", "codigo": "ROLE_USER", "descripcion": None},
            "roles": ["ROLE_USER"],
            "tokenType": "Bearer",
        },
    }


def login_error(message: str = "Usuario no valido") -> dict[str, Any]:
    return {"status": "ERROR", "error": "Unauthorized", "message": message}


STAMPED = read_reception(200, encoded(accepted()), CODE)
REJECTED = read_reception(400, encoded(refused()), CODE)
