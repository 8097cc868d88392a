"""Words for MH's codes."""

import pytest

from ocote.dte.catalogs import Catalog
from ocote.printing.names import place, title, word


def test_an_address_of_the_new_edition_names_its_district() -> None:
    assert place("02", "15", "10") == "Santa Ana, Santa Ana Centro"
    assert place("05", "28", "11") == "Santa Tecla, La Libertad Sur, La Libertad"


def test_an_address_of_the_old_edition_names_its_former_municipality() -> None:
    assert place("05", "11", None) == "Santa Tecla, La Libertad"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert place("06", "99", "98") == "98, 99, San Salvador"
    assert place("99", "01", None) == "01, 99"
    assert word(Catalog.PAYMENT_METHODS, "77") == "77"
    assert title("99") == "99"


@pytest.mark.parametrize(
    ("catalog", "code", "text"),
    [
        (Catalog.UNITS, 59, "Unidad"),
        (Catalog.UNITS, 1, "Metro"),
        (Catalog.PAYMENT_METHODS, "99", "Otros"),
        (Catalog.TERM_UNITS, "01", "Días"),
        (Catalog.CONTINGENCY_KINDS, 5, "Otro"),
    ],
)
def test_words_come_from_the_catalogs_without_instructions(catalog: Catalog, code: str | int, text: str) -> None:
    assert word(catalog, code) == text
