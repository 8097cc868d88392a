"""The form of a searched text says what the text may be."""

import pytest

from ocote.requests.searching import read_search, searched_point
from ocote.store.listing import Sought

CODE = "5F0C7A1E-93D2-4B6A-8C11-2E7D90AB4C35"
STAMP = "2026" + "A1" * 18


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("DTE-01-M001P001-000000000000042", Sought(number="DTE-01-M001P001-000000000000042")),
        ("dte-01-m001p001-000000000000042", Sought(number="DTE-01-M001P001-000000000000042")),
        (CODE.lower(), Sought(code=CODE)),
        (f"  {STAMP} ", Sought(stamp=STAMP)),
        ("113.00", Sought(cents=11300)),
        ("$113", Sought(cents=11300)),
        ("$ 1,234.50", Sought(cents=123450)),
        ("USD 1,234", Sought(cents=123400)),
        ("42", Sought(correlative="000000000000042", customer_number="42")),
        ("0042", Sought(correlative="000000000000042", customer_number="0042")),
        ("7", Sought(correlative="000000000000007")),
        ("0614-010226-001-3", Sought(customer_number="06140102260013")),
        ("00016297-5", Sought(customer_number="000162975")),
        ("1234567890123456", Sought()),
        ("José  Pérez", Sought(customer_name="José Pérez")),
        ("POS7-000916", Sought(customer_name="POS7-000916")),
        ("شركة\u200fعربية", Sought(customer_name="شركة عربية")),
        ("a\x00b", Sought(customer_name="a b")),
    ],
)
def test_a_text_is_sought_as_what_its_form_allows(text: str, sought: Sought) -> None:
    found = read_search(text)
    assert found is not None
    assert found.reference is not None
    assert Sought(None, *(getattr(found, name) for name in Sought.__struct_fields__[1:])) == sought


@pytest.mark.parametrize("text", ["", "   ", "-", "…", "\x00"])
def test_a_text_without_letter_or_figure_is_no_search(text: str) -> None:
    assert read_search(text) is None


def test_a_very_long_text_is_sought_nowhere() -> None:
    assert read_search("a" * 251) == Sought()
    assert read_search("a" * 250) == Sought(customer_name="a" * 250)


def test_a_point_of_sale_is_one_by_its_form() -> None:
    assert searched_point(" m001-p002 ") == "M001P002"
    assert searched_point("M001") is None
