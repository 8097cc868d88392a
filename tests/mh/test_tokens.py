import asyncio
from dataclasses import replace

import msgspec
import pytest

from ocote.mh import Credentials, Undetermined, UndeterminedKind
from ocote.mh.login import LoggedIn
from ocote.mh.tokens import Tokens, pause_after_refusals_s
from ocote.mh.wire import Deadline
from tests.mh.clocks import Seconds
from tests.mh.samples import CREDENTIALS

REFUSED = Undetermined(UndeterminedKind.LOGIN_REFUSED, "Usuario no valido")
FAILED = Undetermined(UndeterminedKind.LOGIN_FAILED, "no answer")


class Mh:
    """An authentication service that hands out ``Bearer 1``, ``Bearer 2``… or fails as told, and can be held back."""

    def __init__(self) -> None:
        self.logins: list[Credentials] = []
        self.failures: list[Undetermined] = []
        self.open = asyncio.Event()
        self.open.set()
        self.waiting = asyncio.Event()

    async def login(self, credentials: Credentials, _deadline: Deadline) -> LoggedIn | Undetermined:
        self.logins.append(credentials)
        number = len(self.logins)
        self.waiting.set()
        await self.open.wait()
        return self.failures.pop(0) if self.failures else LoggedIn(f"Bearer {number}", life_s=86_100)


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def mh() -> Mh:
    return Mh()


@pytest.fixture
def tokens(mh: Mh, clock: Seconds) -> Tokens:
    return Tokens(mh.login, clock)


@pytest.fixture
def deadline(clock: Seconds) -> Deadline:
    return Deadline(clock() + 1e9, clock)


async def test_a_token_is_used_until_it_expires(tokens: Tokens, mh: Mh, clock: Seconds, deadline: Deadline) -> None:
    assert await tokens.get(CREDENTIALS, deadline) == "Bearer 1"
    clock.pass_(86_099)
    assert await tokens.get(CREDENTIALS, deadline) == "Bearer 1"
    clock.pass_(1)
    assert await tokens.get(CREDENTIALS, deadline) == "Bearer 2"
    assert len(mh.logins) == 2


async def test_each_company_has_its_own_token(tokens: Tokens, deadline: Deadline) -> None:
    other = Credentials("06149999990025", "06149999990025", "Otra#Clave2026")
    assert await tokens.get(CREDENTIALS, deadline) == "Bearer 1"
    assert await tokens.get(other, deadline) == "Bearer 2"
    assert await tokens.get(CREDENTIALS, deadline) == "Bearer 1"


async def test_callers_at_the_same_time_share_one_login(tokens: Tokens, mh: Mh, deadline: Deadline) -> None:
    mh.open.clear()
    callers = [asyncio.create_task(tokens.get(CREDENTIALS, deadline)) for _ in range(20)]
    await mh.waiting.wait()
    mh.open.set()

    assert await asyncio.gather(*callers) == ["Bearer 1"] * 20
    assert len(mh.logins) == 1


async def test_a_slow_login_of_one_company_does_not_hold_up_another(tokens: Tokens, mh: Mh, deadline: Deadline) -> None:
    mh.open.clear()
    slow = asyncio.create_task(tokens.get(CREDENTIALS, deadline))
    await mh.waiting.wait()
    mh.open.set()
    assert await tokens.get(replace(CREDENTIALS, nit="06149999990025"), deadline) == "Bearer 2"
    assert await slow == "Bearer 1"


async def test_callers_waiting_for_a_login_that_fails_share_its_failure(
    tokens: Tokens, mh: Mh, deadline: Deadline
) -> None:
    mh.failures = [FAILED]
    mh.open.clear()
    callers = [asyncio.create_task(tokens.get(CREDENTIALS, deadline)) for _ in range(20)]
    await mh.waiting.wait()
    mh.open.set()

    assert await asyncio.gather(*callers) == [FAILED] * 20
    assert len(mh.logins) == 1


async def test_after_a_login_without_an_answer_the_next_caller_tries_again(
    tokens: Tokens, mh: Mh, deadline: Deadline
) -> None:
    mh.failures = [FAILED]
    assert await tokens.get(CREDENTIALS, deadline) == FAILED
    assert await tokens.get(CREDENTIALS, deadline) == "Bearer 2"


async def test_a_wrong_password_is_not_tried_with_every_sale(
    tokens: Tokens, mh: Mh, clock: Seconds, deadline: Deadline
) -> None:
    mh.failures = [REFUSED, REFUSED, REFUSED]
    remembered = msgspec.structs.replace(REFUSED, is_remembered=True)
    for logins in (1, 2):
        assert await tokens.get(CREDENTIALS, deadline) == REFUSED
        for _ in range(50):
            assert await tokens.get(CREDENTIALS, deadline) == remembered
        assert len(mh.logins) == logins
        clock.pass_(60)

    clock.pass_(59)
    assert await tokens.get(CREDENTIALS, deadline) == remembered
    assert len(mh.logins) == 2
    clock.pass_(1)
    assert await tokens.get(CREDENTIALS, deadline) == REFUSED
    assert len(mh.logins) == 3


