"""What time does to documents: the turn of the year and the month, MH's time limits, a clock that is set back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

from ocote.emulator.faults import Endpoint
from tests.e2e.outage import mh_comes_back, mh_goes_away
from tests.e2e.written import payload
from tests.faults.afterwards import InProcessGateway, comes_to, settle, works, works_in_vain
from tests.faults.books import compare, gateway_books
from tests.faults.client import Client
from tests.faults.operations import Operation, Standing, invalidation, sale
from tests.faults.tally import Tally, tally
from tests.running_gateway import RunningGateway, running_gateway

_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Shop:
    """A gateway at a time of the test's choice, and its client."""

    gateway: RunningGateway
    client: Client = field(default_factory=Client)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def new_sale(self) -> Operation:
        return sale(f"CLOCK-{next(self._numbers)}")

    def ask(self, operation: Operation) -> Standing:
        return self.client.ask(InProcessGateway(self.gateway), operation)

    def sells(self, times: int) -> list[Operation]:
        made = [self.new_sale() for _ in range(times)]
        for operation in made:
            self.ask(operation)
        return made

    def number(self, operation: Operation) -> tuple[int, int]:
        """Year and correlative of a document."""
        row = gateway_books(self.gateway.database_url)[operation.reference]
        return row["year"], int(row["control_number"][-15:])

    def says(self, operation: Operation, name: str) -> str:
        """What the signed text of a document says of its identification."""
        row = gateway_books(self.gateway.database_url)[operation.reference]
        said: str = payload(row["jws"])["identificacion"][name]
        return said

    def settles(self) -> None:
        settle(self.gateway, self.client, "after the time had come")


def numbers_begin_again_at_new_year(shop: Shop) -> None:
    """At midnight in El Salvador, six hours after UTC's; a retry of an old number stays in its year."""
    shop.gateway.is_now(2026, 12, 31, 18, 30)
    in_utc_it_is_next_year = shop.sells(2)
    shop.gateway.is_now(2026, 12, 31, 23, 50)
    refused = shop.new_sale()
    shop.gateway.emulator.control.fault("reject", "reception", code="096")
    assert shop.ask(refused) == "rejected"
    shop.gateway.is_now(2027, 1, 1, 0, 10)
    first_of_the_year = shop.sells(2)
    assert shop.ask(refused) == "stamped"
    assert [shop.number(each) for each in in_utc_it_is_next_year] == [(2026, 1), (2026, 2)]
    assert [shop.number(each) for each in first_of_the_year] == [(2027, 1), (2027, 2)]
    assert shop.number(refused) == (2026, 3)
    assert shop.says(refused, "fecEmi") == "2026-12-31"
    assert shop.says(first_of_the_year[0], "fecEmi") == "2027-01-01"


def an_outage_lasts_over_new_year(shop: Shop) -> None:
    """What was issued in the old year keeps its number, its date and its hour."""
    shop.gateway.is_now(2026, 12, 31, 23, 58)
    mh_goes_away(shop.gateway)
    old = shop.sells(3)
    shop.gateway.is_now(2027, 1, 1, 0, 5)
    new = shop.sells(3)
    mh_comes_back(shop.gateway)
    shop.settles()
    assert [shop.number(each) for each in (*old, *new)] == [(year, n) for year in (2026, 2027) for n in (1, 2, 3)]
    assert {shop.says(each, "fecEmi") for each in old} == {"2026-12-31"}


def an_outage_lasts_over_the_end_of_a_month(shop: Shop) -> None:
    """Dates stay in their month; a cancellation of the old month goes through."""
    shop.gateway.is_now(2026, 7, 31, 23, 40)
    [before] = shop.sells(1)
    mh_goes_away(shop.gateway)
    old = shop.sells(3)
    shop.gateway.is_now(2026, 8, 1, 2, 0)
    mh_comes_back(shop.gateway)
    shop.settles()
    assert {shop.says(each, "fecEmi") for each in old} == {"2026-07-31"}
    shop.ask(invalidation(before))


def a_document_is_sent_at_the_last_second_of_a_month(shop: Shop) -> None:
    """It reaches MH on the next day: an observation, no refusal."""
    shop.gateway.is_now(2026, 7, 31, 23, 59)
    shop.gateway.time_passes(seconds=59.6)
    shop.gateway.emulator.control.fault("late", "reception", seconds=0.6)
    [last] = shop.sells(1)
    shop.settles()
    assert shop.says(last, "fecEmi") == "2026-07-31"


def a_refused_document_is_corrected_within_a_day(shop: Shop) -> None:
    """Up to 24 hours under its code, later under a new one; always under its number."""
    shop.gateway.is_now(2026, 8, 14, 9, 0)
    codes = {}
    for hours in (23.9, 24.1):
        operation = shop.new_sale()
        shop.gateway.emulator.control.fault("reject", "reception", code="096")
        assert shop.ask(operation) == "rejected"
        before, number = shop.says(operation, "codigoGeneracion"), shop.number(operation)
        shop.gateway.time_passes(seconds=hours * _HOUR_S)
        shop.client.forget(operation)
        assert shop.ask(operation) == "stamped"
        assert shop.number(operation) == number
        codes[hours] = shop.says(operation, "codigoGeneracion") == before
    assert codes == {23.9: True, 24.1: False}


def mh_takes_the_event_only_after_almost_a_day(shop: Shop) -> None:
    """The cause has ended, but its report does not get through for 23 hours."""
    shop.gateway.is_now(2026, 8, 14, 9, 0)
    _outage_up_to(shop, "contingency")
    shop.gateway.emulator.control.fault("down", "contingency", None)
    _hours_pass(shop, 23)
    shop.settles()


