"""The parts that only some documents have: related and attached documents, export, delivery, appendix."""

from collections.abc import Mapping
from typing import Any, Final

from ocote.dte.catalogs import Catalog
from ocote.printing.figures import date
from ocote.printing.identifiers import identity_number
from ocote.printing.names import title, word
from ocote.printing.sheet import Fact, Section

_ELECTRONIC: Final = 2

_Block = Mapping[str, Any]


def sections(document: _Block) -> tuple[Section, ...]:
    """The sections that have something to say, in the order of the official layouts."""
    found = (
        Section("Documentos relacionados", _related(document)),
        Section("Otros documentos asociados", _attached(document)),
        Section("Exportación", _export(document)),
        Section("Entrega", _handover(document)),
    )
    return tuple(section for section in found if section.facts)


def observations(document: _Block) -> tuple[Fact, ...]:
    """The issuer's free text: in ``resumen`` since Normativa v2.0, in ``extension`` before (export: ``resumen``)."""
    text = (document.get("resumen") or {}).get("observaciones") or (document.get("extension") or {}).get(
        "observaciones"
    )
    return (Fact("Observaciones", text),) if text else ()


def appendix(document: _Block) -> tuple[Fact, ...]:
    """The issuer's own labelled fields."""
    return tuple(Fact(entry["etiqueta"], entry["valor"]) for entry in document.get("apendice") or ())


def _related(document: _Block) -> tuple[Fact, ...]:
    facts = []
    for related in document.get("documentoRelacionado") or ():
        kind = "electrónico" if related["tipoGeneracion"] == _ELECTRONIC else "físico"
        label = f"{title(related['tipoDocumento'])} ({kind}) del {date(related['fechaEmision'])}"
        facts.append(Fact(label, related["numeroDocumento"], is_code=True))
    return tuple(facts)


def _attached(document: _Block) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    for attached in document.get("otrosDocumentos") or ():
        label = attached.get("descDocumento") or word(Catalog.ATTACHED_DOCUMENTS, attached.get("codDocAsociado"))
        physician = attached.get("medico") or {}
        parts = (
            attached.get("detalleDocumento"),
            physician.get("nombre"),
            identity_number(physician.get("nit") or physician.get("docIdentificacion") or ""),
            attached.get("modoTransp") and word(Catalog.TRANSPORTS, attached["modoTransp"]).capitalize(),
            attached.get("placaTrans"),
            attached.get("nombreConductor"),
            identity_number(attached.get("numConductor") or ""),
        )
        facts.append(Fact(label, ", ".join(part for part in parts if part)))
    return tuple(facts)


def _export(document: _Block) -> tuple[Fact, ...]:
    issuer, figures = document["emisor"], document.get("resumen") or {}
    pairs = (
        ("Tipo de exportación", _export_kind(issuer.get("tipoItemExpor"))),
        ("Incoterm", figures.get("descIncoterms")),
        ("Recinto fiscal", _known(Catalog.CUSTOMS_OFFICES, issuer.get("recintoFiscal"))),
        ("Tipo de régimen", _known(Catalog.REGIME_TYPES, issuer.get("tipoRegimen"))),
        ("Régimen", _known(Catalog.REGIMES, issuer.get("regimen"))),
    )
    return tuple(Fact(label, value) for label, value in pairs if value)


def _export_kind(code: int | None) -> str | None:
    return None if code is None else word(Catalog.ITEM_TYPES, code)


def _known(catalog: Catalog, code: str | None) -> str | None:
    if not code:
        return None
    text = word(catalog, code)
    return text if text == code else f"{code}, {text}"


def _handover(document: _Block) -> tuple[Fact, ...]:
    extension = document.get("extension") or {}
    plate = extension.get("placaVehiculo")
    return (
        *_person("Entrega", extension.get("nombEntrega"), extension.get("docuEntrega")),
        *_taker(extension.get("nombRecibe"), extension.get("docuRecibe"), document.get("receptor") or {}),
        *((Fact("Placa del vehículo", plate, is_code=True),) if plate else ()),
    )


def _taker(name: str | None, number: str | None, receiver: _Block) -> tuple[Fact, ...]:
    """The person who takes the goods, unless this is the receiver, who is printed above.

    The signed name has 100 characters at most (``nombRecibe``), so a longer one of the receiver is cut inside a word.
    """
    whole = receiver.get("nombre") or ""
    if name and whole.startswith(name):
        above = {_bare(receiver.get(key)) for key in ("nit", "numDocumento")}
        return () if not number or _bare(number) in above else _person("Recibe", whole, number)
    return _person("Recibe", name, number)


def _person(label: str, name: str | None, number: str | None) -> tuple[Fact, ...]:
    text = ", ".join(part for part in (name, identity_number(number or "")) if part)
    return (Fact(label, text),) if text else ()


def _bare(number: str | None) -> str:
    return (number or "").replace("-", "")
