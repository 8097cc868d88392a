"""The forms that change a company, section by section."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct
from wtforms import BooleanField, FileField

from ocote.panel.described.fields import (
    EDITIONS,
    EXPORT,
    FISCAL_FIELDS,
    MAIL,
    RESPONSIBLE,
    TAX_FIELDS,
    ShownField,
)
from ocote.panel.frame.panel_form import PanelForm


class ShownGroup(Struct, frozen=True):
    """Fields under a heading, behind a line where few companies need them."""

    title: str
    fields: tuple[ShownField, ...]
    is_folded: bool = False


class FormSection(Struct, frozen=True):
    """A form of its own: its name in the path, its title, its groups of fields."""

    name: str
    title: str
    text: str
    groups: tuple[ShownGroup, ...]
    is_guarded: bool = False

    @property
    def fields(self) -> tuple[ShownField, ...]:
        """The fields of all groups."""
        return tuple(field for group in self.groups for field in group.fields)


SECTIONS: Final[Mapping[str, FormSection]] = MappingProxyType(
    {
        section.name: section
        for section in (
            FormSection(
                "fiscal",
                "Datos fiscales",
                "Así aparece la empresa en cada documento desde que se guarda.",
                (
                    ShownGroup("Empresa", FISCAL_FIELDS),
                    ShownGroup("Persona responsable", RESPONSIBLE),
                    ShownGroup("Impuestos y compradores", TAX_FIELDS),
                ),
            ),
            FormSection(
                "documents",
                "Documentos y exportación",
                "La edición de la normativa por fecha, y los términos usuales de una factura de exportación.",
                (
                    ShownGroup("Normativa", EDITIONS[:1]),
                    ShownGroup("Excepciones por documento", EDITIONS[1:], is_folded=True),
                    ShownGroup("Exportación", EXPORT),
                ),
            ),
            FormSection(
                "mail",
                "Servidor de correo",
                "Con él la empresa envía los documentos a sus clientes.",
                (ShownGroup("Servidor", MAIL[:5]), ShownGroup("Mensajes", MAIL[5:])),
                is_guarded=True,
            ),
        )
    }
)
"""The sections that are forms of nothing but fields."""


class LogoForm(PanelForm):
    """The logo, which is chosen as a file."""

    logo = FileField(
        "Logo",
        description="PNG o JPEG de 256 KiB a lo sumo. Vacío: sigue el de ahora.",
        render_kw={"accept": "image/png,image/jpeg"},
    )
    without_logo = BooleanField("Quitar el logo")
