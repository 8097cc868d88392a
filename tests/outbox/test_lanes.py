"""Turns are fair, and a lane that is down is left alone for a while."""

from datetime import UTC, datetime, timedelta

from ocote.outbox.lanes import AT_ONCE, AT_ONCE_IN_A_LANE, Lanes

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def after(**time: int) -> datetime:
    return NOON + timedelta(**time)


def test_a_lane_has_its_places_and_no_others() -> None:
    lanes = Lanes()
    for _ in range(AT_ONCE_IN_A_LANE):
        lanes.begin("slow")
    assert lanes.in_turn(["fast", "slow"], NOON) == ["fast"]
    lanes.end("slow")
    assert lanes.in_turn(["fast", "slow"], NOON) == ["fast", "slow"]
    assert lanes.room("slow") == 1


def test_all_lanes_together_have_a_bound() -> None:
    lanes = Lanes()
    for number in range(AT_ONCE):
        lanes.begin(f"lane-{number}")
    assert lanes.in_turn(["another"], NOON) == []


def test_the_lane_behind_the_last_one_comes_first() -> None:
    lanes = Lanes()
    lanes.begin("b")
    assert lanes.in_turn(["a", "b", "c", "d"], NOON) == ["c", "d", "a", "b"]


def test_a_lane_that_is_down_pauses_longer_each_time_and_not_for_ever() -> None:
    lanes = Lanes()
    now, pauses = NOON, []
    for _ in range(7):
        lanes.pause("down", now)
        began = now
        while not lanes.in_turn(["down"], now):
            now += timedelta(seconds=1)
        pauses.append((now - began).total_seconds())
    assert pauses == [30, 60, 120, 240, 300, 300, 300]


def test_failures_during_a_pause_do_not_make_it_longer() -> None:
    lanes = Lanes()
    for _ in range(4):
        lanes.pause("down", NOON)
    assert lanes.in_turn(["down"], after(seconds=29)) == []
    assert lanes.in_turn(["down"], after(seconds=30)) == ["down"]


def test_a_lane_that_works_again_has_no_pause_and_begins_anew() -> None:
    lanes = Lanes()
    lanes.pause("down", NOON)
    lanes.pause("down", after(seconds=30))
    lanes.resume("down")
    assert lanes.in_turn(["down"], after(seconds=31)) == ["down"]
    lanes.pause("down", after(minutes=5))
    assert lanes.in_turn(["down"], after(minutes=5, seconds=30)) == ["down"]
