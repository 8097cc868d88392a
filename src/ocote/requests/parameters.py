"""The parameters of a URL that an endpoint does not read, or reads otherwise than they were sent. Pure."""

from collections.abc import Collection, Iterable
from typing import Final

from ocote.documents.view import AnswerWarning
from ocote.requests.misnamed import NO_SUCH_NAME, is_a_trial, likely_name
from ocote.requests.noted import Noted
from ocote.web.invalid import invalid

_IGNORED: Final = "parameter_ignored"

_DRY_RUN: Final = "dry_run"

_MAX_SHOWN: Final = 100
"""Of the name of an unknown parameter, in characters."""


def note_parameters(sent: Iterable[tuple[str, str]], known: Collection[str], warnings: list[AnswerWarning]) -> None:
    """Adds a warning for each name that is not known, and for values that give way to a later one of their name.

    Raises InvalidRequest for a name that was likely meant to be ``dry_run``: a trial never becomes a document.
    """
    noted = Noted(warnings)
    by_name: dict[str, set[str]] = {}
    for name, value in sent:
        by_name.setdefault(name, set()).add(value)
    for name, values in by_name.items():
        if (name not in known or len(values) > 1) and noted.has_room(_IGNORED, name):
            why = "se envió varias veces; cuenta la última" if name in known else _why(name, known, by_name)
            noted.warn(_IGNORED, name[:_MAX_SHOWN], why=why)
    noted.close()
    misspelled = [name for name in by_name if _DRY_RUN in known and name not in known and is_a_trial(name)]
    if misspelled:
        raise invalid("dry_run_misspelled", misspelled[0][:_MAX_SHOWN])


def ignore_parameter(name: str, why: str, warnings: list[AnswerWarning]) -> None:
    """Adds a warning for a known parameter that does not count."""
    warnings.append(AnswerWarning(_IGNORED, name, {"why": why}))


def _why(name: str, known: Collection[str], sent: Collection[str]) -> str:
    likely = likely_name(name, [each for each in known if each not in sent])
    return f"{NO_SUCH_NAME}; ¿quiso decir «{likely}»?" if likely is not None else NO_SUCH_NAME
