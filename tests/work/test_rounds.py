"""What every round of the background work does."""

import asyncio

import pytest

from ocote.work.rounds import Progress, all_at_once, each


async def test_when_mh_falls_silent_the_rest_is_left_for_later() -> None:
    asked: list[int] = []

    async def ask(one: int) -> Progress:
        asked.append(one)
        return "worked" if one < 3 else "silence"

    assert await each(list(range(100)), ask) == "silence"
    assert len(asked) < 100
    assert await each([1, 2], ask) == "worked"
    assert await each([], ask) == "idle"


async def test_many_things_about_which_nothing_could_be_done_are_idle() -> None:
    async def ask(one: int) -> Progress:
        return "idle" if one < 3 else "worked"

    assert await each([1, 2], ask) == "idle"
    assert await each([1, 2, 3], ask) == "worked"


async def test_a_failure_holds_up_nothing_else_and_is_handed_on() -> None:
    done: list[int] = []
    failed: list[tuple[int, str]] = []

    async def work(one: int) -> None:
        if one == 2:
            raise RuntimeError("a fault of ours")
        done.append(one)

    assert await all_at_once([1, 2, 3], work, lambda one, error: failed.append((one, str(error)))) == 3
    assert (done, failed) == ([1, 3], [(2, "a fault of ours")])


async def test_work_that_is_cancelled_is_no_failure_of_the_work() -> None:
    async def work(_: int) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await all_at_once([1], work, lambda *_: None)
