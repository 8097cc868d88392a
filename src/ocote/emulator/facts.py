"""The data of a received document that the service keeps to judge later documents and events."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ocote.emulator.clock import EL_SALVADOR

SALES = ("ventaNoSuj", "ventaExenta", "ventaGravada")
_TOTALS = ("totalNoSuj", "totalExenta", "totalGravada")
_DISCOUNTS = ("descuNoSuj", "descuExenta", "descuGravada")

Amounts = tuple[Decimal | int, Decimal | int, Decimal | int]
"""The amounts of sales in USD: not subject, exempt and taxed."""


@dataclass(frozen=True, slots=True)
class Person:
    """A receiver by identity document (CAT-022) and name; all None when the document names nobody."""

    document_type: str | None
    document_number: str | None
    name: str | None
    nrc: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The data of a document that other documents and events must agree with."""

    doc_type: str
    version: int
    generation_code: str
    control_number: str
    issued_at: datetime
    contingency_kind: int | None
    activity_code: str
    """The emitter's activity (CAT-019)."""
    receiver: Person
    principal: str | None
    """The number of the third party on whose account the document sells (``ventaTercero``)."""
    sales: Amounts
    """The sales by kind, after global discounts, which is the most that notes may take back."""
    taxes: frozenset[str]
    """The taxes of the lines (CAT-015), also those that are a line of their own; a note may take back no others."""
    adjusts: Mapping[str, Amounts]
    """The amounts that a note takes from each document that it names, by generation code."""
    payable: Decimal | int | None

    @property
    def issued_on(self) -> date:
        """The document's date, ``fecEmi``."""
        return self.issued_at.date()


def facts_of(document: Mapping[str, Any]) -> Facts:
    """Read the facts from a document that meets its schema."""
    head = document["identificacion"]
    summary = document["resumen"]
    return Facts(
        doc_type=head["tipoDte"],
        version=head["version"],
        generation_code=head["codigoGeneracion"],
        control_number=head["numeroControl"],
        issued_at=moment(head["fecEmi"], head["horEmi"]),
        contingency_kind=head["tipoContingencia"],
        activity_code=document["emisor"]["codActividad"],
        receiver=receiver_of(document),
        principal=(document.get("ventaTercero") or {}).get("nit"),
        sales=_net_sales(summary),
        taxes=_taxes(document["cuerpoDocumento"]),
        adjusts=_adjusted(document) if head["tipoDte"] == "05" else {},
        payable=summary.get("totalPagar", summary.get("montoTotalOperacion")),
    )


def receiver_of(document: Mapping[str, Any]) -> Person:
    """The receiver that the document names; a taxpayer named only by NIT has identity document 36."""
    person = document["sujetoExcluido"] if "sujetoExcluido" in document else document["receptor"]
    if person is None:
        return Person(None, None, None, None)
    if "nit" in person:
        return Person("36", person["nit"], person["nombre"], person["nrc"])
    return Person(person["tipoDocumento"], person["numDocumento"], person["nombre"], person.get("nrc"))


def moment(day: str, hour: str) -> datetime:
    """A date and an hour of a document as an instant; the schemas allow seconds of one digit."""
    hours, minutes, seconds = hour.split(":")
    on = date.fromisoformat(day)
    return datetime(on.year, on.month, on.day, int(hours), int(minutes), int(seconds), tzinfo=EL_SALVADOR)


def _net_sales(summary: Mapping[str, Any]) -> Amounts:
    first, second, third = (
        summary.get(total, 0) - summary.get(discount, 0) for total, discount in zip(_TOTALS, _DISCOUNTS, strict=True)
    )
    return first, second, third


def _taxes(lines: Collection[Mapping[str, Any]]) -> frozenset[str]:
    listed = frozenset(code for line in lines for code in line.get("tributos") or ())
    return listed.union(line["codTributo"] for line in lines if line.get("codTributo") is not None)


def _adjusted(document: Mapping[str, Any]) -> dict[str, Amounts]:
    taken: dict[str, Amounts] = {}
    for line in document["cuerpoDocumento"]:
        so_far = taken.get(line["numeroDocumento"], (0, 0, 0))
        first, second, third = (sum_ + line[key] for sum_, key in zip(so_far, SALES, strict=True))
        taken[line["numeroDocumento"]] = first, second, third
    return taken