async def test_once_the_password_works_the_pauses_begin_short_again(
    tokens: Tokens, mh: Mh, clock: Seconds, deadline: Deadline
) -> None:
    mh.failures = [REFUSED, REFUSED]
    await tokens.get(CREDENTIALS, deadline)
    clock.pass_(60)
    await tokens.get(CREDENTIALS, deadline)
    clock.pass_(120)
    assert await tokens.get(CREDENTIALS, deadline) == "Bearer 3"

    tokens.refused(CREDENTIALS, "Bearer 3")
    mh.failures = [REFUSED]
    assert await tokens.get(CREDENTIALS, deadline) == REFUSED
    clock.pass_(60)
    assert await tokens.get(CREDENTIALS, deadline) == "Bearer 5"


@pytest.mark.parametrize(
    ("refusals", "pause"), [(1, 60), (2, 120), (3, 240), (4, 480), (5, 900), (6, 900), (5_000, 900)]
)
def test_the_pause_after_refusals_doubles_from_one_minute_to_fifteen(refusals: int, pause: float) -> None:
    assert pause_after_refusals_s(refusals) == pause


async def test_a_changed_password_is_tried_at_once_and_drops_the_old_token(
    tokens: Tokens, mh: Mh, deadline: Deadline
) -> None:
    mh.failures = [REFUSED]
    assert await tokens.get(CREDENTIALS, deadline) == REFUSED

    corrected = replace(CREDENTIALS, password="Clave#Nueva2026")
    assert await tokens.get(corrected, deadline) == "Bearer 2"
    assert mh.logins[-1] == corrected

    changed = replace(CREDENTIALS, password="Clave#Tercera2026")
    assert await tokens.get(changed, deadline) == "Bearer 3"


async def test_a_token_mh_refused_is_replaced_once_for_all_who_used_it(
    tokens: Tokens, mh: Mh, deadline: Deadline
) -> None:
    await tokens.get(CREDENTIALS, deadline)

    tokens.refused(CREDENTIALS, "Bearer 1")
    assert await tokens.get(CREDENTIALS, deadline) == "Bearer 2"
    tokens.refused(CREDENTIALS, "Bearer 1")  # another caller learns late that the old one is no good
    assert await tokens.get(CREDENTIALS, deadline) == "Bearer 2"
    assert len(mh.logins) == 2


def test_a_refused_token_of_an_unknown_company_is_no_matter(tokens: Tokens) -> None:
    tokens.refused(CREDENTIALS, "Bearer 1")


async def test_a_caller_without_time_does_not_wait_for_the_login_of_another(
    tokens: Tokens, mh: Mh, clock: Seconds
) -> None:
    mh.open.clear()
    slow = asyncio.create_task(tokens.get(CREDENTIALS, Deadline(clock() + 1e9, clock)))
    await mh.waiting.wait()

    hurried = await tokens.get(CREDENTIALS, Deadline(clock(), clock))

    assert isinstance(hurried, Undetermined)
    assert hurried.kind is UndeterminedKind.LOGIN_FAILED
    mh.open.set()
    assert await slow == "Bearer 1"


async def test_a_login_cut_short_by_its_caller_is_not_held_against_mh(tokens: Tokens, mh: Mh, clock: Seconds) -> None:
    mh.failures = [FAILED]
    mh.open.clear()
    hurried = asyncio.create_task(tokens.get(CREDENTIALS, Deadline(clock() + 1, clock)))
    await mh.waiting.wait()
    patient = asyncio.create_task(tokens.get(CREDENTIALS, Deadline(clock() + 1000, clock)))
    clock.pass_(1)
    mh.open.set()

    assert await hurried == FAILED
    assert await patient == "Bearer 2"


async def test_a_caller_cancelled_while_logging_in_leaves_the_way_free(
    tokens: Tokens, mh: Mh, deadline: Deadline
) -> None:
    mh.open.clear()
    cancelled = asyncio.create_task(tokens.get(CREDENTIALS, deadline))
    await mh.waiting.wait()
    next_one = asyncio.create_task(tokens.get(CREDENTIALS, deadline))
    cancelled.cancel()
    mh.open.set()

    assert await next_one == "Bearer 2"
    assert cancelled.cancelled()


async def test_nothing_printable_shows_a_password_or_a_token(tokens: Tokens, deadline: Deadline) -> None:
    authorization = await tokens.get(CREDENTIALS, deadline)
    shown = repr(CREDENTIALS) + repr(tokens) + repr(vars(tokens))
    assert CREDENTIALS.password not in shown
    assert str(authorization) not in shown
