"""The attacks in full, each as one line of the table of faults."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import Final

from tests.faults.tally import Tally
from tests.hostile.besieged import besieged_gateway
from tests.hostile.long_prints import HANG_UPS_AT_ONCE, LONG_PRINT, asked_for, highest_memory_of_all, sell_long
from tests.hostile.neighbour import Day, prepare, under_attack
from tests.hostile.searching import fill, searching_without_end

_REQUESTS: Final = 120
"""Of the attacker in a round: what a key with the usual limits may ask in a minute."""

_FAULTS: Final = 20
"""That are told; there may be thousands of a kind."""


def sell_beside_a_key(database_url: str, folder: Path, rounds: int, chance: Random) -> Tally:
    """A company asks for whatever its key admits, round after round, while its neighbour sells, prints and mails."""
    faults, days = list[str](), list[Day]()
    with besieged_gateway(database_url, folder) as besieged:
        prepare(besieged)
        for number in range(rounds):
            days.append(Day(besieged, f"dia-{number}"))
            with under_attack(besieged, chance.randrange(10**6), _REQUESTS) as attack:
                days[-1].go_on_while(attack.goes_on)
            faults += attack.faults
        found = sum((day.close() for day in days), Counter[str]())
        longest_s, memory = max(day.longest_s for day in days), besieged.highest_memory_mib()
        assert besieged.is_alive(), "the gateway has ended"
    sales = sum(len(day.sold) for day in days)
    remark = f"the neighbour's slowest sale, ticket and list {longest_s:.1f} s; the gateway's memory {memory:.0f} MiB"
    return Tally(
        "a key at its limits beside a neighbour",
        rounds * _REQUESTS,
        sales,
        found["lost"] + len(faults),
        found["doubled"],
        found["skipped"],
        remark,
        tuple(faults),
    )


def search_beside_a_neighbour(database_url: str, folder: Path, documents: int, rounds: int) -> Tally:
    """A company with a large archive lists and exports it without end, while its neighbour sells, prints and lists."""
    with besieged_gateway(database_url, folder) as besieged:
        fill(besieged, documents)
        day = Day(besieged, "dia")
        with searching_without_end(besieged) as searching:
            for _ in range(rounds):
                day.go_on()
        found = day.close()
        longest_s, memory = day.longest_s, besieged.highest_memory_mib()
        assert besieged.is_alive(), "the gateway has ended"
    remark = f"the neighbour's slowest sale, ticket and list {longest_s:.1f} s; the gateway's memory {memory:.0f} MiB"
    return Tally(
        f"searches of {documents} documents beside a neighbour",
        searching.responses.total(),
        len(day.sold),
        found["lost"] + len(searching.faults),
        found["doubled"],
        found["skipped"],
        remark,
        tuple(searching.faults[:_FAULTS]),
    )


def hang_up_on_long_pdfs(database_url: str, folder: Path, times: int) -> Tally:
    """A company asks for the PDF of the longest document and hangs up, again and again; its neighbour sells and mails.

    At every hang-up but the first ones a child is at work for nobody: the remark tells what that costs the neighbour.
    """
    with besieged_gateway(database_url, folder) as besieged:
        sell_long(besieged.attacker, LONG_PRINT)
        day = Day(besieged, "dia")
        day.go_on()
        alone_s = day.longest_s
        with highest_memory_of_all(besieged) as highest:
            for _ in range(times):
                with asked_for(besieged, LONG_PRINT, HANG_UPS_AT_ONCE):
                    day.go_on()
            found = day.close()
        assert besieged.is_alive(), "the gateway has ended"
        own = besieged.highest_memory_mib()
    remark = (
        f"the neighbour's slowest sale, ticket and list {day.longest_s:.1f} s, alone {alone_s:.1f} s; "
        f"memory {own:.0f} MiB, with children {highest[0]:.0f} MiB"
    )
    return Tally(
        "long PDFs with hang-ups",
        times * HANG_UPS_AT_ONCE,
        len(day.sold),
        found["lost"],
        found["doubled"],
        found["skipped"],
        remark,
    )
