"""The client of one MH host for many companies."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
from msgspec import Struct
from yarl import URL

from ocote.fault_points import reach
from ocote.mh.answers import read_contingency_event, read_invalidation, read_query, read_reception
from ocote.mh.envelopes import Credentials, Envelope, EventEnvelope, Lot
from ocote.mh.login import LoggedIn, read_login
from ocote.mh.lots import LotReceived, LotRefused, LotResults, read_lot_reception, read_lot_results
from ocote.mh.outcomes import NotFound, Outcome, Undetermined, UndeterminedKind
from ocote.mh.places import CONNECTIONS, CONNECTIONS_TO_A_HOST, CallPlaces, NoPlaceError
from ocote.mh.policy import Ask, Finish, Policy, TransmissionProgress, Transmit, next_step
from ocote.mh.tokens import Tokens
from ocote.mh.wire import Deadline, Reply, exchange
from ocote.trust import system_trust

T = TypeVar("T")


class Transmission(Struct, frozen=True):
    """The result of delivering a document to MH.

    ``transmissions`` counts how often the document was sent, ``queries`` how often MH was asked about it. ``by_query``
    says that the verdict came from a query: where several versions were signed under one generation code, the verdict
    may be about an earlier version. ``answers_questions`` says whether MH answered a query, None without any.
    ``was_known``: MH refused the first transmission, because MH had the generation code or the number already.
    """

    outcome: Outcome
    transmissions: int
    queries: int
    by_query: bool
    answers_questions: bool | None = None
    was_known: bool = False


class _Service(Struct, frozen=True):
    """One of MH's services: its name among the fault points, its HTTP method and its URL."""

    name: str
    method: str
    url: URL


_NO_PLACE: Final = Undetermined(
    UndeterminedKind.NOT_TRIED, "the company has too many calls to MH under way", is_remembered=True
)


def open_session() -> aiohttp.ClientSession:
    """The session for all calls to MH: kept connections, TLS 1.2 or newer, verified, no cookies, no proxy.

    Cookies are refused because one session serves many companies. The caller closes the session.
    """
    connector = aiohttp.TCPConnector(
        limit=CONNECTIONS, limit_per_host=CONNECTIONS_TO_A_HOST, ssl=system_trust(), ttl_dns_cache=60
    )
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


