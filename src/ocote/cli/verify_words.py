"""The Spanish sentences of ``ocote verify``: what is wrong, and what to do."""

from collections.abc import Mapping
from typing import Final

from ocote.archive.walking.fault import ArchiveFault, Difference, FaultKind, Named, StatedField, Subject
from ocote.archive.walking.position import DoubtfulTexts, Findings
from ocote.wording.counted import counted
from ocote.wording.environment import ENVIRONMENT_NAMES
from ocote.wording.moments import local_day_text

_FIELDS: Final[Mapping[StatedField, str]] = {
    "number": "número de control",
    "code": "código de generación",
    "type": "tipo",
    "version": "versión del esquema",
    "environment": "ambiente",
    "issuer": "NIT del emisor",
    "branch": "establecimiento",
    "point of sale": "punto de venta",
    "year": "año",
    "taxable": "gravado",
    "vat": "IVA",
    "exempt": "exento",
    "not subject": "no sujeto",
    "taxes": "otros tributos",
    "gross": "total con IVA",
    "discount": "descuento del documento",
    "collected": "IVA percibido",
    "withheld": "retenido",
    "income tax": "renta retenida",
    "charges": "cargos no afectos",
    "payable": "total a pagar",
    "party": "nombre de la contraparte",
    "adjusted": "documento que ajusta",
    "transmission": "modo de transmisión",
    "document": "documento que invalida",
    "document stamp": "sello del documento",
    "replacement": "documento que lo reemplaza",
    "reason": "motivo",
    "documents": "cantidad de documentos",
    "cause": "causa",
    "stamp": "sello",
}

_SUBJECTS: Final[Mapping[Subject, str]] = {
    "document": "{name}",
    "superseded": "{name}, versión {version}",
    "invalidation": "invalidación de {name}",
    "report": "evento de contingencia {name}",
    "series": "serie {name}",
}

_FROM_A_BACKUP: Final = "Recupérelo de una copia de seguridad («ocote restore» en otro lugar); el original lo tienen "
_ORIGINAL: Final = f"{_FROM_A_BACKUP}también Hacienda y, si es un documento, el cliente."
_ASK_MH: Final = "Compárelo con una copia de seguridad, o consulte a Hacienda por el código de generación."
_LIST: Final = "Corrija la base con una copia de seguridad."
_LOOK_BOTH: Final = "Revise los dos documentos con una copia de seguridad."

_WORDS: Final[Mapping[FaultKind, tuple[str, str]]] = {
    "text_unreadable": ("el texto firmado está dañado y no se puede leer", _ORIGINAL),
    "signature": (
        "el texto no es el que se firmó: la firma no verifica con el certificado de la empresa",
        f"{_ORIGINAL} Si lo firmó otro certificado de la empresa, repita con --certificate ARCHIVO.",
    ),
    "differs": (
        "la base y el texto firmado no dicen lo mismo: {differences}",
        "Vale lo que se firmó; corrija la base con una copia de seguridad.",
    ),
    "version_missing": ("falta el texto firmado de esta versión", _ORIGINAL),
    "stamp_missing": ("está sellado, pero falta su sello", _ASK_MH),
    "stamp_malformed": ("su sello no tiene la forma de un sello de Hacienda", _ASK_MH),
    "stamp_unexpected": ("tiene sello, pero su estado es «{state}»", _ASK_MH),
    "stamp_twice": ("tiene el mismo sello que {other}", _LOOK_BOTH),
    "answer_missing": ("falta la respuesta de Hacienda", _ASK_MH),
    "answer_unreadable": ("la respuesta de Hacienda está dañada y no se puede leer", _ASK_MH),
    "answer_differs": ("la base y la respuesta de Hacienda no dicen lo mismo: {differences}", _ASK_MH),
    "adjusted_missing": ("no existe el documento que ajusta{adjusted}", _ORIGINAL),
    "adjusted_not_stamped": ("no está sellado el documento que ajusta{adjusted}", _LOOK_BOTH),
    "adjusted_not_cancelled": ("anula un documento que figura como válido", _LOOK_BOTH),
    "adjusted_twice": (
        "figura como nota sobre un solo documento de la empresa y, a la vez, con una lista de documentos",
        _LIST,
    ),
    "adjusted_unreadable": ("la lista de los documentos que ajusta está dañada y no se puede leer", _LIST),
    "adjusted_differs": ("la nota y la lista de los documentos que ajusta no concuerdan: {differences}", _LIST),
    "cancelled_without_cause": (
        "figura como invalidado, pero no hay evento ni nota con sello que lo invalide",
        _ASK_MH,
    ),
    "not_cancelled": ("Hacienda selló su invalidación, pero figura como válido", _ASK_MH),
    "cancelled_document_missing": ("no existe el documento que invalida", _ORIGINAL),
    "number_gap": (
        "{numbers}",
        "Búsquelo en una copia de seguridad o en el diario («ocote restore»): se entregó y aquí ya no está.",
    ),
    "number_twice": ("más de un documento lleva el número {number}", _LOOK_BOTH),
    "counter_too_low": (
        "existe el número {last}, pero el contador va por el {counter}",
        "Ponga: ocote number set --company {nit} --pos {pos} --type {doc_type} --year {year} --next {next}",
    ),
}

