"""Who may be connected: bounds for all and for one address, and whose seat a newcomer gets."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.web.server.seats import NoSeatError, Seat, Seating, Seats


def nothing() -> None:
    """The end of a connection that no test looks at."""


def why_not(seats: Seats, address: str) -> str:
    with pytest.raises(NoSeatError) as refused:
        seats.take(address, nothing)
    return refused.value.why


def test_one_address_does_not_take_all_seats() -> None:
    seats = Seats(Seating(in_all=10, per_address=2))
    first, _ = seats.take("192.0.2.1", nothing)
    seats.take("192.0.2.1", nothing)

    assert why_not(seats, "192.0.2.1") == "address_full"
    assert why_not(seats, "::ffff:192.0.2.1") == "address_full"
    seats.take("192.0.2.2", nothing)
    first.leave()
    first.leave()
    seats.take("192.0.2.1", nothing)
    assert why_not(seats, "192.0.2.1") == "address_full"


def test_the_addresses_of_one_household_count_together_and_those_of_one_site_four_times() -> None:
    seats = Seats(Seating(in_all=100, per_address=2))
    for host in range(2):
        seats.take(f"2001:db8:1::{host}", nothing)
    assert why_not(seats, "2001:db8:1::7") == "address_full"
    for household in range(1, 4):
        for host in range(2):
            seats.take(f"2001:db8:1:{household}::{host}", nothing)

    assert why_not(seats, "2001:db8:1:99::1") == "address_full"
    seats.take("2001:db8:2::1", nothing)


def test_an_ipv4_address_counts_alone_also_in_the_form_of_ipv6() -> None:
    seats = Seats(Seating(in_all=100, per_address=1))
    seats.take("::ffff:192.0.2.1", nothing)

    assert why_not(seats, "192.0.2.1") == "address_full"
    seats.take("::ffff:192.0.2.2", nothing)


def test_a_trusted_proxy_may_have_all_seats() -> None:
    seats = Seats(Seating(in_all=3, per_address=1, exempt=(ip_network("10.0.0.0/8"),)))
    for _ in range(3):
        seats.take("10.0.0.1", nothing)[0].work()

    assert why_not(seats, "10.0.0.1") == "all_full"


def test_a_newcomer_gets_the_seat_of_whoever_has_waited_longest() -> None:
    seats, ended = Seats(Seating(in_all=3, per_address=3)), list[str]()
    taken = {name: seats.take("192.0.2.1", lambda name=name: ended.append(name))[0] for name in "abc"}  # type: ignore[misc]
    taken["a"].work()
    taken["b"].work()
    taken["b"].wait()

    _, first = seats.take("192.0.2.9", nothing)
    assert (first, ended) == (taken["c"], ["c"])
    seats.take("192.0.2.9", nothing)
    assert ended == ["c", "b"]
    assert len(seats) == 3


def test_whoever_is_served_keeps_the_seat() -> None:
    seats = Seats(Seating(in_all=1, per_address=1))
    seat, _ = seats.take("192.0.2.1", nothing)
    seat.work()

    assert why_not(seats, "192.0.2.2") == "all_full"


@given(st.lists(st.tuples(st.sampled_from(["192.0.2.1", "192.0.2.2", "2001:db8::1", "unknown"]), st.booleans())))
def test_after_all_have_left_nothing_is_remembered(steps: list[tuple[str, bool]]) -> None:
    seats, taken = Seats(Seating(in_all=4, per_address=2)), list[Seat]()
    for address, leaves in steps:
        if leaves and taken:
            taken.pop(0).leave()
            continue
        try:
            taken.append(seats.take(address, nothing)[0])
        except NoSeatError:
            continue
        assert len(seats) <= 4
    for seat in taken:
        seat.leave()

    assert (len(seats), seats.waiting, seats._of_group) == (0, {}, {})
