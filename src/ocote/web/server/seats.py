"""Which connections may be open at once: no address takes them all, and nobody waits while others merely sit there.

A seat is the permission of one connection. The connection *waits* while it is the client's turn: until its request
is complete, TLS and body included, while it does not read its answer, between two requests, and while what it sends is
thrown away. When all seats are taken, the connection that has waited longest loses its seat to the newcomer.
"""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Network, IPv6Address, IPv6Network
from typing import Final, Literal

from msgspec import Struct

from ocote.web.addresses import address_in, household, site

Shortage = Literal["address_full", "all_full"]

_HOUSEHOLDS_OF_A_SITE: Final = 4
"""A site may have as many connections as so many households."""


class Seating(Struct, frozen=True):
    """How many connections may be open: in all, and from one address; ``exempt`` networks know only the first bound.

    A proxy in front of the gateway is exempt, because all its clients come from its address.
    """

    in_all: int
    per_address: int
    exempt: tuple[IPv4Network | IPv6Network, ...] = ()


class NoSeatError(Exception):
    """The connection cannot be admitted; ``why`` tells which bound is reached."""

    def __init__(self, why: Shortage) -> None:
        super().__init__(why)
        self.why = why


class Seat:
    """The permission of one connection."""

    __slots__ = ("_groups", "_seats", "address", "end", "is_taken")

    def __init__(self, seats: "Seats", address: str, groups: tuple[str, ...], end: Callable[[], None]) -> None:
        self._seats = seats
        self._groups = groups
        self.address = address
        self.end = end
        self.is_taken = True

    def wait(self) -> None:
        """It is the client's turn: the connection may be ended for another one."""
        if self.is_taken:
            self._seats.waiting[self] = None

    def work(self) -> None:
        """The gateway is at work for it: the connection is not ended for another one."""
        self._seats.waiting.pop(self, None)

    def leave(self) -> None:
        """Gives the seat back; the second time does nothing."""
        if self.is_taken:
            self.is_taken = False
            self._seats.give_back(self, self._groups)


class Seats:
    """All seats of one process."""

    def __init__(self, rules: Seating) -> None:
        self._rules = rules
        self._taken = 0
        self._of_group: dict[str, int] = {}
        self.waiting: dict[Seat, None] = {}

    def __len__(self) -> int:
        return self._taken

    def take(self, address: str, end: Callable[[], None]) -> tuple[Seat, Seat | None]:
        """A seat, and the seat of the connection that was ended for it, if any. Raises NoSeatError.

        ``end`` ends the connection of the new seat.
        """
        bounds = dict(self._groups(address))
        if any(self._of_group.get(group, 0) >= bound for group, bound in bounds.items()):
            raise NoSeatError("address_full")
        ended = self._make_room() if self._taken >= self._rules.in_all else None
        seat = Seat(self, address, tuple(bounds), end)
        self._taken += 1
        for group in bounds:
            self._of_group[group] = self._of_group.get(group, 0) + 1
        seat.wait()
        return seat, ended

    def give_back(self, seat: Seat, groups: tuple[str, ...]) -> None:
        """Forgets a seat; called by the seat alone."""
        self.waiting.pop(seat, None)
        self._taken -= 1
        for group in groups:
            left = self._of_group[group] - 1
            if left:
                self._of_group[group] = left
            else:
                del self._of_group[group]

    def _make_room(self) -> Seat:
        oldest = next(iter(self.waiting), None)
        if oldest is None:
            raise NoSeatError("all_full")
        oldest.leave()
        oldest.end()
        return oldest

    def _groups(self, address: str) -> Iterator[tuple[str, int]]:
        """The groups that an address belongs to, each with its bound; none for an exempt address."""
        found = address_in(address)
        if found is None or any(found in network for network in self._rules.exempt):
            return
        yield household(found), self._rules.per_address
        if isinstance(found, IPv6Address):
            yield site(found), self._rules.per_address * _HOUSEHOLDS_OF_A_SITE
