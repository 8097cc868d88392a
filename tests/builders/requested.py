"""The request of the API for a document that is given as MH's JSON: what a caller would send to have it issued."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Document = Mapping[str, Any]

ITEM_KINDS = {1: "goods", 2: "service", 3: "both"}
OWN_LINE_TAX = 4
BY_RATE = frozenset({"59", "71"})
BY_GALLON = frozenset({"D1", "C8"})
GALLON = 22
AUTOMATIC = frozenset({"20", "C3"})
COUNTRIES = {"9450": "US", "US": "US"}
SIDES = {1: "issuer", 2: "receiver"}
DOCTOR, TRANSPORT = 3, 4


def request_of(document: Document) -> dict[str, Any]:
    """The body of ``POST /invoice`` that asks for the document, in the edition in which the document is written."""
    doc_type, summary = document["identificacion"]["tipoDte"], document["resumen"]
    related = [_related(each) for each in document.get("documentoRelacionado") or ()]
    found: dict[str, Any] = {
        "doc_type": doc_type,
        "lines": list(_lines(document)),
        "charges": [_charge(line, document) for line in document["cuerpoDocumento"] if line["noGravado"]],
        "payments": [_payment(each) for each in summary["pagos"]],
        "payment_number": summary["numPagoElectronico"],
        "related_documents": related,
        "on_behalf_of": _principal(document.get("ventaTercero")),
        "bought_for": _final_buyer(document.get("compraTercero")),
        "appendix": [_appendix(row) for row in document["apendice"] or ()],
        **_discount(summary),
        **_associated(document.get("otrosDocumentos") or ()),
        **_withheld(doc_type, summary),
        **(_exported(document) if doc_type == "11" else {}),
        **_delivery(document),
    }
    if doc_type == "03":
        found["prices_include_vat"] = False
        found["vat_collection"] = bool(summary.get("ivaPerci1") or summary.get("ivaPerci"))
    if document["receptor"] is not None:
        found["customer"] = _customer(document)
    return {name: value for name, value in found.items() if _is_said(value) or name == _NET}


_NET = "prices_include_vat"


def _is_said(value: object) -> bool:
    """Whether a value has to be sent; 0 has, where the company's settings would say more."""
    return value is not None and value is not False and value != []


def _lines(document: Document) -> Iterator[dict[str, Any]]:
    lines = document["cuerpoDocumento"]
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if line.get("tipoItem") != OWN_LINE_TAX and not line["noGravado"]:
            yield _line(line, following, document)


def _line(line: Document, following: Document | None, document: Document) -> dict[str, Any]:
    exempt, not_subject = line.get("ventaExenta", 0), line.get("ventaNoSuj", 0)
    asked = {
        "description": line["descripcion"],
        "quantity": line["cantidad"],
        "unit_price": line["precioUni"],
        "discount_amount": line["montoDescu"] or None,
        "sale_kind": "exempt" if exempt else "not_subject" if not_subject else None,
        "item_kind": ITEM_KINDS.get(line.get("tipoItem", 0)),
        "unit": line["uniMedida"],
        "code": line["codigo"],
        "taxes": [_tax(code, line, document) for code in line["tributos"] or () if code not in AUTOMATIC] or None,
        "suggested_price": line.get("psv") or None,
    }
    if following is not None and following.get("tipoItem") == OWN_LINE_TAX:
        asked["special_tax"] = {
            "code": following["codTributo"],
            "amount": following["precioUni"],
            "description": following["descripcion"],
        }
    return {name: value for name, value in asked.items() if value is not None}


def _tax(code: str, line: Document, document: Document) -> Any:
    if code in BY_RATE or (code in BY_GALLON and line["uniMedida"] == GALLON):
        return code
    [value] = [each["valor"] for each in document["resumen"]["tributos"] if each["codigo"] == code]
    return {"code": code, "amount": value}


def _charge(line: Document, document: Document) -> dict[str, Any]:
    asked = {"description": line["descripcion"], "amount": line["noGravado"]}
    return asked | ({"item_kind": ITEM_KINDS[line["tipoItem"]]} if "tipoItem" in line else {})


def _payment(payment: Document) -> dict[str, Any]:
    asked = {
        "payment_method": payment["codigo"],
        "amount": payment["montoPago"],
        "reference": payment["referencia"],
        "deadline": int(payment["plazo"]) if payment["plazo"] else None,
        "period": payment["periodo"],
    }
    return {name: value for name, value in asked.items() if value is not None}


