"""The operations that a client asks for, each under its own reference, and their progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["sale", "ccf", "note", "purchase", "invalidation"]
Standing = Literal["stamped", "rejected", "waiting"]

_COMPANY = {
    "name": "Comprador de Prueba",
    "nit": "06140201260015",
    "nrc": "2345678",
    "type_contributor": 2,
    "activity_code": "46900",
    "department": "06",
    "municipality": "23",
    "address": "Calle de prueba 1",
    "email": "compras@example.com",
}
_LATER = {
    503: {"service_unavailable", "journal_unavailable"},
    409: {"reference_busy", "invalidation_in_progress", "document_not_stamped"},
}
"""Refusals that pass by themselves: the database is away, another process is at it, a document waits for its stamp."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to be done once, however often it is asked for."""

    kind: Kind
    reference: str
    path: str
    body: Mapping[str, Any]

    @property
    def is_document(self) -> bool:
        """Whether the operation makes a document; otherwise the operation cancels a document."""
        return self.kind != "invalidation"


def sale(reference: str, price: str = "1.13") -> Operation:
    """An invoice (01) to a consumer without a name."""
    body = {"external_ref": reference, "lines": [{"description": "Café", "quantity": 1, "unit_price": price}]}
    return Operation("sale", reference, "/invoice", body)


def ccf(reference: str, price: str = "113.00") -> Operation:
    """A tax-credit voucher (03)."""
    body = {
        "doc_type": "03",
        "external_ref": reference,
        "customer": _COMPANY,
        "lines": [{"description": "Servicio", "quantity": 1, "unit_price": price}],
    }
    return Operation("ccf", reference, "/invoice", body)


def note(reference: str, adjusted: str, price: str = "1.13") -> Operation:
    """A credit note (05) on part of a CCF that has its stamp."""
    body = {
        "external_ref": reference,
        "document_id": adjusted,
        "lines": [{"description": "Devolución", "quantity": 1, "unit_price": price}],
    }
    return Operation("note", reference, "/credit-memo", body)


def note_on_several(reference: str, *adjusted: str) -> Operation:
    """A credit note (05) on parts of several CCFs that have their stamps."""
    lines = [
        {"description": "Devolución", "quantity": 1, "unit_price": "1.13", "document_id": each} for each in adjusted
    ]
    return Operation("note", reference, "/credit-memo", {"external_ref": reference, "lines": lines})


def purchase(reference: str, price: str = "25.00") -> Operation:
    """A purchase from an excluded subject (14)."""
    body = {
        "external_ref": reference,
        "subject": {"name": "Marta Alvarenga", "dui": "00016297-5"},
        "lines": [{"description": "Tela", "quantity": 1, "unit_price": price}],
    }
    return Operation("purchase", reference, "/suex", body)


def invalidation(of: Operation) -> Operation:
    """The cancellation of a document that has its stamp, because the operation was rescinded."""
    path = "/invalidate/suex" if of.kind == "purchase" else "/invalidate"
    return Operation("invalidation", of.reference, f"{path}/{of.reference}", {})


def standing(operation: Operation, status: int, answer: Mapping[str, Any]) -> Standing:
    """How far an answer says the operation is. Raises AssertionError for an answer that should never come."""
    if status == 200:
        if answer["dte_success"]:
            return "stamped"
        if answer["rejected"]:
            return "rejected"
        assert answer["contingency"], answer
        return "waiting"
    if (status, answer.get("code")) == (409, "already_invalidated") and not operation.is_document:
        return "stamped"
    assert answer.get("code") in _LATER.get(status, ()), (operation, status, answer)
    return "waiting"