def mh_takes_a_late_event_only_after_an_extension(shop: Shop) -> None:
    """Its event was refused, and corrected only when the time was over: the documents wait until MH takes it."""
    shop.gateway.is_now(2026, 8, 14, 9, 0)
    sold = _outage_up_to(shop, "contingency")
    shop.gateway.emulator.control.fault("reject", "contingency")
    works(shop.gateway, pieces=30)
    shop.gateway.time_passes(seconds=25 * _HOUR_S)
    for _ in range(5):
        works(shop.gateway, pieces=30)
        shop.gateway.time_passes(seconds=_HOUR_S)
    books = gateway_books(shop.gateway.database_url)
    assert {books[each.reference]["state"] for each in sold} == {"contingency"}
    shop.gateway.emulator.control.policy(event_window_h=7 * 24)
    shop.gateway.time_passes(seconds=24 * _HOUR_S)
    shop.settles()


def mh_takes_the_documents_only_after_almost_three_days(shop: Shop) -> None:
    """They are reported, but do not get through for 71 hours."""
    shop.gateway.is_now(2026, 8, 14, 9, 0)
    _outage_up_to(shop, "lot")
    shop.gateway.emulator.control.fault("down", "lot", None)
    shop.gateway.emulator.control.fault("down", "reception", None)
    _hours_pass(shop, 71)
    shop.settles()


def mh_refuses_documents_that_come_after_three_days(shop: Shop) -> None:
    """Nothing is hidden: they are refused, and the client issues them again under their numbers."""
    shop.gateway.is_now(2026, 8, 14, 9, 0)
    sold = _outage_up_to(shop, "lot")
    shop.gateway.emulator.control.fault("down", "lot", None)
    shop.gateway.emulator.control.fault("down", "reception", None)
    _hours_pass(shop, 73)
    for _ in range(5):
        works(shop.gateway, pieces=30)
        shop.gateway.time_passes(seconds=61)
    books = gateway_books(shop.gateway.database_url)
    assert {books[each.reference]["state"] for each in sold} == {"rejected"}
    for operation in sold:
        shop.client.forget(operation)
    shop.settles()


def an_outage_lasts_more_than_three_days(shop: Shop) -> None:
    """Documents of all its days are reported and delivered."""
    shop.gateway.is_now(2026, 8, 14, 9, 0)
    mh_goes_away(shop.gateway)
    for _ in range(4):
        shop.sells(2)
        shop.gateway.time_passes(seconds=20 * _HOUR_S)
    mh_comes_back(shop.gateway)
    shop.settles()


def the_clock_is_set_back_an_hour(shop: Shop) -> None:
    """Our clock alone, between sales, over midnight of New Year, and while documents wait in contingency."""
    gateway = shop.gateway
    gateway.is_now(2027, 1, 1, 0, 10)
    shop.sells(2)
    gateway.clock.ahead -= timedelta(hours=1)
    back_in_the_old_year = shop.sells(2)
    assert [shop.number(each) for each in back_in_the_old_year] == [(2026, 1), (2026, 2)]
    gateway.clock.ahead += timedelta(hours=1)
    assert [shop.number(each) for each in shop.sells(1)] == [(2027, 3)]
    mh_goes_away(gateway)
    shop.sells(3)
    gateway.clock.ahead -= timedelta(hours=1)
    shop.sells(3)
    mh_comes_back(gateway)
    [again] = shop.sells(1)
    assert shop.number(again)[0] == 2026
    shop.settles()
    shop.ask(invalidation(again))


SITUATIONS: Mapping[str, Callable[[Shop], None]] = {
    "turn of the year": numbers_begin_again_at_new_year,
    "outage over the turn of the year": an_outage_lasts_over_new_year,
    "outage over the end of a month": an_outage_lasts_over_the_end_of_a_month,
    "last second of a month": a_document_is_sent_at_the_last_second_of_a_month,
    "24 hours to correct": a_refused_document_is_corrected_within_a_day,
    "23 of 24 hours to report": mh_takes_the_event_only_after_almost_a_day,
    "25 of 24 hours to report": mh_takes_a_late_event_only_after_an_extension,
    "71 of 72 hours to deliver": mh_takes_the_documents_only_after_almost_three_days,
    "73 of 72 hours to deliver": mh_refuses_documents_that_come_after_three_days,
    "outage of more than three days": an_outage_lasts_more_than_three_days,
    "clock set back an hour": the_clock_is_set_back_an_hour,
}


def play(name: str, database_url: str, folder: Path) -> Tally:
    """One situation, and the books after it. Raises AssertionError where a date or number is not what it has to be."""
    with running_gateway(database_url, folder) as gateway:
        shop = Shop(gateway)
        SITUATIONS[name](shop)
        shop.settles()
        findings = compare(database_url, gateway.emulator.control, shop.client.asked)
    return tally(f"clock: {name}, {database_url.partition(':')[0]}", 1, findings, shop.client.changed)


def _outage_up_to(shop: Shop, endpoint: Endpoint) -> list[Operation]:
    mh_goes_away(shop.gateway)
    sold = shop.sells(4)
    mh_comes_back(shop.gateway)
    comes_to(shop.gateway, endpoint)
    return sold


def _hours_pass(shop: Shop, hours: int) -> None:
    """Hour after hour the background work tries in vain; then MH takes everything again."""
    works_in_vain(shop.gateway, hours)
    mh_comes_back(shop.gateway)