def _related(document: Document) -> dict[str, Any]:
    is_paper = document["tipoGeneracion"] == 1
    return {
        "doc_type": document["tipoDocumento"],
        "number" if is_paper else "generation_code": document["numeroDocumento"],
        "issued_on": document["fechaEmision"],
    }


def _principal(principal: Document | None) -> dict[str, Any] | None:
    if principal is None:
        return None
    asked = {"name": principal["nombre"], "nit": principal["nit"]}
    return asked | ({"domiciled": False} if principal.get("codDomiciliado") == 2 else {})


def _final_buyer(buyer: Document | None) -> dict[str, Any] | None:
    if buyer is None:
        return None
    return {"name": buyer["nombre"], "document_number": buyer["numDocumento"]}


def _appendix(row: Document) -> dict[str, Any]:
    return {"field": row["campo"], "label": row["etiqueta"], "value": row["valor"]}


def _discount(summary: Document) -> dict[str, Any]:
    off = sum(summary.get(key, 0) for key in ("descuNoSuj", "descuExenta", "descuGravada", "descuento"))
    if summary["porcentajeDescuento"]:
        return {"discount_percentage": summary["porcentajeDescuento"]}
    return {"discount_amount": off} if off else {}


def _associated(documents: Sequence[Document]) -> dict[str, Any]:
    return {
        "documents": [
            {"side": SIDES[each["codDocAsociado"]], "name": each["descDocumento"], "detail": each["detalleDocumento"]}
            for each in documents
            if each["codDocAsociado"] in SIDES
        ],
        "doctors": [_doctor(each["medico"]) for each in documents if each["codDocAsociado"] == DOCTOR],
        "transport": [
            {
                "mode": each["modoTransp"],
                "plate": each["placaTrans"],
                "driver_document": each["numConductor"],
                "driver_name": each["nombreConductor"],
            }
            for each in documents
            if each["codDocAsociado"] == TRANSPORT
        ],
    }


def _doctor(doctor: Document) -> dict[str, Any]:
    identity = "nit" if doctor["nit"] else "document_number"
    number = doctor["nit"] or doctor["docIdentificacion"]
    return {"name": doctor["nombre"], identity: number, "service": doctor["tipoServicio"]}


def _withheld(doc_type: str, summary: Document) -> dict[str, Any]:
    if doc_type == "11":
        return {}
    withheld = summary.get("ivaRete1") or summary.get("ivaRete")
    return {"withholding": "vat_1" if withheld else "none", "income_tax_withheld": summary.get("reteRenta") or None}


def _exported(document: Document) -> dict[str, Any]:
    issuer, receiver, summary = document["emisor"], document["receptor"], document["resumen"]
    return {
        "country": COUNTRIES[receiver["codPais"]],
        "person_type": receiver["tipoPersona"],
        "item_type": issuer["tipoItemExpor"],
        "customs_office": issuer["recintoFiscal"],
        "regime": issuer["regimen"] and issuer["regimen"].removeprefix("EX-1."),
        "incoterm": summary["codIncoterms"],
        "freight": summary["flete"],
        "insurance": summary["seguro"],
    }


def _delivery(document: Document) -> dict[str, Any]:
    extension = document.get("extension")
    remarks = document["resumen"].get("observaciones")
    if extension is None:
        return {"remarks": remarks}
    asked = {
        "delivered_by": extension["nombEntrega"],
        "delivered_by_document": extension["docuEntrega"],
        "received_by": extension["nombRecibe"],
        "received_by_document": extension["docuRecibe"],
        "vehicle_plate": extension.get("placaVehiculo"),
    }
    return {"remarks": extension["observaciones"], "delivery": {k: v for k, v in asked.items() if v is not None}}


def _customer(document: Document) -> dict[str, Any]:
    receiver = document["receptor"]
    address = receiver.get("direccion") or {}
    kind = receiver.get("tipoDocumento", "36")
    number = receiver["nit"] if "nit" in receiver else receiver["numDocumento"]
    asked = {
        "name": receiver["nombre"],
        "nit": number if kind == "36" else None,
        "document_type": kind if kind != "36" else None,
        "document_number": number if kind != "36" else None,
        "nrc": receiver.get("nrc"),
        "type_contributor": 1 if document["identificacion"]["tipoDte"] == "03" else None,
        "activity_code": receiver.get("codActividad"),
        "department": address.get("departamento"),
        "district": address.get("distrito", address.get("municipio")),
        "address": address.get("complemento", receiver.get("complemento")),
        "email": receiver["correo"],
        "phone": receiver["telefono"],
    }
    return {name: value for name, value in asked.items() if value is not None}
