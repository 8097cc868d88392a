"""What a sale may name beside buyer and lines: related and associated documents, a third party, a foreign buyer."""

from tests.emulator.documents.parts import Document

REMISSION = "5B0D549B-6F03-475A-9600-A35A099950D8"
MANDANTE_NIT = "06140101901019"


def with_related(document: Document, doc_type: str = "04", day: str = "2026-08-01") -> Document:
    """The sale of what an earlier document has handed over; its first line names that document."""
    document["documentoRelacionado"] = [
        {"tipoDocumento": doc_type, "tipoGeneracion": 2, "numeroDocumento": REMISSION, "fechaEmision": day}
    ]
    document["cuerpoDocumento"][0]["numeroDocumento"] = REMISSION
    return document


def with_mandante(document: Document) -> Document:
    """The sale on account of a third party that has its tax domicile here."""
    v1 = document["identificacion"]["version"] == {"01": 1, "03": 3, "05": 3, "11": 1}[_type_of(document)]
    mandante = {"nit": MANDANTE_NIT, "nombre": "Mandante de Prueba"}
    document["ventaTercero"] = mandante if v1 else mandante | {"codDomiciliado": 1}
    return document


def with_papers(document: Document) -> Document:
    """The sale with a contract of the issuer and an order of the receiver."""
    document["otrosDocumentos"] = [
        _paper(document, 1, "Contrato", "Número 7 del 3 de agosto"),
        _paper(document, 2, "Orden de compra", "Número 81"),
    ]
    return document


def with_doctors(document: Document) -> Document:
    """The sale of two doctors' services; the second has no tax domicile here."""
    document["otrosDocumentos"] = [
        _paper(document, 3, None, None) | {"medico": _doctor(nit="06140101800012")},
        _paper(document, 3, None, None) | {"medico": _doctor(docIdentificacion="P-445566")},
    ]
    return document


def with_truck(document: Document) -> Document:
    """The export that leaves by road."""
    truck = {
        "modoTransp": 1,
        "placaTrans": "C-123456",
        "numConductor": "000000017",
        "nombreConductor": "Persona Que Conduce",
    }
    document["otrosDocumentos"] = [_paper(document, 4, None, None) | truck]
    return document


def buyer_with_passport() -> Document:
    """A foreign buyer of an invoice, without address."""
    return {
        "tipoDocumento": "03",
        "numDocumento": "X1234567",
        "nrc": None,
        "nombre": "Persona Que Viaja",
        "codActividad": None,
        "descActividad": None,
        "direccion": None,
        "telefono": None,
        "correo": None,
    }


def _doctor(**number: str) -> Document:
    none = {"nit": None, "docIdentificacion": None}
    return {"nombre": "Doctora de Prueba", "tipoServicio": 3} | none | number


def _paper(document: Document, kind: int, name: str | None, detail: str | None) -> Document:
    none = (
        ("placaTrans", "modoTransp", "numConductor", "nombreConductor") if _type_of(document) == "11" else ("medico",)
    )
    return {"codDocAsociado": kind, "descDocumento": name, "detalleDocumento": detail} | dict.fromkeys(none)


def _type_of(document: Document) -> str:
    doc_type: str = document["identificacion"]["tipoDte"]
    return doc_type
