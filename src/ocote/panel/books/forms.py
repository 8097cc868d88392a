"""The form for the files of a month: the accountant's choices and the first folios."""

from collections.abc import Mapping
from typing import Final

from wtforms import HiddenField, IntegerField, SelectField

from ocote.books.choices import (
    INCOME_TYPES,
    PURCHASE_CLASSES,
    PURCHASE_KINDS,
    PURCHASE_OPERATIONS,
    PURCHASE_SECTORS,
    Choices,
)
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm

_USUAL: Final = Choices()


def _choice(label: str, known: Mapping[str, str], usual: str) -> SelectField:
    choices = choices_of((code, f"{code}: {words}") for code, words in known.items())
    return SelectField(label, choices=choices, default=usual)


def _folio(label: str) -> IntegerField:
    return IntegerField(label, default=1, render_kw={"min": 1, "inputmode": "numeric"})


class BooksForm(PanelForm):
    """The codes of income tax, which no document holds, and the first folio of each printed book."""

    month = HiddenField()
    income_type = _choice("Ventas: tipo de ingreso", INCOME_TYPES, _USUAL.income_type)
    purchase_operation = _choice("Compras: tipo de operación", PURCHASE_OPERATIONS, _USUAL.purchase_operation)
    purchase_class = _choice("Compras: clasificación", PURCHASE_CLASSES, _USUAL.purchase_class)
    purchase_sector = _choice("Compras: sector", PURCHASE_SECTORS, _USUAL.purchase_sector)
    purchase_kind = _choice("Compras: tipo de costo o gasto", PURCHASE_KINDS, _USUAL.purchase_kind)
    consumers_folio = _folio("Libro de ventas a consumidores")
    taxpayers_folio = _folio("Libro de ventas a contribuyentes")
    purchases_folio = _folio("Libro de compras")
