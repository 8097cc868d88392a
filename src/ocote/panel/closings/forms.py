"""The form for the money that the cashier has counted, one field for each form of payment."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from ocote.dte.catalogs import Catalog, labels
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.typed_numbers import AmountField
from ocote.printing.names import word

_USUAL: Final = ("01", "02", "03", "04", "05")
"""Cash, cards, cheques and transfers (CAT-017); the other methods are behind a line."""


class CountedForm(PanelForm):
    """The counted amounts by method (CAT-017), in USD; an empty field is nothing."""

    def counted(self) -> Mapping[str, Decimal]:
        """The amounts of a form without faults, those that are not zero."""
        amounts = {field.short_name: field.amount for field in self if isinstance(field, AmountField)}
        return {name.removeprefix("counted_"): amount for name, amount in amounts.items() if amount}

    def usual(self) -> list[Any]:
        """The fields of the methods that nearly every shop takes."""
        return [field for field in self if field.short_name.removeprefix("counted_") in _USUAL]

    def others(self) -> list[Any]:
        """The fields of the other methods."""
        return [field for field in self if field.short_name.removeprefix("counted_") not in _USUAL]


def counted_form() -> type[CountedForm]:
    """The form with a field for each method of the catalog."""
    attributes = {"inputmode": "decimal", "autocomplete": "off"}
    fields = {
        f"counted_{code}": AmountField(word(Catalog.PAYMENT_METHODS, code), render_kw=attributes)
        for code in labels(Catalog.PAYMENT_METHODS)
    }
    return type("CountedMoneyForm", (CountedForm,), fields)