class MhClient:
    """The services of one MH host; every method returns failures as values and raises nothing but cancellation.

    ``timeout_s`` bounds each single call (MH's policy says 8 s). ``monotonic`` and ``now`` (epoch seconds) are the
    clocks.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        timeout_s: float = 8.0,
        user_agent: str = "ocote",
        *,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        base = base_url.rstrip("/")
        self._session = session
        self._policy = Policy(timeout_s)
        self._user_agent = user_agent
        self._monotonic = monotonic
        self._now = now
        self._tokens = Tokens(self._login, now)
        self._places = CallPlaces()
        self._auth = _Service("auth", "POST", URL(f"{base}/seguridad/auth"))
        self._reception = _Service("reception", "POST", URL(f"{base}/fesv/recepciondte"))
        self._one = _Service("query", "POST", URL(f"{base}/fesv/recepcion/consultadte/"))
        self._lot = _Service("lot", "POST", URL(f"{base}/fesv/recepcionlote"))
        self._lot_results = f"{base}/fesv/recepcion/consultadtelote/"
        self._contingency = _Service("contingency", "POST", URL(f"{base}/fesv/contingencia"))
        self._invalidation = _Service("invalidation", "POST", URL(f"{base}/fesv/anulardte"))

    async def deliver(
        self, credentials: Credentials, envelope: Envelope, budget_s: float = 25.0, *, corrected: bool = False
    ) -> Transmission:
        """Deliver a document to MH and return MH's verdict, or the reason why there is no verdict.

        The method asks MH before it sends again, sends the identical bytes at most three times, and takes no longer
        than ``budget_s`` seconds. ``corrected``: MH refused an earlier version under this generation code, so that a
        refusal found by a query does not count. Source: ``protocol.md`` 6, D25.
        """
        deadline = self._deadline(budget_s)
        body = envelope.body()
        progress = TransmissionProgress(corrected)
        while True:
            match next_step(progress, self._policy, deadline.remaining_s()):
                case Transmit():
                    progress = progress.after_sending(await self._send(credentials, envelope, body, deadline))
                case Ask():
                    found = await self._query(credentials, envelope.doc_type, envelope.generation_code, deadline)
                    progress = progress.after_asking(found)
                case Finish(outcome, by_query):
                    return Transmission(
                        outcome,
                        progress.transmissions,
                        progress.queries,
                        by_query,
                        progress.answers_questions,
                        was_known=progress.was_known,
                    )

    async def send_once(self, credentials: Credentials, envelope: Envelope, budget_s: float = 25.0) -> Outcome:
        """Send a document a single time, without any query (``protocol.md`` 3)."""
        return await self._send(credentials, envelope, envelope.body(), self._deadline(budget_s))

    async def query(
        self, credentials: Credentials, doc_type: str, generation_code: str, budget_s: float = 25.0
    ) -> Outcome | NotFound:
        """Ask MH about a document of this company (``protocol.md`` 4.1).

        Rejected means that MH has a refusal under this code, which may be about an earlier version of the document.
        """
        return await self._query(credentials, doc_type, generation_code, self._deadline(budget_s))

    async def log_in(self, credentials: Credentials, budget_s: float = 25.0) -> LoggedIn | Undetermined:
        """Log in a single time, whatever is known of earlier logins; the token is not kept (``protocol.md`` 2)."""
        return await self._login(credentials, self._deadline(budget_s))

    async def send_invalidation(
        self, credentials: Credentials, envelope: EventEnvelope, budget_s: float = 25.0
    ) -> Outcome:
        """Send an invalidation event once (``protocol.md`` 4.5)."""
        return await self._authorized(
            credentials, self._invalidation, envelope.body(), self._deadline(budget_s), read_invalidation
        )

    async def send_contingency_event(self, credentials: Credentials, jws: str, budget_s: float = 25.0) -> Outcome:
        """Send a contingency event once; an accepted event is Stamped with the state RECIBIDO (``protocol.md`` 4.4)."""
        body = msgspec.json.encode({"nit": credentials.nit, "documento": jws})
        return await self._authorized(
            credentials, self._contingency, body, self._deadline(budget_s), read_contingency_event
        )

    async def send_lot(
        self, credentials: Credentials, lot: Lot, budget_s: float = 25.0
    ) -> LotReceived | LotRefused | Undetermined:
        """Send up to 100 documents together; MH judges them later (``protocol.md`` 4.2)."""
        return await self._authorized(
            credentials, self._lot, lot.body(credentials.nit), self._deadline(budget_s), read_lot_reception
        )

    async def query_lot(
        self, credentials: Credentials, lot_code: str, budget_s: float = 25.0
    ) -> LotResults | Undetermined:
        """Ask for the documents of a lot that MH has judged until now (``protocol.md`` 4.3)."""
        url = URL(self._lot_results + quote(lot_code, safe=""), encoded=True)
        service = _Service("lot_query", "GET", url)
        return await self._authorized(credentials, service, None, self._deadline(budget_s), read_lot_results)

    def _deadline(self, budget_s: float) -> Deadline:
        return Deadline(self._monotonic() + budget_s, self._monotonic)

    async def _send(self, credentials: Credentials, envelope: Envelope, body: bytes, deadline: Deadline) -> Outcome:
        read = partial(read_reception, generation_code=envelope.generation_code)
        return await self._authorized(credentials, self._reception, body, deadline, read)

    async def _query(
        self, credentials: Credentials, doc_type: str, generation_code: str, deadline: Deadline
    ) -> Outcome | NotFound:
        body = msgspec.json.encode(
            {"nitEmisor": credentials.nit, "tdte": doc_type, "codigoGeneracion": generation_code}
        )
        read = partial(read_query, generation_code=generation_code)
        return await self._authorized(credentials, self._one, body, deadline, read)

    async def _authorized(
        self,
        credentials: Credentials,
        service: _Service,
        body: bytes | None,
        deadline: Deadline,
        read: Callable[[int, bytes], T | Undetermined],
    ) -> T | Undetermined:
        """Make one call with the company's token, and a second call with a new token if MH refuses the token."""
        within_s = min(self._policy.timeout_s, deadline.remaining_s())
        try:
            async with self._places.place(credentials.nit, within_s):
                return await self._with_a_token(credentials, service, body, deadline, read)
        except NoPlaceError:
            return _NO_PLACE

    async def _with_a_token(
        self,
        credentials: Credentials,
        service: _Service,
        body: bytes | None,
        deadline: Deadline,
        read: Callable[[int, bytes], T | Undetermined],
    ) -> T | Undetermined:
        authorization = await self._tokens.get(credentials, deadline)
        if isinstance(authorization, Undetermined):
            return authorization
        result = await self._call(authorization, service, body, deadline, read)
        if not isinstance(result, Undetermined) or result.kind is not UndeterminedKind.UNAUTHORIZED:
            return result
        self._tokens.refused(credentials, authorization)
        authorization = await self._tokens.get(credentials, deadline)
        if isinstance(authorization, Undetermined):
            return authorization
        return await self._call(authorization, service, body, deadline, read)

    async def _call(
        self,
        authorization: str,
        service: _Service,
        body: bytes | None,
        deadline: Deadline,
        read: Callable[[int, bytes], T | Undetermined],
    ) -> T | Undetermined:
        headers = {"Authorization": authorization, "User-Agent": self._user_agent}
        if body is not None:
            headers["Content-Type"] = "application/json"
        reply = await self._exchange(service, headers, body, deadline)
        return read(reply.status, reply.body) if isinstance(reply, Reply) else reply

    async def _login(self, credentials: Credentials, deadline: Deadline) -> LoggedIn | Undetermined:
        form = urlencode({"user": credentials.user, "pwd": credentials.password}).encode()
        headers = {"User-Agent": self._user_agent, "Content-Type": "application/x-www-form-urlencoded"}
        reply = await self._exchange(self._auth, headers, form, deadline)
        if isinstance(reply, Reply):
            return read_login(reply.status, reply.body, self._now())
        return Undetermined(UndeterminedKind.LOGIN_FAILED, f"login: {reply.reason}")

    async def _exchange(
        self, service: _Service, headers: dict[str, str], body: bytes | None, deadline: Deadline
    ) -> Reply | Undetermined:
        timeout_s = min(self._policy.timeout_s, deadline.remaining_s())
        reach("before-mh", service.name)
        reply = await exchange(
            self._session, service.method, service.url, headers=headers, body=body, timeout_s=timeout_s
        )
        reach("after-mh", service.name)
        return reply
