"""The short catalogs of codes; places and activities have separate modules."""

EDITION_1_UNITS = frozenset((*range(1, 7), *range(8, 28), *range(29, 41), 42, 43, 44, 45, 46, 47, *range(49, 60), 99))
"""Units of CAT-014 in the v1.x editions, which the schema of type 14 lists too."""

UNITS = frozenset(
    (1, 2, 6, 9, 10, 13, 15, 18, 20, 22, 23, 24, 26, 30, 32, 33, 34, *range(36, 41), *range(42, 48), *range(49, 60), 99)
)
"""Units of CAT-014."""

GALLON = 22
OTHER_UNIT = 99

PAYMENT_FORMS = frozenset(["01", "02", "03", "04", "05", "08", "09", "11", "12", "13", "14", "99"])
"""Forms of payment (CAT-017)."""
EDITION_1_PAYMENT_FORMS = PAYMENT_FORMS | {"06", "10"}
CASH = "01"

TERM_UNITS = frozenset(("01", "02", "03"))
"""Units of the credit term (CAT-018)."""

IDENTITY_DOCUMENTS = frozenset(("36", "13", "37", "03", "02"))
"""Kinds of identity documents (CAT-022)."""
NIT, DUI = "36", "13"

OTHER_PAYMENT = "99"

SECTION_1 = frozenset(["20", "C3", "59", "71", "D1", "C8", "D5", "D4"])
SECTION_2 = frozenset(["A8", "57", "90", "D4", "D5", "A6"])
EDITION_1_SECTION_2 = SECTION_2 | {"25"}
_SECTION_3 = """
C5 C6 C7 19 28 31 32 33 34 35 36 37 38 39 42 43 44 50 51 52 53 54 55 58 77 78 79 85 86 91 92 A1 A5 A7 A9
"""
SECTION_3 = frozenset(_SECTION_3.split())
"""Taxes of section 3 of CAT-015, which are informative (listed but not added).

Section 1 is per item and added, section 2 on a separate line."""

ESTABLISHMENT_KINDS = frozenset(("01", "02", "04", "07"))
"""Kinds of establishment (CAT-009)."""

FISCAL_DOMICILES = frozenset((1, 2))
"""Whether a person has its tax domicile in the country (CAT-032): 1 yes, 2 no."""

TRANSPORT_MODES = frozenset(range(1, 7))
"""Kinds of transport (CAT-030)."""

MEDICAL_SERVICES = frozenset(range(1, 7))
"""Kinds of medical services (CAT-010)."""

CONTINGENCY_TYPES = frozenset(["01", "03", "04", "05", "06", "07", "11", "14"])
"""Document types that may be issued in contingency (rules.md 4)."""
