"""A company that would issue a CCF or a purchase to itself by mistake. Pure."""

from ocote.companies.company import Profile
from ocote.dte.faults import InvalidSale
from ocote.errors import fault
from ocote.issuing.request import CustomerData


def require_another(profile: Profile, person: CustomerData, prefix: str) -> None:
    """Raises InvalidSale when the buyer of a CCF or the seller of a purchase is the company itself.

    Compares NIT, DUI (which is the NIT of a company whose NIT is homologated, rules.md 9) and NRC, where a zero in
    front does not count. ``prefix`` is the field of the request that holds the person.
    """
    own = {"nit": profile.nit, "dui": profile.nit, "nrc": profile.nrc.lstrip("0")}
    given = {"nit": person.nit, "dui": person.dui, "nrc": person.nrc and person.nrc.lstrip("0")}
    faults = [
        fault("party_is_issuer", f"{prefix}.{name}", number=name.upper())
        for name, number in given.items()
        if number == own[name]
    ]
    if faults:
        raise InvalidSale(faults)
