"""The form of what a company remembers of a customer."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from wtforms import FileField, HiddenField, SelectField, StringField, TextAreaField

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.sections.parties import DUI_DOCUMENT, NIT_DOCUMENT
from ocote.issuing.remembered import RememberedCustomer
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm
from ocote.requests.person import MAX_NAME, remembered_fields

_WHOLE_MUNICIPALITY: Final = "M"
"""Before the codes of a place of which only the municipality is known."""

TAXPAYER_KINDS: Final[Mapping[str, str]] = {
    "1": "Pequeño contribuyente",
    "2": "Mediano contribuyente",
    "3": "Gran contribuyente",
    "4": "Gobierno",
}

FORM_FIELDS: Final[Mapping[str, str]] = {"department": "place", "municipality": "place", "district": "place"}
"""The fields of the form under which faults of the API's fields are shown."""


@cache
def activity_names() -> Mapping[str, str]:
    """The economic activities by their codes (CAT-019)."""
    return catalogs.labels(Catalog.ACTIVITIES)


@cache
def place_names() -> Mapping[str, str]:
    """The districts with their departments, by the four digits of both, in the order of their names."""
    named = {
        f"{each.department}{each.code}": f"{each.full_name}, {catalogs.departments()[each.department].name}"
        for each in catalogs.districts().values()
    }
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


@cache
def _countries() -> Mapping[str, str]:
    return {code: name for code, name in catalogs.labels(Catalog.COUNTRIES).items() if code != "SV"}


@cache
def _other_documents() -> Mapping[str, str]:
    every = catalogs.labels(Catalog.IDENTITY_DOCUMENTS)
    return {code: name for code, name in every.items() if code not in (NIT_DOCUMENT, DUI_DOCUMENT)}


class CustomerForm(PanelForm):
    """A customer as a person writes it down; the API's description of a customer checks what is sent."""

    name = StringField("Nombre o razón social", render_kw={"maxlength": MAX_NAME, "required": True})
    nit = StringField("NIT", description="Con o sin guiones.", render_kw={"inputmode": "numeric"})
    dui = StringField("DUI", render_kw={"inputmode": "numeric"})
    nrc = StringField("NRC", description="El registro de IVA.", render_kw={"inputmode": "numeric"})
    document_type = SelectField("Otro documento", choices=lambda: choices_of({"": "Ninguno", **_other_documents()}))
    document_number = StringField("Número del otro documento")
    type_contributor = SelectField("Tipo de contribuyente", choices=choices_of({"": "Sin indicar", **TAXPAYER_KINDS}))
    activity_code = StringField(
        "Actividad económica",
        description="Su código; escriba parte del nombre para buscarlo.",
        render_kw={"list": "activities", "autocomplete": "off"},
    )
    trade_name = StringField("Nombre comercial")
    email = StringField("Correo", render_kw={"type": "email", "autocomplete": "off"})
    phone = StringField("Teléfono", render_kw={"type": "tel", "autocomplete": "off"})
    place = SelectField("Distrito", choices=lambda: choices_of({"": "Sin indicar", **place_names()}))
    address = TextAreaField("Calle y número", render_kw={"rows": 2})
    country = SelectField(
        "País, si vive en el extranjero", choices=lambda: choices_of({"": "El Salvador", **_countries()})
    )
    seen = HiddenField()


class CustomerFileForm(PanelForm):
    """A file of customers to bring in."""

    file = FileField(
        "Archivo de clientes",
        description="CSV separado por comas, puntos y comas o tabuladores, con una fila de encabezados. Hasta 2 MB.",
        render_kw={"accept": ".csv,.tsv,.txt,text/csv", "required": True},
    )


def customer_form(kept: RememberedCustomer) -> CustomerForm:
    """The form with a customer as remembered."""
    fields = remembered_fields(kept.data)
    shown = {name: "" if value is None else str(value) for name, value in fields.items()}
    form = CustomerForm(data=shown | {"place": _place_of(fields), "seen": kept.version})
    return with_place(form)


def with_place(form: CustomerForm) -> CustomerForm:
    """The form with a choice for the place that is chosen, if only its municipality is known."""
    chosen = str(form.place.data or "")
    found = catalogs.municipalities().get((chosen[1:3], chosen[3:])) if chosen[:1] == _WHOLE_MUNICIPALITY else None
    if found is not None:
        name = f"{found.name}, {catalogs.departments()[found.department].name}"
        form.place.choices = choices_of({"": "Sin indicar", chosen: name, **place_names()})
    return form


def body_of_customer(form: CustomerForm) -> dict[str, Any]:
    """The customer of a form as the API would get it; an empty field is an absent one."""
    sent = {name: str(value or "").replace("\r\n", "\n").strip() for name, value in form.data.items()}
    place = sent.pop("place")
    del sent["seen"]
    if place[:1] == _WHOLE_MUNICIPALITY:
        sent |= {"department": place[1:3], "municipality": place[3:]}
    else:
        sent["district"] = place
    return {name: value for name, value in sent.items() if value}


def _place_of(fields: Mapping[str, Any]) -> str:
    if fields["district"]:
        return str(fields["district"])
    return f"{_WHOLE_MUNICIPALITY}{fields['department']}{fields['municipality']}" if fields["municipality"] else ""
