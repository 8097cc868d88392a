"""Turns a signed document of either edition into the printed sheet, from the document alone."""

from collections.abc import Mapping
from typing import Any, Final

from ocote.dte.catalogs import Catalog
from ocote.printing.annexes import appendix, observations, sections
from ocote.printing.figures import date
from ocote.printing.lines import rounding, table
from ocote.printing.names import title, word
from ocote.printing.parties import printed_issuer, receiver, third_parties
from ocote.printing.qr import consultation_url
from ocote.printing.sheet import Fact, Mark, Sheet, Void
from ocote.printing.strip import strip
from ocote.printing.summary import summary

TEST_MARK: Final = "PRUEBA – SIN VALIDEZ FISCAL"
CONTINGENCY_MARK: Final = "TRANSMISIÓN POR CONTINGENCIA"
UNDONE_MARKS: Final[Mapping[Void, str]] = {
    "invalidated": "INVALIDADO",
    "adjusted": "ANULADO POR NOTA DE CRÉDITO",
    "draft": "BORRADOR – SIN EMITIR",
}

_TEST_ENVIRONMENT: Final = "00"
_BY_CONTINGENCY: Final = 2
_TRANSMISSIONS: Final = {1: "Normal", 2: "Por contingencia"}
_MODELS: Final = {1: "Previo", 2: "Diferido"}


def sheet(document: Mapping[str, Any], *, stamp: str | None, undone: Void | None, is_strip: bool) -> Sheet:
    """The printed form of a document: the fields of ``rules.md`` 11 ("Always shown") and all others with a value.

    A ``stamp`` of None means that MH has not stamped the document (contingency, draft). ``undone`` is why the document
    does not count. ``is_strip`` arranges the lines for a narrow roll.
    """
    identification = document["identificacion"]
    receiving = receiver(document)
    return Sheet(
        title=title(identification["tipoDte"]),
        reference=identification["numeroControl"],
        keywords=(identification["codigoGeneracion"], identification["numeroControl"]),
        issuer=printed_issuer(document),
        identity=_identity(identification, stamp),
        parties=(*(() if receiving is None else (receiving,)), *third_parties(document)),
        sections=sections(document),
        table=None if is_strip else table(document),
        strip=strip(document) if is_strip else (),
        summary=summary(document),
        remarks=(*observations(document), *rounding(document)),
        appendix=appendix(document),
        marks=marks(identification, undone),
        url=consultation_url(identification),
    )


def marks(identification: Mapping[str, Any], undone: Void | None = None) -> tuple[Mark, ...]:
    """The warnings that every page must show: taken back or draft, test environment, contingency (CAT-004 code 2)."""
    return (
        *((Mark(undone, UNDONE_MARKS[undone]),) if undone else ()),
        *((Mark("test", TEST_MARK),) if identification["ambiente"] == _TEST_ENVIRONMENT else ()),
        *((Mark("contingency", CONTINGENCY_MARK),) if identification.get("tipoOperacion") == _BY_CONTINGENCY else ()),
    )


def _identity(identification: Mapping[str, Any], stamp: str | None) -> tuple[Fact, ...]:
    is_deferred = identification["tipoOperacion"] == _BY_CONTINGENCY
    without_stamp = "Pendiente: emitido en contingencia, aún no transmitido" if is_deferred else "Sin sello"
    contingency = identification.get("tipoContingencia")
    reason = identification.get("motivoContin") or identification.get("motivoContigencia")
    return (
        Fact("Código de generación", identification["codigoGeneracion"], is_code=True),
        Fact("Número de control", identification["numeroControl"], is_code=True),
        Fact("Sello de recepción", without_stamp if stamp is None else stamp, is_code=stamp is not None),
        Fact("Modelo de facturación", _MODELS[int(identification["tipoModelo"])]),
        Fact("Tipo de transmisión", _TRANSMISSIONS[int(identification["tipoOperacion"])]),
        Fact("Fecha y hora de generación", f"{date(identification['fecEmi'])} {identification['horEmi']}"),
        Fact("Versión", str(identification["version"])),
        *(
            ()
            if contingency is None
            else (Fact("Tipo de contingencia", reason or word(Catalog.CONTINGENCY_KINDS, contingency)),)
        ),
    )
