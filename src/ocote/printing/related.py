"""The related documents of a document, and which of them a line belongs to."""

from collections.abc import Mapping
from typing import Any, Final

from ocote.printing.figures import date
from ocote.printing.kinds import CHARGES
from ocote.printing.names import title
from ocote.printing.sheet import Fact

_ELECTRONIC: Final = 2

_Block = Mapping[str, Any]


def related_facts(document: _Block) -> tuple[Fact, ...]:
    """Every related document: type, kind and date as the label, and the number of the document as the value.

    The labels have the ordinal numbers of :func:`related_numbers`, where the lines refer to them.
    """
    ordinals = related_numbers(document)
    facts = []
    for each in document.get("documentoRelacionado") or ():
        number = each["numeroDocumento"]
        ordinal = f"{ordinals[number]}. " if ordinals else ""
        kind = "electrónico" if each["tipoGeneracion"] == _ELECTRONIC else "físico"
        label = f"{ordinal}{title(each['tipoDocumento'])} ({kind}) del {date(each['fechaEmision'])}"
        facts.append(Fact(label, number, is_code=True))
    return tuple(facts)


def related_numbers(document: _Block) -> Mapping[str, str]:
    """An ordinal number for each related document, by which lines refer to the document.

    Empty when the lines need no reference: no line names a document, or every sale names the only one.
    """
    numbers = list(dict.fromkeys(each["numeroDocumento"] for each in document.get("documentoRelacionado") or ()))
    named = {line.get("numeroDocumento") or None for line in document["cuerpoDocumento"] if not line.get(CHARGES.key)}
    if named <= {None} or (len(numbers) == 1 and named == set(numbers)):
        return {}
    return {number: str(at) for at, number in enumerate(numbers, start=1)}


def related_reference(line: _Block, numbers: Mapping[str, str]) -> str:
    """The ordinal number of a line's related document; an unlisted document has its whole number instead."""
    named = line.get("numeroDocumento") or ""
    return numbers.get(named, named)
