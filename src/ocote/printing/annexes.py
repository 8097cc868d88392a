"""The parts that only some documents have: related and attached documents, export, delivery, appendix."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from ocote.dte.catalogs import Catalog
from ocote.printing.figures import quantity
from ocote.printing.identifiers import identity_number, tax_number
from ocote.printing.names import word
from ocote.printing.related import related_facts
from ocote.printing.sheet import Fact, Section

_ISSUER, _RECEIVER, _DOCTOR, _TRANSPORT = 1, 2, 3, 4
"""The kinds of associated documents in CAT-021."""
_ATTACHED: Final[Mapping[int | None, str]] = {
    _ISSUER: "Documentos asociados del emisor",
    _RECEIVER: "Documentos asociados del receptor",
    _DOCTOR: "Servicios médicos",
    _TRANSPORT: "Transporte",
    None: "Otros documentos asociados",
}
"""The headings of the kinds; None for a document that tells no known kind."""

_NARROW_LABEL: Final = 24
_NARROW_VALUE: Final = 40
"""The longest texts that one line of half a letter takes, in characters."""

_Block = Mapping[str, Any]


def sections(document: _Block) -> tuple[Section, ...]:
    """The sections with content, in the order of the official layouts."""
    found = (
        Section("Documentos relacionados", related_facts(document)),
        *(_attached(document, kind, heading) for kind, heading in _ATTACHED.items()),
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
    """The issuer's own labelled fields, those without label under their name, without the empty ones."""
    return tuple(
        Fact(entry["etiqueta"] or entry["campo"], entry["valor"])
        for entry in document.get("apendice") or ()
        if entry["valor"]
    )


def _attached(document: _Block, kind: int | None, heading: str) -> Section:
    attached: Sequence[_Block] = document.get("otrosDocumentos") or ()
    rows = [each for each in attached if _known_kind(each) == kind]
    facts = tuple(map(_doctor if kind == _DOCTOR else _transport if kind == _TRANSPORT else _paper, rows))
    is_narrow = all(len(fact.label) <= _NARROW_LABEL and len(fact.value) <= _NARROW_VALUE for fact in facts)
    return Section(heading, facts, is_narrow)


def _known_kind(attached: _Block) -> int | None:
    kind = attached.get("codDocAsociado")
    return kind if kind in _ATTACHED else None


def _paper(attached: _Block) -> Fact:
    return Fact(attached.get("descDocumento") or "Documento", attached.get("detalleDocumento") or "")


def _doctor(attached: _Block) -> Fact:
    """The service as the label, and the doctor with a NIT, or with the document of a doctor from abroad."""
    doctor = attached.get("medico") or {}
    service = doctor.get("tipoServicio")
    number = doctor.get("nit")
    identity = f"NIT\u00a0{tax_number(number)}" if number else _labelled("documento", doctor.get("docIdentificacion"))
    label = "Médico" if service is None else word(Catalog.MEDICAL_SERVICES, quantity(service))
    return Fact(label, _listed(doctor.get("nombre"), identity))


def _transport(attached: _Block) -> Fact:
    """The mode of transport as the label, then the vehicle and the person who drives it."""
    mode = attached.get("modoTransp")
    label = "Transporte" if mode is None else word(Catalog.TRANSPORTS, mode).capitalize()
    return Fact(
        label,
        _listed(
            _labelled("Placa o identificación", attached.get("placaTrans")),
            _labelled("conductor", attached.get("nombreConductor")),
            _labelled("documento", identity_number(attached.get("numConductor") or "")),
        ),
    )


def _labelled(label: str, value: str | None) -> str:
    return f"{label}\u00a0{value}" if value else ""


def _listed(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)


def _export(document: _Block) -> tuple[Fact, ...]:
    issuer, figures = document["emisor"], document.get("resumen") or {}
    pairs = (
        ("Tipo de exportación", _export_kind(issuer.get("tipoItemExpor"))),
        ("Incoterm", figures.get("descIncoterms")),
        ("Recinto fiscal", _code_and_word(Catalog.CUSTOMS_OFFICES, issuer.get("recintoFiscal"))),
        ("Tipo de régimen", _code_and_word(Catalog.REGIME_TYPES, issuer.get("tipoRegimen"))),
        ("Régimen", _code_and_word(Catalog.REGIMES, issuer.get("regimen"))),
    )
    return tuple(Fact(label, value) for label, value in pairs if value)


def _export_kind(code: int | None) -> str | None:
    return None if code is None else word(Catalog.ITEM_TYPES, code)


def _code_and_word(catalog: Catalog, code: str | None) -> str | None:
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
    """The person who takes the goods, unless this person is the receiver, who is printed above.

    The signed name has 100 characters at most (``nombRecibe``), so a longer name of the receiver is cut inside a word.
    """
    whole = receiver.get("nombre") or ""
    if name and whole.startswith(name):
        above = {_without_hyphens(receiver.get(key)) for key in ("nit", "numDocumento")}
        return () if not number or _without_hyphens(number) in above else _person("Recibe", whole, number)
    return _person("Recibe", name, number)


def _person(label: str, name: str | None, number: str | None) -> tuple[Fact, ...]:
    text = _listed(name, identity_number(number or ""))
    return (Fact(label, text),) if text else ()


def _without_hyphens(number: str | None) -> str:
    return (number or "").replace("-", "")
