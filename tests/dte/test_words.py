from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from ocote.dte.words import in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0.01", "CERO 01/100 DÓLARES"),
        ("0.99", "CERO 99/100 DÓLARES"),
        ("1.00", "UN 00/100 DÓLARES"),
        ("1.80", "UN 80/100 DÓLARES"),
        ("16.00", "DIECISÉIS 00/100 DÓLARES"),
        ("21.00", "VEINTIÚN 00/100 DÓLARES"),
        ("22.10", "VEINTIDÓS 10/100 DÓLARES"),
        ("26.88", "VEINTISÉIS 88/100 DÓLARES"),
        ("31.00", "TREINTA Y UN 00/100 DÓLARES"),
        ("39.25", "TREINTA Y NUEVE 25/100 DÓLARES"),
        ("100.00", "CIEN 00/100 DÓLARES"),
        ("101.00", "CIENTO UN 00/100 DÓLARES"),
        ("113.00", "CIENTO TRECE 00/100 DÓLARES"),
        ("159.04", "CIENTO CINCUENTA Y NUEVE 04/100 DÓLARES"),
        ("521.00", "QUINIENTOS VEINTIÚN 00/100 DÓLARES"),
        ("1000.00", "MIL 00/100 DÓLARES"),
        ("1001.00", "MIL UN 00/100 DÓLARES"),
        ("2260.00", "DOS MIL DOSCIENTOS SESENTA 00/100 DÓLARES"),
        ("21000.00", "VEINTIÚN MIL 00/100 DÓLARES"),
        ("31021.00", "TREINTA Y UN MIL VEINTIÚN 00/100 DÓLARES"),
        ("101000.00", "CIENTO UN MIL 00/100 DÓLARES"),
        ("700900.00", "SETECIENTOS MIL NOVECIENTOS 00/100 DÓLARES"),
        ("1000000.00", "UN MILLÓN 00/100 DÓLARES"),
        ("1000001.00", "UN MILLÓN UN 00/100 DÓLARES"),
        ("1001000.00", "UN MILLÓN MIL 00/100 DÓLARES"),
        ("21000000.00", "VEINTIÚN MILLONES 00/100 DÓLARES"),
        ("1000000000.00", "MIL MILLONES 00/100 DÓLARES"),
        ("21000000001.01", "VEINTIÚN MIL MILLONES UN 01/100 DÓLARES"),
        (
            "99999999999.99",
            (
                "NOVENTA Y NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE MILLONES "
                "NOVECIENTOS NOVENTA Y NUEVE MIL NOVECIENTOS NOVENTA Y NUEVE 99/100 DÓLARES"
            ),
        ),
    ],
)
def test_an_amount_is_written_as_spanish_counts_dollars(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


@given(st.integers(min_value=0, max_value=10**13 - 1))
def test_every_payable_amount_fits_mhs_two_hundred_characters(cents: int) -> None:
    assert 8 <= len(in_words(Decimal(cents) / 100)) <= 200


@given(st.integers(min_value=0, max_value=10**11 - 1).filter(lambda whole: "uno" not in num2words(whole, lang="es")))
def test_the_words_agree_with_an_independent_speller_where_nothing_is_shortened(whole: int) -> None:
    assert in_words(Decimal(whole)) == f"{num2words(whole, lang='es').upper()} 00/100 DÓLARES"
