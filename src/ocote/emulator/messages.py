"""MH's message table and a finding from it (protocol.md 5)."""

from dataclasses import dataclass

TEXTS = {
    "003": "VALOR NO VALIDO",
    "004": "YA EXISTE UN REGISTRO CON ESE VALOR",
    "005": "DEBE PROPORCIONAR UN VALOR",
    "006": "FORMATO NO VALIDO",
    "007": "VALOR NO ES PERMITIDO",
    "008": "NO CORRESPONDE A CONTRIBUYENTE",
    "012": "NO EXISTE EVENTO DE CONTINGENCIA",
    "013": "NO ESTA ENTRE PERIODO REPORTADO EN EVENTO DE CONTINGENCIA",
    "014": "NO EXISTE UN REGISTRO CON ESTE DATO",
    "015": "DOCUMENTO SE ENCUENTA ANULADO",  # the table's own spelling
    "016": "MONTO DE OPERACIÓN ES MAYOR AL DOCUMENTO RELACIONADO",
    "017": "FECHA NO ES CORRECTA",
    "018": "FECHA FUERA DE PLAZO PERMITIDO",
    "020": "CALCULO INCORRECTO",
    "024": "VALOR EN CAMPO NO APLICA",
    "025": "VALORES REPETIDOS",
    "026": "NO SE PERMITEN VALORES DIFERENTES",
    "027": "DATO NO COINCIDE CON DTE",
    "028": "DTE ESTA RELACIONADO CON OTRO DTE",
    "096": "DOCUMENTO NO CUMPLE ESQUEMA JSON",
    "097": "NO SE HA PROPORCIONADO DATOS PARA VALIDAR",
    "098": "DATOS NO CUMPLEN ESTANDAR JSON",
    "099": "ERROR NO CATALOGADO",
}

DOCUMENT, EMITTER, RECEIVER, RELATED, ITEMS, SUMMARY, EXTENSION = "11", "12", "13", "14", "15", "16", "17"
SIGNATURE, THIRD_PARTY, SCHEMA, GENERAL = "20", "21", "98", "99"


@dataclass(frozen=True, slots=True)
class Finding:
    """The reason of a refusal: code, class and the text of ``descripcionMsg``."""

    code: str
    class_code: str
    text: str
    observations: tuple[str, ...] = ()


def at(path: str, code: str, class_code: str) -> Finding:
    """A finding on one field, ``[section.field] TEXT``."""
    return Finding(code, class_code, f"[{path}] {TEXTS[code]}")


def general(code: str, class_code: str, *observations: str) -> Finding:
    """A finding on the document as a whole."""
    return Finding(code, class_code, TEXTS[code], observations)
