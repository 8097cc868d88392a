"""The refusal of a search that found no turn, or no end."""

from collections.abc import Iterator
from contextlib import contextmanager

from ocote.documents.view import Refused
from ocote.store.engine.store import SearchTooLongError, TooManySearchesError


@contextmanager
def refusing_searches() -> Iterator[None]:
    """Raises Refused for a search that finds too many of its company waiting, or that took too long."""
    try:
        yield
    except TooManySearchesError as error:
        raise Refused("too_many_searches") from error
    except SearchTooLongError as error:
        raise Refused("search_too_long") from error
