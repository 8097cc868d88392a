"""The buyer of an export, who often has no Salvadoran document and no Salvadoran address."""

from msgspec import Struct

from ocote.dte.catalogs import Catalog, labels
from ocote.dte.sale import ExportTerms, Receiver
from ocote.dte.sections.parties import activity_name, at_least, identity_document

OTHER_DOCUMENT = "37"
WITHOUT_NUMBER = "S/N"
OTHER_ACTIVITY = "10005"
"""The activity "Otros" of CAT-019."""


def domicile_in(country: str) -> str:
    """The address of a buyer of whom nothing but the country (CAT-020) is known."""
    return f"Domicilio en {labels(Catalog.COUNTRIES)[country]}"


class ForeignReceiver(Struct, frozen=True):
    """The texts about a foreign buyer that MH's schemas make compulsory, even when the request lacks them."""

    document_type: str
    document_number: str
    activity_name: str
    country_name: str
    address: str


def foreign(receiver: Receiver, terms: ExportTerms, shortest_address: int = 1) -> ForeignReceiver:
    """``receiver`` with its gaps filled in: another document without number, activity "Otros", the country.

    A request may give only the buyer's name (contract 7.5), while schemas fe-fex-v1 and fe-fex-v3 take no null here.
    ``terms`` holds a country of CAT-020. Raises InvalidSale for an unknown activity.
    """
    kind, number = identity_document(receiver)
    country_name = labels(Catalog.COUNTRIES)[terms.country]
    complement = receiver.address.complement if receiver.address else None
    return ForeignReceiver(
        document_type=kind or OTHER_DOCUMENT,
        document_number=number or WITHOUT_NUMBER,
        activity_name=activity_name(receiver.activity_code or OTHER_ACTIVITY, "customer.activity_code"),
        country_name=country_name,
        address=at_least(shortest_address, complement) or domicile_in(terms.country),
    )
