"""Turns people and places as the gateway keeps them into the fields of a request again. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ocote.dte.sale import ABROAD
from ocote.issuing.request import CustomerData, Place


def person_fields(person: CustomerData) -> dict[str, Any]:
    """The object ``customer`` or ``subject`` of a request that says this person."""
    document = person.document
    said = {
        "name": person.name,
        "nit": person.nit,
        "dui": person.dui,
        "document_type": document.kind if document is not None else None,
        "document_number": document.number if document is not None else None,
        "activity_code": person.activity_code,
        **(place_fields(person.place) if person.country is None else {}),
        "country": person.country,
        "address": person.address,
        "email": person.email,
        "phone": person.phone,
        "nrc": person.nrc,
        "type_contributor": Decimal(person.contributor_type) if person.contributor_type is not None else None,
        "trade_name": person.trade_name,
    }
    return without_none(said)


def place_fields(place: Place | None) -> dict[str, str]:
    """The place of a person: the district or the municipality, each with its department in front."""
    if place is None:
        return {}
    if place.department == ABROAD:
        return {"department": ABROAD, "municipality": ABROAD}
    if place.district is not None:
        return {"district": f"{place.department}{place.district}"}
    return {"municipality": f"{place.department}{place.municipality}"}


def without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value is not None}
