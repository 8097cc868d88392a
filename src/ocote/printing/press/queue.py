"""The order in which PDFs are set: companies in turn, and short documents before the long ones of their company."""

from bisect import insort
from itertools import count
from typing import Final, Generic, Literal, TypeVar

from ocote.printing.press.limits import LEAST_WAITING, WAITING_IN_ALL, WAITING_OF_COMPANY

Urgency = Literal["now", "soon", "later"]
"""``now``: a till waits. ``soon``: a reader waits. ``later``: nobody does, as for e-mails and exports."""

_ORDER: Final[tuple[Urgency, ...]] = ("now", "soon", "later")

_PARTS_OF_READERS: Final = 2
"""Readers may fill one in so many parts of the queue: a link is no means to refuse a company its own tickets."""


class PressBusyError(Exception):
    """No PDF can be set now: too many wait, of one company or in all, or the system starts no further process."""


class QueuePlace:
    """The place of one PDF in the queue. Of one company the smallest ``order`` comes first."""

    _arrivals = count()

    def __init__(self, company_id: int, urgency: Urgency, size: int, *, is_long: bool) -> None:
        self.company_id = company_id
        self.is_refusable = urgency != "later"
        self.parts = _PARTS_OF_READERS if urgency == "soon" else 1
        self.size = max(size, LEAST_WAITING)
        self.is_long = is_long
        self.order = (is_long, _ORDER.index(urgency), next(self._arrivals))


P = TypeVar("P", bound=QueuePlace)


class PrintQueue(Generic[P]):
    """The PDFs that wait. A company that asks for many delays none of the others by more than one of its own.

    The queue is bounded by the bytes that wait, so that a company may wait for many tickets or for a few long
    documents, and readers find room while it is half empty. Only PDFs for which a client waits are refused: the senders
    of e-mails bound their own number.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, list[P]] = {}
        self._sizes: dict[int, int] = {}

    def __len__(self) -> int:
        """The number of PDFs that wait."""
        return sum(map(len, self._waiting.values()))

    def enter(self, place: P) -> None:
        """Puts a PDF at its place. Raises PressBusyError; the first PDF of a company always finds room there."""
        own = self._sizes.get(place.company_id, 0)
        is_too_much = own and own + place.size > WAITING_OF_COMPANY // place.parts
        in_all = sum(self._sizes.values()) + place.size
        if place.is_refusable and (is_too_much or in_all > WAITING_IN_ALL // place.parts):
            raise PressBusyError
        self._sizes[place.company_id] = own + place.size
        insort(self._waiting.setdefault(place.company_id, []), place, key=lambda each: each.order)

    def leave(self, place: P) -> None:
        """Removes a PDF for which nobody waits any more; does nothing when its turn has come before."""
        if place in self._waiting.get(place.company_id, ()):
            self._remove(place)

    def take_next(self, *, only_short: bool) -> P | None:
        """Removes and returns the PDF whose turn it is; None when none waits, or only long ones do.

        The company of this PDF goes behind all others.
        """
        for company_id, places in self._waiting.items():
            first = places[0]
            if first.is_long and only_short:
                continue
            others = self._waiting.pop(company_id)
            self._waiting[company_id] = others
            self._remove(first)
            return first
        return None

    def take_all(self) -> list[P]:
        """Empties the queue and returns what waited in it."""
        waited = [place for places in self._waiting.values() for place in places]
        self._waiting.clear()
        self._sizes.clear()
        return waited

    def _remove(self, place: P) -> None:
        places = self._waiting[place.company_id]
        places.remove(place)
        self._sizes[place.company_id] -= place.size
        if not places:
            del self._waiting[place.company_id], self._sizes[place.company_id]
