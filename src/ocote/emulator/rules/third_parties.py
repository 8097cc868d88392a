"""The rules on sales on account of a third party, the mandante (wider-sales.md 2.7)."""

from collections.abc import Mapping
from typing import Any

from ocote.emulator.messages import THIRD_PARTY, Finding, at
from ocote.emulator.rules import codes
from ocote.emulator.rules.people import nit_finding
from ocote.emulator.rules.reading import Reading

DOMICILED = 1
_SETTLEMENTS_AND_RECEIPTS = frozenset(("07", "08", "09"))


def third_party(reading: Reading) -> Finding | None:
    """The mandante is named by number and is not the issuer; v2.0 also states whether it is domiciled.

    A document that is related to a 07, 08 or 09 names no mandante. Whether a domiciled mandante is registered for VAT
    is not judged: the emulator knows only the companies that use it.
    """
    mandante = reading.document["ventaTercero"]
    if mandante is None:
        return None
    related = reading.document.get("documentoRelacionado") or ()
    if any(row["tipoDocumento"] in _SETTLEMENTS_AND_RECEIPTS for row in related):
        return at("ventaTercero", "024", THIRD_PARTY)
    if mandante["nit"] is None:
        return at("ventaTercero.nit", "005", THIRD_PARTY)
    if mandante["nit"] == reading.company.nit:
        return at("ventaTercero.nit", "007", THIRD_PARTY)
    return _domicile(mandante) if reading.edition == "v2" else None


def _domicile(mandante: Mapping[str, Any]) -> Finding | None:
    domicile = mandante["codDomiciliado"]
    if domicile not in codes.FISCAL_DOMICILES:
        return at("ventaTercero.codDomiciliado", "005" if domicile is None else "003", THIRD_PARTY)
    return nit_finding(mandante["nit"], "ventaTercero.nit", THIRD_PARTY) if domicile == DOMICILED else None
