"""The words of the page, in Spanish, for each state of a document."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

from ocote.archive.verification import PublicState
from ocote.clock import local
from ocote.panel.frame.access import PANEL_PATH
from ocote.panel.frame.phrases import phrase

Tone = Literal["good", "waiting", "bad"]


class StateWords(Struct, frozen=True):
    """A headline, a sentence, and a tone that fits the news. The moment replaces ``%(when)s``, if it is known."""

    tone: Tone
    headline: str
    sentence: str


_WORDS: Final[Mapping[PublicState, StateWords]] = MappingProxyType(
    {
        "stamped": StateWords(
            "good",
            "Sellado por Hacienda",
            "El Ministerio de Hacienda recibió y selló este documento%(when)s.",
        ),
        "adjusted": StateWords(
            "bad",
            "Anulado por una nota de crédito",
            "Hacienda selló este documento, pero el emisor lo dejó sin efecto con una nota de crédito%(when)s.",
        ),
        "invalidated": StateWords(
            "bad",
            "Invalidado",
            "El emisor invalidó este documento ante el Ministerio de Hacienda%(when)s. Ya no tiene validez.",
        ),
        "contingency": StateWords(
            "waiting",
            "Emitido en contingencia",
            "El emisor firmó este documento cuando el servicio de Hacienda no respondía, y lo transmitirá en el plazo "
            "que la ley le da. Vuelva a abrir esta página más tarde para ver su sello.",
        ),
        "waiting": StateWords(
            "waiting",
            "En espera del sello de Hacienda",
            "El emisor firmó este documento y lo transmitirá al Ministerio de Hacienda. Vuelva a abrir esta página más "
            "tarde.",
        ),
        "rejected": StateWords(
            "bad",
            "Rechazado por Hacienda",
            "El Ministerio de Hacienda no aceptó este documento. No tiene validez: pida al emisor uno nuevo.",
        ),
    }
)


def state_words(state: PublicState, since: datetime | None) -> StateWords:
    """The words for a state, with its moment in El Salvador's time."""
    words = _WORDS[state]
    if "%(when)s" not in words.sentence:
        return words
    when = "" if since is None else _when(since)
    return StateWords(words.tone, words.headline, phrase(words.sentence, when=when))


def _when(since: datetime) -> str:
    return phrase(" el %(day)s a las %(hour)s", day=f"{local(since):%d/%m/%Y}", hour=f"{local(since):%H:%M}")


class Problem(Struct, frozen=True):
    """The words of a page that shows no document.

    ``code`` is the stable code of the problem, ``way_on`` the address of a page of the panel, if there is one.
    """

    headline: str
    sentence: str
    code: str = ""
    way_on: str = ""


NOT_FOUND: Final = Problem(
    "No encontramos este documento",
    "Revise que el enlace esté completo, tal como lo recibió. Si el problema sigue, pida al emisor que se lo envíe de "
    "nuevo.",
)
TOO_OFTEN: Final = Problem(
    "Demasiadas consultas",
    "Desde esta conexión se han hecho muchas consultas seguidas. Espere un momento y vuelva a intentarlo.",
)
NOT_CONFIDENTIAL: Final = Problem(
    "Esta página solo se abre con https",
    "Escriba https:// al comienzo de la dirección para que nadie más pueda leer el documento.",
)
WRONG_METHOD: Final = Problem("Esta página solo se puede leer", "Ábrala con el enlace que recibió.")
UNAVAILABLE: Final = Problem(
    "El servicio no está disponible", "Vuelva a intentarlo en unos minutos. El documento no se ha perdido."
)
BROKEN: Final = Problem(
    "Algo falló", "La falla quedó registrada. Vuelva a intentarlo en unos minutos; el documento no se ha perdido."
)
WHERE_THE_API_IS: Final = "la API está en /api/connect, y su descripción en /api/connect/docs"
"""What a program is told that calls a path where nothing is."""

NO_PAGE: Final = Problem("No existe esta página", "Revise la dirección.", way_on=PANEL_PATH)

PDF_PROBLEMS: Final[Mapping[str, Problem]] = MappingProxyType(
    {
        "pdf_queue_full": Problem(
            "Hay muchos documentos en espera",
            "El PDF no se pudo preparar en este momento. Vuelva a intentarlo en unos segundos; el documento no se ha "
            "perdido.",
            "pdf_queue_full",
        ),
        "pdf_impossible": Problem(
            "El PDF de este documento no está disponible",
            "El documento es válido. Descargue el archivo JSON, que es el documento legal, o pida el PDF al emisor.",
            "pdf_impossible",
        ),
    }
)
"""The words for each code with which a PDF is refused."""
