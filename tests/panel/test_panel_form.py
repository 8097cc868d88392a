"""What the forms of the panel say of themselves, without a message of their own."""

from importlib import import_module
from pathlib import Path

import pytest
from wtforms import DateField, DecimalField, Form, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, EqualTo, Length, NumberRange

import ocote.panel
from ocote.panel.frame.choosing import choices_of
from ocote.panel.frame.panel_form import PanelForm
from ocote.panel.frame.rendering import said as said_in
from ocote.people.person import Language

PANEL = Path(str(ocote.panel.__file__)).parent


class Everything(PanelForm):
    needed = StringField("Necesario", [DataRequired()])
    short = StringField("Corto", [Length(max=3)])
    exact = StringField("Exacto", [Length(2, 4)])
    count = IntegerField("Cantidad")
    price = DecimalField("Precio", [NumberRange(1, 5)])
    day = DateField("Día")
    again = PasswordField("Otra vez", [EqualTo("short")])
    kind = SelectField("Tipo", choices=choices_of({"a": "A"}))


SENT = {
    "short": "demasiado",
    "exact": "12345",
    "count": "doce",
    "price": "9",
    "day": "31 de febrero",
    "again": "otra",
    "kind": "b",
}


class _Sent(dict[str, str]):
    def getlist(self, name: str) -> list[str]:
        return [self[name]] if name in self else []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "es",
            {
                "needed": "Complete este dato.",
                "short": "Escriba como máximo 3 caracteres.",
                "exact": "Escriba entre 2 y 4 caracteres.",
                "count": "Escriba un número entero, sin letras.",
                "price": "Escriba un número de 1 a 5.",
                "day": "Elija una fecha que exista.",
                "again": "Los dos datos no son iguales.",
                "kind": "Elija una de las opciones.",
            },
        ),
        (
            "en",
            {
                "short": "Type at most 3 characters.",
                "price": "Type a number from 1 to 5.",
                "kind": "Choose one of the options.",
            },
        ),
    ],
)
def test_a_form_says_in_the_language_of_the_person_what_is_wrong(language: Language, said: dict[str, str]) -> None:
    form = Everything(_Sent(SENT))
    assert not form.validate()
    assert {name: said_in(language, form[name].errors[0]) for name in said} == said


def test_every_form_of_the_panel_speaks_so() -> None:
    for module in PANEL.rglob("*.py"):
        name = ".".join(("ocote.panel", *module.relative_to(PANEL).with_suffix("").parts))
        loaded = import_module(name.removesuffix(".__init__"))
        forms = [each for each in vars(loaded).values() if isinstance(each, type) and issubclass(each, Form)]
        silent = [each.__qualname__ for each in forms if each is not Form and not issubclass(each, PanelForm)]
        assert not silent, f"{name}: {silent} have to derive from PanelForm"
