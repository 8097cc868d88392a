"""The form of an item, and the form with a file of items."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.tax_places import section_of
from ocote.items.item import KeptItem
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm
from ocote.requests.item import MAX_CODE, item_fields
from ocote.requests.lines import MAX_DESCRIPTION

_YES: Final = "true"
_NO: Final = "false"

SALE_KIND_WORDS: Final[Mapping[str, str]] = {
    "taxed": "Gravado con IVA",
    "exempt": "Exento",
    "not_subject": "No sujeto",
}
ITEM_KIND_WORDS: Final[Mapping[str, str]] = {"goods": "Bien", "service": "Servicio", "both": "Bien y servicio"}


@cache
def unit_names() -> Mapping[str, str]:
    """The units of measure by their codes (CAT-014)."""
    return catalogs.labels(Catalog.UNITS)


@cache
def tax_names() -> Mapping[str, str]:
    """The taxes beside VAT that an item may bear, by their codes (CAT-015)."""
    every = catalogs.labels(Catalog.TAXES)
    return {code: name for code, name in every.items() if section_of(code) is not None}


class ItemForm(PanelForm):
    """An item as a person fills it in; the API's description checks what is sent."""

    code = StringField(
        "Código",
        description="Su propio código, con el que la caja lo nombra. Mayúsculas y tildes cuentan.",
        render_kw={"maxlength": MAX_CODE, "autocomplete": "off", "required": True},
    )
    description = TextAreaField(
        "Descripción",
        description="Lo que se imprime en el documento.",
        render_kw={"rows": 2, "maxlength": MAX_DESCRIPTION, "required": True},
    )
    unit_price = StringField(
        "Precio",
        description="En dólares, con hasta 8 decimales.",
        render_kw={"inputmode": "decimal", "autocomplete": "off", "required": True},
    )
    prices_include_vat = RadioField(
        "IVA del precio",
        choices=choices_of({_YES: "El precio lleva el IVA incluido", _NO: "El precio es sin IVA"}),
        default=_YES,
        render_kw={"required": True},
    )
    sale_kind = SelectField(
        "Cómo lo trata el IVA", choices=choices_of(SALE_KIND_WORDS), default="taxed", render_kw={"required": True}
    )
    item_kind = SelectField("Qué es", choices=choices_of({"": "Sin indicar", **ITEM_KIND_WORDS}))
    unit = SelectField(
        "Unidad de medida",
        choices=lambda: choices_of(
            {"": "La usual", **{code: f"{name} ({code})" for code, name in unit_names().items()}}
        ),
    )
    taxes = SelectMultipleField(
        "Otros tributos",
        choices=lambda: choices_of({code: f"{code} {name}" for code, name in tax_names().items()}),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    taxes_included = BooleanField("Los tributos que se suman ya están dentro del precio")
    suggested_price = StringField(
        "Precio sugerido de venta",
        description="Solo informa; lo llevan la factura y el crédito fiscal.",
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    seen = HiddenField()


class ItemFileForm(PanelForm):
    """A file of items to bring in."""

    file = FileField(
        "Archivo de artículos",
        description="CSV en UTF-8, separado por comas, puntos y comas o tabuladores, con una fila de encabezados.",
        render_kw={"accept": ".csv,.tsv,.txt,text/csv", "required": True},
    )


def item_form(kept: KeptItem) -> ItemForm:
    """The form with an item as it is kept."""
    return ItemForm(data=_shown(kept) | {"seen": kept.version})


def body_of_item(form: ItemForm) -> dict[str, Any]:
    """The item of a form as the API would get it; an empty field is an absent one."""
    sent = {
        "description": str(form.description.data or "").replace("\r\n", "\n"),
        "unit_price": str(form.unit_price.data or "").strip(),
        "sale_kind": form.sale_kind.data,
        "item_kind": form.item_kind.data,
        "unit": form.unit.data,
        "suggested_price": str(form.suggested_price.data or "").strip(),
    }
    named = {name: value for name, value in sent.items() if value}
    return named | {
        "prices_include_vat": form.prices_include_vat.data != _NO,
        "taxes": list(form.taxes.data or ()),
        "taxes_included": bool(form.taxes_included.data),
    }


def _shown(kept: KeptItem) -> dict[str, Any]:
    fields = item_fields(kept.code, kept.item)
    return fields | {
        "unit_price": f"{kept.item.unit_price:f}",
        "suggested_price": "" if kept.item.suggested_price is None else f"{kept.item.suggested_price:f}",
        "prices_include_vat": _YES if kept.item.prices_include_vat else _NO,
        "unit": "" if kept.item.unit is None else str(kept.item.unit),
        "item_kind": fields["item_kind"] or "",
        "taxes": list(kept.item.taxes),
    }
