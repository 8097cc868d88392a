"""Finds the contingency that an operator means."""

from ocote.operator_error import OperatorError
from ocote.store.contingency.overview import beginning_with
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.engine.store import Store


class ContingencyError(OperatorError):
    """The operator's request is impossible; the text, in Spanish, says why and what to do."""


async def find_contingency(store: Store, beginning: str) -> ContingencyOverview:
    """The only contingency whose id starts with ``beginning``. Raises ContingencyError when none or several match."""
    found = await store.read(beginning_with, beginning.lower())
    if not found:
        raise ContingencyError(
            f"No hay ninguna contingencia {beginning}.", "Véalas con «ocote contingency list --all»."
        )
    if len(found) > 1:
        raise ContingencyError(f"Hay {len(found)} contingencias que empiezan con {beginning}: escriba más del ID.")
    return found[0]
