"""Whose PDF is set next."""

import pytest

from ocote.printing.press.limits import LEAST_WAITING, WAITING_IN_ALL, WAITING_OF_COMPANY
from ocote.printing.press.queue import PressBusyError, PrintQueue, QueuePlace, Urgency


def ticket(company_id: int, urgency: Urgency = "now") -> QueuePlace:
    return QueuePlace(company_id, urgency, 3000, is_long=False)


def long_letter(company_id: int, urgency: Urgency = "now", size: int = 1_000_000) -> QueuePlace:
    return QueuePlace(company_id, urgency, size, is_long=True)


def queue(*places: QueuePlace) -> PrintQueue[QueuePlace]:
    turns: PrintQueue[QueuePlace] = PrintQueue()
    for place in places:
        turns.enter(place)
    return turns


def served(turns: PrintQueue[QueuePlace], *, only_short: bool = False) -> list[QueuePlace]:
    """Everything that waits, in the order in which it is set."""
    found = []
    while (place := turns.take_next(only_short=only_short)) is not None:
        found.append(place)
    return found


def test_companies_are_served_in_turn_however_many_pdfs_one_of_them_asks_for() -> None:
    many = [ticket(1) for _ in range(5)]
    other, third = ticket(2), ticket(3)
    assert served(queue(*many, other, third)) == [many[0], other, third, *many[1:]]


def test_a_company_that_comes_again_stands_behind_those_that_waited() -> None:
    first, second, other = ticket(1), ticket(1), ticket(2)
    turns = queue(first)
    assert turns.take_next(only_short=False) is first
    turns.enter(other)
    turns.enter(second)
    assert served(turns) == [other, second]


def test_of_one_company_short_documents_come_before_long_ones_and_tills_before_readers_and_mails() -> None:
    long, mail, reader, earlier_till, till = (
        long_letter(1),
        ticket(1, "later"),
        ticket(1, "soon"),
        ticket(1),
        ticket(1),
    )
    turns = queue(long, mail, reader, earlier_till, till)
    assert served(turns) == [earlier_till, till, reader, mail, long]


def test_while_only_short_ones_may_be_set_long_ones_keep_their_turn() -> None:
    long, other_long, short = long_letter(1), long_letter(2), ticket(3)
    turns = queue(long, other_long, short)
    assert served(turns, only_short=True) == [short]
    assert served(turns) == [long, other_long]


def test_whoever_has_gone_is_not_served() -> None:
    first, second, other = ticket(1), ticket(1), ticket(2)
    turns = queue(first, second, other)
    turns.leave(first)
    turns.leave(first)
    turns.leave(other)
    assert len(turns) == 1
    assert served(turns) == [second]


def test_a_company_may_wait_for_many_tickets_and_for_a_few_long_documents() -> None:
    turns = queue(*(ticket(1) for _ in range(WAITING_OF_COMPANY // LEAST_WAITING)))
    with pytest.raises(PressBusyError):
        turns.enter(ticket(1))
    turns.enter(ticket(2))

    turns = queue(*(long_letter(1, size=WAITING_OF_COMPANY // 4) for _ in range(4)))
    with pytest.raises(PressBusyError):
        turns.enter(ticket(1))


def test_the_first_pdf_of_a_company_always_has_room_there() -> None:
    turns = queue(long_letter(1, size=2 * WAITING_OF_COMPANY))
    with pytest.raises(PressBusyError):
        turns.enter(ticket(1))


def test_the_whole_queue_is_bounded_too() -> None:
    companies = WAITING_IN_ALL // WAITING_OF_COMPANY
    turns = queue(*(long_letter(number, size=WAITING_OF_COMPANY) for number in range(companies)))
    with pytest.raises(PressBusyError):
        turns.enter(ticket(companies))
    assert turns.take_next(only_short=False) is not None
    turns.enter(ticket(companies))


def test_mails_are_never_refused() -> None:
    mails = [long_letter(1, "later", WAITING_OF_COMPANY) for _ in range(20)]
    assert served(queue(*mails)) == mails


def test_what_is_taken_or_leaves_makes_room() -> None:
    full = [long_letter(1, size=WAITING_OF_COMPANY // 2) for _ in range(2)]
    turns = queue(*full)
    turns.leave(full[0])
    turns.enter(long_letter(1, size=WAITING_OF_COMPANY // 2))
    assert len(turns.take_all()) == 2
    assert len(turns) == 0
    turns.enter(long_letter(1, size=WAITING_OF_COMPANY))


def test_readers_leave_room_for_the_tickets_of_the_till() -> None:
    turns = queue(*(long_letter(1, "soon") for _ in range(WAITING_OF_COMPANY // 2_000_000)))
    with pytest.raises(PressBusyError):
        turns.enter(long_letter(1, "soon"))
    for _ in range(100):
        turns.enter(ticket(1))
