"""Samples with every optional section filled, so that a check of shapes reaches every key."""

from copy import deepcopy
from decimal import Decimal

from tests.emulator.documents.parts import Document

D = Decimal

_RELATED = {
    "tipoDocumento": "04",
    "tipoGeneracion": 2,
    "numeroDocumento": "5B0D549B-6F03-475A-9600-A35A099950D8",
    "fechaEmision": "2026-08-01",
}


def filled(document: Document) -> Document:
    """The document with the sections that may be null filled with plausible values."""
    full = deepcopy(document)
    old = "extension" in full or _version(full) == 1
    if "documentoRelacionado" in full and full["documentoRelacionado"] is None:
        full["documentoRelacionado"] = [dict(_RELATED)]
    if "ventaTercero" in full:
        full["ventaTercero"] = {"nit": "06140101901019", "nombre": "Tercero de Prueba"}
        if not old:
            full["ventaTercero"]["codDomiciliado"] = 1
    if full.get("extension", 0) is None:
        full["extension"] = _extension(plate=full["identificacion"]["tipoDte"] != "05")
    if "apendice" in full:
        full["apendice"] = [{"campo": "Campo", "etiqueta": "Etiqueta", "valor": "Valor"}]
    return full


def with_physician(document: Document) -> Document:
    """The document with a physician's service attached."""
    full = deepcopy(document)
    full["otrosDocumentos"] = [
        {
            "codDocAsociado": 3,
            "descDocumento": None,
            "detalleDocumento": None,
            "medico": {"nombre": "Médico", "nit": None, "docIdentificacion": "000000017", "tipoServicio": 1},
        },
        {"codDocAsociado": 1, "descDocumento": "Contrato", "detalleDocumento": "Detalle", "medico": None},
    ]
    return full


def identified(document: Document) -> Document:
    """The invoice to a buyer identified by NIT, with every datum."""
    full = deepcopy(document)
    address: Document = {"departamento": "06", "municipio": "14", "complemento": "Calle Primera 1"}
    if _version(full) == 2:
        address = {"departamento": "06", "municipio": "23", "distrito": "14", "complemento": "Calle Primera 1"}
    full["receptor"] = {
        "tipoDocumento": "36",
        "numDocumento": "06140101901019",
        "nrc": "45678",
        "nombre": "Compradora de Prueba",
        "codActividad": "47190",
        "descActividad": "Venta al por menor",
        "direccion": address,
        "telefono": "22223333",
        "correo": "compradora@example.com",
    }
    return full


def in_contingency(document: Document, kind: int = 5, reason: str | None = "Corte de fibra") -> Document:
    """The document issued while MH could not be reached."""
    full = deepcopy(document)
    reason_key = "motivoContin" if "motivoContin" in full["identificacion"] else "motivoContigencia"
    full["identificacion"] |= {"tipoModelo": 2, "tipoOperacion": 2, "tipoContingencia": kind, reason_key: reason}
    return full


def on_credit(document: Document) -> Document:
    """The document sold on credit for 30 days."""
    full = deepcopy(document)
    full["resumen"]["condicionOperacion"] = 2
    full["resumen"]["pagos"][0] |= {"codigo": "13", "plazo": "01", "periodo": 30}
    return full


def with_own_line_tax(document: Document) -> Document:
    """The document with a tax that is a line of its own."""
    full = deepcopy(document)
    row = full["cuerpoDocumento"][0]
    tributes = ["20"] if full["identificacion"]["tipoDte"] in {"03", "05"} else None
    row |= {"tipoItem": 4, "uniMedida": 99, "cantidad": D(1), "codTributo": "A8", "tributos": tributes}
    return full


def _extension(*, plate: bool) -> Document:
    extension: Document = {
        "nombEntrega": "Persona Que Entrega",
        "docuEntrega": "000000017",
        "nombRecibe": "Persona Que Recibe",
        "docuRecibe": "000000025",
        "observaciones": None,
    }
    return extension | ({"placaVehiculo": "P123-456"} if plate else {})


def _version(document: Document) -> int:
    version: int = document["identificacion"]["version"]
    return version
