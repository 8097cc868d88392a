"""The VAT books of a month, in the layout of the annexes that are uploaded with form F-07 (``docs/books.md``).

The rules cited as "manual" are those of MH's manual for the annexes of F-07 v14 (700-DGII-MN-2021-26031).
"""
