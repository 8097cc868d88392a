"""The lines take turns, one place each at a time, and who goes away leaves the line."""

import asyncio
from collections.abc import Callable

import pytest

from ocote.turns import FairTurns, LineTooLongError


class Visits:
    """Callers of some turns, each of whom stays until he is let go; ``order`` is who came in, one after the other."""

    def __init__(self, places: int, most_waiting: int = 100) -> None:
        self.turns: FairTurns[str] = FairTurns(places, most_waiting)
        self.order: list[str] = []
        self._inside: dict[str, asyncio.Event] = {}

    async def come(self, name: str) -> "asyncio.Task[None]":
        """Somebody whose name begins with the name of the line comes; he is inside, or waits."""
        self._inside[name] = asyncio.Event()
        task = asyncio.create_task(self._visit(name))
        await self.settle()
        return task

    async def let_go(self, name: str, and_then: Callable[[], object] = lambda: None) -> None:
        """Who is inside leaves. ``and_then`` happens before the next one knows that he has a place."""
        self._inside[name].set()
        await asyncio.sleep(0)
        and_then()
        await self.settle()

    async def settle(self) -> None:
        """Everybody does what he can do now."""
        for _ in range(5):
            await asyncio.sleep(0)

    async def _visit(self, name: str) -> None:
        async with self.turns.turn(name[0]):
            self.order.append(name)
            await self._inside[name].wait()


async def test_a_line_has_one_place_however_many_are_free() -> None:
    visits = Visits(places=4)
    for name in ("a1", "a2", "b1"):
        await visits.come(name)
    assert visits.order == ["a1", "b1"]

    await visits.let_go("a1")

    assert visits.order == ["a1", "b1", "a2"]


async def test_a_long_line_delays_another_by_one_turn_at_most() -> None:
    visits = Visits(places=1)
    for name in ("a1", "a2", "a3", "a4", "b1", "c1"):
        await visits.come(name)

    for name in ("a1", "b1", "c1", "a2", "a3", "a4"):
        await visits.let_go(name)

    assert visits.order == ["a1", "b1", "c1", "a2", "a3", "a4"]


async def test_a_line_that_is_full_takes_nobody() -> None:
    visits = Visits(places=1, most_waiting=1)
    for name in ("a1", "a2"):
        await visits.come(name)
    refused = await visits.come("a3")

    with pytest.raises(LineTooLongError):
        await refused
    await visits.come("b1")
    await visits.let_go("a1")
    assert visits.order == ["a1", "b1"]


async def test_who_goes_away_while_he_waits_is_not_served() -> None:
    visits = Visits(places=1, most_waiting=1)
    await visits.come("a1")
    gone = await visits.come("a2")
    gone.cancel()
    await visits.settle()
    await visits.come("a3")

    await visits.let_go("a1")

    assert visits.order == ["a1", "a3"]


async def test_who_goes_away_in_the_moment_of_his_turn_leaves_his_place() -> None:
    visits = Visits(places=1)
    await visits.come("a1")
    gone = await visits.come("b1")
    await visits.come("c1")

    await visits.let_go("a1", and_then=gone.cancel)
    await visits.settle()

    assert visits.order[-1] == "c1"


async def test_who_is_inside_and_goes_away_leaves_his_place() -> None:
    visits = Visits(places=1)
    inside = await visits.come("a1")
    await visits.come("b1")

    inside.cancel()
    await visits.settle()

    assert visits.order == ["a1", "b1"]
