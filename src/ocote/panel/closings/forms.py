"""The form for the money that the cashier has counted, one field for each form of payment."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from wtforms import StringField
from wtforms.validators import ValidationError

from ocote.dte.catalogs import Catalog, labels
from ocote.panel.frame.panel_form import PanelForm
from ocote.printing.names import word

_USUAL: Final = ("01", "02", "03", "04", "05")
"""Cash, cards, cheques and transfers (CAT-017); the other methods are behind a line."""

_AMOUNT: Final = re.compile(r"\d{1,9}(\.\d{1,2})?")
_WRONG: Final = "Escriba una cantidad en dólares, como 125.50."


def counted_in(text: str) -> Decimal | None:
    """The amount in a text as people write it, with commas between thousands; None when it is no amount.

    >>> counted_in("$ 1,250.5"), counted_in("doce"), counted_in("")
    (Decimal('1250.50'), None, Decimal('0.00'))
    """
    plain = text.replace("$", "").replace(",", "").replace(" ", "")
    if not plain:
        return Decimal("0.00")
    return Decimal(plain).quantize(Decimal("0.01")) if _AMOUNT.fullmatch(plain) else None


class _CountedField(StringField):
    def pre_validate(self, form: Any) -> None:
        del form
        if counted_in(self.data or "") is None:
            raise ValidationError(_WRONG)


class CountedForm(PanelForm):
    """The counted amounts by method (CAT-017), in USD; an empty field is nothing."""

    def counted(self) -> Mapping[str, Decimal]:
        """The amounts of a form without faults, those that are not zero."""
        amounts = {field.short_name: counted_in(field.data or "") for field in self}
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
        f"counted_{code}": _CountedField(word(Catalog.PAYMENT_METHODS, code), render_kw=attributes)
        for code in labels(Catalog.PAYMENT_METHODS)
    }
    return type("CountedMoneyForm", (CountedForm,), fields)
