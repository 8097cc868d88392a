"""What ``ocote worker`` does about the outbox, as a process of its own would."""

import asyncio

from ocote.parts import open_parts
from tests.house import RunningHouse


def send_what_is_due(house: RunningHouse) -> None:
    """Rounds until nothing is due any more."""

    async def work() -> None:
        async with open_parts(house.settings, clock=house.clock) as other:
            while await other.sending.run_once():
                pass

    asyncio.run(work())