_LONGEST_VALUE: Final = 60


def archive_fault_line(fault: ArchiveFault) -> str:
    """One line about a fault: the company, what is wrong with what, and the remedy."""
    what, remedy = _WORDS[fault.kind]
    facts = dict(fault.named.facts)
    values = {
        **facts,
        "nit": fault.nit,
        "differences": "; ".join(map(_difference, fault.differences)),
        "numbers": _missing(facts),
        "adjusted": f" {_shown(facts['adjusted'])}" if "adjusted" in facts else "",
        "next": str(int(facts.get("last", "0")) + 1),
    }
    return (
        f"✗ {_company(fault.nit, fault.environment)}, {_subject(fault.named)}: {what.format_map(values)}. "
        f"→ {remedy.format_map(values)}"
    )


def doubtful_line(texts: DoubtfulTexts) -> str:
    """The line about texts that an earlier certificate signed, or that are damaged."""
    count = counted(texts.texts, "texto firmado", "textos firmados")
    verb = "no verifica" if texts.texts == 1 else "no verifican"
    return (
        f"! {_company(texts.nit, texts.environment)}: {count} del {local_day_text(texts.signed_from)} al "
        f"{local_day_text(texts.signed_until)} {verb} con el certificado de hoy. Son anteriores a su primer uso: los "
        "firmó un certificado anterior, o están dañados, y sin él no se puede saber. → Repita con --certificate "
        "ARCHIVO, el .crt anterior."
    )


def summary_lines(found: Findings, *, is_log_whole: bool = True) -> list[str]:
    """How much was compared, and the outcome."""
    counted = (
        (found.companies, "empresa", "empresas"),
        (found.documents, "documento", "documentos"),
        (found.texts, "texto firmado", "textos firmados"),
        (found.events, "evento", "eventos"),
        (found.series, "serie de números", "series de números"),
    )
    compared = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counted)
    outcome = "✓ Todo concuerda."
    if found.faults:
        outcome = "✗ 1 fallo." if found.faults == 1 else f"✗ {found.faults} fallos."
    elif not is_log_whole:
        outcome = "✗ El archivo concuerda, pero la bitácora no está entera."
    elif found.doubtful:
        outcome = "✓ Ningún fallo cierto; hay textos que no se pudieron comprobar."
    return [f"Revisado: {compared}.", *_declared(found.declared), outcome]


def _declared(notes: int) -> list[str]:
    """The line about notes on documents of other systems."""
    if not notes:
        return []
    count = counted(notes, "nota ajusta", "notas ajustan")
    return [f"{count} documentos de otro sistema; de esos documentos consta solo lo que declaró quien pidió la nota."]


def _company(nit: str, environment: str) -> str:
    return f"{nit} ({ENVIRONMENT_NAMES[environment]})"


def _subject(named: Named) -> str:
    return _SUBJECTS[named.subject].format_map({**named.facts, "name": _shown(named.name)})


def _difference(difference: Difference) -> str:
    return f"{_FIELDS[difference.field]} {_shown(difference.stored)} ≠ {_shown(difference.signed)}"


def _missing(facts: Mapping[str, str]) -> str:
    first, last = facts.get("first"), facts.get("last")
    return f"falta el número {first}" if first == last else f"faltan los números {first} a {last}"


def _shown(value: str) -> str:
    """A value that may be damaged, on one line."""
    clean = "".join(sign if sign.isprintable() else "·" for sign in value)
    return clean if len(clean) <= _LONGEST_VALUE else f"{clean[:_LONGEST_VALUE]}…"
