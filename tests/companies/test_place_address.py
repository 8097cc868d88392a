"""A person's address completed from what is known of it (contract D13; docs/decisions/0003)."""

import pytest

from ocote.dte.sale import Address
from ocote.issuing.request import Place
from ocote.issuing.sales import place_address

MEJICANOS = Address("06", "23", "08", "Calle al volcán 5")


@pytest.mark.parametrize(
    ("place", "district", "name"),
    [
        (Place("06", "23"), "08", "Mejicanos"),
        (Place("06", "23", "14"), "14", "San Salvador"),
        (Place("12", "22"), "17", "San Miguel"),
        (Place("06", "20"), "01", "Aguilares"),
    ],
    ids=["the company's own", "the one sent", "the namesake", "the first"],
)
def test_a_municipality_without_a_district_is_settled(place: Place, district: str, name: str) -> None:
    assert place_address(place, None, MEJICANOS) == Address(place.department, place.municipality, district, name)
    assert place_address(place, "Pasaje 3", MEJICANOS).complement == "Pasaje 3"


def test_who_names_no_place_is_where_the_company_is() -> None:
    assert place_address(None, None, MEJICANOS) == MEJICANOS
    assert place_address(None, "Pasaje 3", MEJICANOS) == Address("06", "23", "08", "Pasaje 3")
