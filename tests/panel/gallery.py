"""The frame and each part of the pages with sample values, rendered as the panel renders its pages."""

from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, PrefixLoader
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    Form,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
    widgets,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types

from ocote.panel.frame import rendering

FRAME: Final = Path(str(files("ocote.panel"))) / "frame"
LONG_NAME: Final = "Sociedad Cooperativa de Producción Agropecuaria y Servicios Múltiples " * 3 + "X" * 40
RIGHT_TO_LEFT: Final = "مطعم الأرز اللبناني"


class SampleForm(Form):
    """A field of each kind; those with a rule fail when the form is checked without values."""

    name = StringField("Nombre comercial", [validators.InputRequired("Escriba el nombre."), validators.Length(max=250)])
    nit = StringField("NIT", [validators.InputRequired("El dígito verificador no coincide.")])
    price = DecimalField("Precio", [validators.Optional()])
    quantity = IntegerField(
        "Cantidad", [validators.InputRequired("Escriba la cantidad.")], widget=widgets.NumberInput()
    )
    password = PasswordField("Contraseña", [validators.InputRequired("Escriba su contraseña.")])
    activity = SelectField(
        "Actividad económica",
        choices=[SelectChoice("47111", "Tiendas"), SelectChoice("47112", LONG_NAME)],
        validate_choice=False,
    )
    environment = RadioField(
        "Ambiente",
        [validators.InputRequired("Elija uno.")],
        choices=[SelectChoice("00", "Pruebas"), SelectChoice("01", LONG_NAME)],
    )
    roles = SelectMultipleField(
        "Puede ver",
        choices=[SelectChoice("till", "Sus cajas"), SelectChoice("books", "Los libros")],
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    agrees = BooleanField("Enviar por correo")
    note = TextAreaField("Nota")
    certificate = FileField("Certificado", [validators.InputRequired("Elija un archivo.")])
    since = DateField("Desde", [validators.Optional()])
    kind = SelectField(
        "Tipo",
        choices=[SelectChoice("", "Todos"), SelectChoice("01", "Factura"), SelectChoice("03", "Crédito fiscal")],
        validate_choice=False,
    )


@cache
def environment() -> Environment:
    """Jinja as the panel sets it up, with the gallery beside the frame."""
    return rendering.environment("es").overlay(
        loader=PrefixLoader(
            {"frame": FileSystemLoader(str(FRAME / "templates")), "tests": FileSystemLoader(str(Path(__file__).parent))}
        )
    )


def sample_page(**changes: Any) -> SimpleNamespace:
    """What the frame is told about the request: an owner in a company that tries things out."""
    values: dict[str, Any] = {
        "nav": [
            _group("", ("Hoy", "home", True), ("Documentos", "documents", False), ("Nuevo", "plus", False)),
            _group(
                "Ventas",
                ("Clientes", "people", False),
                ("Productos", "items", False),
                ("Contingencia", "contingency", False),
                ("Correos", "mail", False),
            ),
            _group("Contabilidad", ("Libros y anexos", "book", False), ("Exportar", "download", False)),
            _group(
                "Empresa",
                ("Datos y marca", "company", False),
                ("Correlativos", "counter", False),
                ("Llaves", "key", False),
                ("Avisos a sistemas", "webhook", False),
                ("Personas", "people", False),
                ("Auditoría", "audit", False),
            ),
        ],
        "person": SimpleNamespace(name="Propietaria de Prueba", email="persona@example.com"),
        "company": SimpleNamespace(name="Cafetalito, S.A. de C.V.", environment="00"),
        "companies": [
            SimpleNamespace(href="/panel/c/1", name="Cafetalito, S.A. de C.V.", is_current=True),
            SimpleNamespace(href="/panel/c/2", name=LONG_NAME, is_current=False),
            SimpleNamespace(href="/panel/c/3", name=RIGHT_TO_LEFT, is_current=False),
        ],
        "notices": [SimpleNamespace(tone="good", text="Se guardó la empresa.")],
        "csrf": "ab<c",
        "nonce": "n0nce",
        "path": "/panel/gallery",
        "language": "es",
        "base": "/panel",
        "styles": ["/panel/static/panel.css"],
        "scripts": ["/panel/static/panel.js"],
        "theme": "",
    }
    return SimpleNamespace(**(values | changes))


def _group(label: str, *links: tuple[str, str, bool]) -> SimpleNamespace:
    made = [
        SimpleNamespace(href=f"/panel/{name}", label=name, short=name, icon=icon, is_current=now)
        for name, icon, now in links
    ]
    return SimpleNamespace(label=label, links=made)


def sample_values() -> SimpleNamespace:
    """Figures and names as they come, among them the longest ones and one that is written from the right."""
    tones = {"good": "Sellado", "waiting": "En contingencia", "bad": "Rechazado"}
    customers = ("Consumidor final", LONG_NAME, RIGHT_TO_LEFT, "Ferretería El Clavo", "<b>Ana</b> & Cía.")
    return SimpleNamespace(
        amount=Decimal("1843.5"),
        huge=Decimal("999999999999.99"),
        hours=[
            SimpleNamespace(
                label=f"{hour:02}", value=hour * (24 - hour) % 97, text=f"${hour * (24 - hour) % 97}", href=None
            )
            for hour in range(24)
        ],
        days=[
            SimpleNamespace(
                label=str(day),
                href=f"/panel/documents?day={day}",
                parts=[SimpleNamespace(value=n, text=str(n)) for n in (20 + day * 7 % 31, day % 4, day % 9 // 8)],
            )
            for day in range(1, 31)
        ],
        series=[SimpleNamespace(tone="info" if tone == "good" else tone, label=label) for tone, label in tones.items()],
        types=[
            SimpleNamespace(label="Factura", value=82, text="82", tone="info"),
            SimpleNamespace(label="Crédito fiscal", value=31, text="31", tone="good"),
            SimpleNamespace(label="Nota de crédito", value=0, text="0", tone="waiting"),
            SimpleNamespace(label="Otros", value=15, text="15", tone=""),
        ],
        lines=[
            SimpleNamespace(
                number=f"M001P001-{index + 1203}",
                kind="Factura" if index % 2 else "Crédito fiscal",
                customer=customer,
                where="Caja 1",
                at=f"10:{42 + index}",
                state=SimpleNamespace(tone=tone, text=tones[tone]),
                total=Decimal("999999999999.99") if index == 1 else Decimal(index * 17) - 8,
            )
            for index, (customer, tone) in enumerate(
                zip(customers, ("good", "waiting", "good", "bad", "good"), strict=True)
            )
        ],
        facts=[
            SimpleNamespace(label="Cliente", value=RIGHT_TO_LEFT),
            SimpleNamespace(label="Nombre", value=LONG_NAME),
            SimpleNamespace(label="Código de generación", value="7D2B1C1E-5A0B-4E0C-9E1F-0A1B2C3D4E5F", is_code=True),
            SimpleNamespace(label="Total", value=Decimal("11.30")),
        ],
        entries=[
            _entry("good", "Sellado por Hacienda", "10:42:07", "Sello 2026A1B2C3", '{"estado": "PROCESADO"}'),
            _entry("waiting", "Hacienda no respondió", "10:41:59", "Se intentó por 8 segundos.", None),
            _entry("", "Recibido", "10:41:51", None, Markup("<p>Con la llave <code>ok_12</code></p>")),
        ],
        qr=Markup('<svg viewBox="0 0 3 3"><path d="M0 0h1v1H0zM2 0h1v1H2zM1 1h1v1H1zM0 2h1v1H0z"/></svg>'),
    )


def _entry(tone: str, title: str, at: str, text: str | None, details: str | None) -> SimpleNamespace:
    return SimpleNamespace(tone=tone, title=title, at=at, text=text, details=details)


def gallery(*, is_checked: bool = True, **changes: Any) -> str:
    """The page with each part. When its form is checked, without values, the page shows what is wrong."""
    form = SampleForm()
    if is_checked:
        form.validate()
    values = sample_values()
    values.with_faults = is_checked
    template = environment().get_template("tests/gallery.html")
    return template.render(page=sample_page(**changes), form=form, sample=values)


def bare_page(**changes: Any) -> str:
    """A page for somebody who is not logged in."""
    alone: dict[str, Any] = {"person": None, "company": None, "companies": [], "nav": [], "notices": []}
    page = sample_page(**(alone | changes))
    return environment().get_template("tests/bare_gallery.html").render(page=page, form=SampleForm())
