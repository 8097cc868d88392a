"""The tax codes (CAT-015) that the v1.x schemas list, by section of the document."""

IN_LINE = (
    "C3 59 71 D1 C5 C6 C7 C8 D5 D4 19 28 31 32 33 34 35 36 37 38 39 42 43 44 50 51 52 53 54 55 58 77 78 79 85 86 91 92 "
    "A1 A5 A7 A9"
)
INVOICE_LINE = tuple(IN_LINE.split())
TAX_CREDIT_LINE = ("20", *INVOICE_LINE)
CREDIT_NOTE_LINE = ("20", "C3", "59", "71", "D1", "C8", "D5", "D4")
INVOICE_SUMMARY = tuple(code for code in INVOICE_LINE if code != "D4")
OF_THEIR_OWN_LINE = ("A8", "57", "90", "D4", "D5", "25", "A6")
"""Taxes with a separate line (``tipoItem`` 4, ``codTributo``)."""
