import asyncio
import json
import logging

import aiohttp
import pytest

from ocote.mh import (
    EventEnvelope,
    Lot,
    LotReceived,
    LotResults,
    MhClient,
    NotFound,
    Rejected,
    Stamped,
    Transmission,
    Undetermined,
    UndeterminedKind,
)
from tests.mh.clocks import Seconds
from tests.mh.conftest import TOKEN
from tests.mh.samples import (
    CODE,
    CREDENTIALS,
    ENVELOPE,
    JWS,
    STAMP,
    accepted,
    duplicate,
    logged_in,
    login_error,
    not_found,
    refused,
    spring_error,
)
from tests.mh.scripted import (
    AUTH,
    QUERY,
    RECEPTION,
    Behaviour,
    Script,
    and_closes,
    answers,
    breaks_off,
    during,
    hangs,
    hangs_up,
    never,
    redirects,
    says,
    scripted,
    with_cookie,
)

TINY_S = 0.25
"""A time-out for tests in which one must really fire."""


@pytest.fixture
def client(mh: Script, session: aiohttp.ClientSession) -> MhClient:
    return MhClient(session, mh.url, timeout_s=5.0, user_agent="ocote/test")


@pytest.fixture
def hasty(mh: Script, session: aiohttp.ClientSession) -> MhClient:
    """A client that gives up on each call after a moment."""
    return MhClient(session, mh.url, timeout_s=TINY_S)


def kind_of(delivery: Transmission) -> str:
    outcome = delivery.outcome
    return str(outcome.kind) if isinstance(outcome, Undetermined) else type(outcome).__name__


async def test_a_document_is_stamped_at_once(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, answers(accepted()))

    delivery = await client.deliver(CREDENTIALS, ENVELOPE)

    assert isinstance(delivery.outcome, Stamped)
    assert delivery.outcome.stamp == STAMP
    assert (delivery.transmissions, delivery.queries, delivery.by_query) == (1, 0, False)
    assert mh.calls() == [AUTH, RECEPTION]


async def test_the_requests_are_the_ones_mh_documents(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, answers(accepted())).on(QUERY, answers(accepted()))
    await client.deliver(CREDENTIALS, ENVELOPE)
    await client.query(CREDENTIALS, "01", CODE)

    login, reception, query = mh.received
    assert login.method == "POST"
    assert login.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert login.body == b"user=06149999990017&pwd=Clave%23Segura2026"

    assert reception.headers["Authorization"] == TOKEN
    assert reception.headers["User-Agent"] == "ocote/test"
    assert reception.headers["Content-Type"] == "application/json"
    assert reception.json() == {
        "ambiente": "00",
        "idEnvio": 1,
        "version": 2,
        "tipoDte": "01",
        "documento": JWS,
        "codigoGeneracion": CODE,
    }
    assert query.headers["Authorization"] == TOKEN
    assert query.json() == {"nitEmisor": "06149999990017", "tdte": "01", "codigoGeneracion": CODE}


async def test_a_second_document_needs_no_second_login(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, answers(accepted()), answers(accepted()))
    await client.deliver(CREDENTIALS, ENVELOPE)
    await client.deliver(CREDENTIALS, ENVELOPE)
    assert mh.calls() == [AUTH, RECEPTION, RECEPTION]


async def test_twenty_documents_at_once_share_one_login(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, *[answers(accepted()) for _ in range(20)])

    deliveries = await asyncio.gather(*(client.deliver(CREDENTIALS, ENVELOPE) for _ in range(20)))

    assert [kind_of(delivery) for delivery in deliveries] == ["Stamped"] * 20
    assert mh.calls().count(AUTH) == 1


async def test_a_rejection_is_final_and_asks_nothing(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, answers(refused(), status=400))
    delivery = await client.deliver(CREDENTIALS, ENVELOPE)
    assert isinstance(delivery.outcome, Rejected)
    assert mh.calls() == [AUTH, RECEPTION]


async def test_after_silence_mh_is_asked_and_its_stamp_taken(hasty: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, never()).on(QUERY, answers(accepted()))

    delivery = await hasty.deliver(CREDENTIALS, ENVELOPE)

    assert isinstance(delivery.outcome, Stamped)
    assert (delivery.transmissions, delivery.queries, delivery.by_query) == (1, 1, True)


async def test_the_identical_bytes_are_sent_again_only_after_mh_said_it_has_nothing(
    hasty: MhClient, mh: Script
) -> None:
    mh.on(RECEPTION, never(), hangs_up(), answers(accepted()))
    mh.on(QUERY, answers(not_found(), status=400), answers({}, status=404))

    delivery = await hasty.deliver(CREDENTIALS, ENVELOPE)

    assert isinstance(delivery.outcome, Stamped)
    assert (delivery.transmissions, delivery.queries, delivery.by_query) == (3, 2, False)
    assert mh.calls() == [AUTH, RECEPTION, QUERY, RECEPTION, QUERY, RECEPTION]
    assert len({request.body for request in mh.requests_to(RECEPTION)}) == 1


async def test_after_two_resends_without_an_answer_it_stays_open(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, hangs_up(), hangs_up(), hangs_up())
    mh.on(QUERY, *[answers(not_found(), status=400)] * 3)

    delivery = await client.deliver(CREDENTIALS, ENVELOPE)

    assert kind_of(delivery) == "broken_connection"
    assert (delivery.transmissions, delivery.queries) == (3, 3)
    assert mh.unused() == {}


@pytest.mark.parametrize("question", [hangs_up(), answers({}, status=500), says(b"<html>"), answers([])])
async def test_a_question_that_fails_proves_nothing_and_nothing_is_sent_again(
    client: MhClient, mh: Script, question: Behaviour
) -> None:
    mh.on(RECEPTION, hangs_up()).on(QUERY, question)

    delivery = await client.deliver(CREDENTIALS, ENVELOPE)

    assert kind_of(delivery) == "broken_connection"
    assert mh.calls() == [AUTH, RECEPTION, QUERY]


async def test_an_mh_that_is_silent_to_the_question_too_is_left_alone(hasty: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, never()).on(QUERY, never())
    delivery = await hasty.deliver(CREDENTIALS, ENVELOPE)
    assert kind_of(delivery) == "timeout"
    assert mh.calls() == [AUTH, RECEPTION, QUERY]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (hangs_up(), "broken_connection"),
        (breaks_off(), "broken_connection"),
        (answers(spring_error(500, "Internal Server Error"), status=500), "server_error"),
        (says(b"<html>502 Bad Gateway</html>", status=502), "server_error"),
        (says(b"", status=200), "unreadable"),
        (says(b'{"estado":"PROCES'), "unreadable"),
        (answers(spring_error(400, "Bad Request"), status=400), "unreadable"),
        (answers(accepted(selloRecibido=None)), "unreadable"),
    ],
)
async def test_an_answer_without_a_verdict_is_named_and_asked_about(
    client: MhClient, mh: Script, answer: Behaviour, kind: str
) -> None:
    mh.on(RECEPTION, answer).on(QUERY, answers({}, status=503))
    delivery = await client.deliver(CREDENTIALS, ENVELOPE)
    assert kind_of(delivery) == kind
    assert mh.calls() == [AUTH, RECEPTION, QUERY]


async def test_after_a_strange_answer_nothing_is_sent_again(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, answers({}, status=500)).on(QUERY, answers(not_found(), status=400))
    delivery = await client.deliver(CREDENTIALS, ENVELOPE)
    assert kind_of(delivery) == "server_error"
    assert mh.calls() == [AUTH, RECEPTION, QUERY]


@pytest.mark.parametrize("field", ["codigoGeneracion", "numeroControl"])
async def test_when_mh_already_has_the_document_the_stored_stamp_is_taken(
    client: MhClient, mh: Script, field: str
) -> None:
    mh.on(RECEPTION, answers(duplicate(field), status=400)).on(QUERY, answers(accepted()))

    delivery = await client.deliver(CREDENTIALS, ENVELOPE)

    assert isinstance(delivery.outcome, Stamped)
    assert delivery.outcome.stamp == STAMP
    assert delivery.by_query


async def test_a_number_taken_by_another_document_is_a_rejection(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, answers(duplicate("numeroControl"), status=400)).on(QUERY, answers(not_found(), status=400))
    delivery = await client.deliver(CREDENTIALS, ENVELOPE)
    assert isinstance(delivery.outcome, Rejected)
    assert delivery.outcome.duplicate_field == "numeroControl"


async def test_for_a_corrected_document_a_stored_refusal_does_not_count(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, hangs_up(), answers(accepted())).on(QUERY, answers(refused(), status=400))
    delivery = await client.deliver(CREDENTIALS, ENVELOPE, corrected=True)
    assert isinstance(delivery.outcome, Stamped)
    assert delivery.transmissions == 2


@pytest.mark.parametrize("status", [401, 403])
async def test_an_expired_token_is_renewed_once_and_the_document_sent(
    client: MhClient, mh: Script, status: int
) -> None:
    mh.on(AUTH, answers(logged_in("Bearer new.token.here")))
    mh.on(RECEPTION, answers(spring_error(status, "Unauthorized"), status=status), answers(accepted()))

    delivery = await client.deliver(CREDENTIALS, ENVELOPE)

    assert isinstance(delivery.outcome, Stamped)
    assert delivery.transmissions == 1
    assert mh.calls() == [AUTH, RECEPTION, AUTH, RECEPTION]
    assert mh.received[-1].headers["Authorization"] == "Bearer new.token.here"


async def test_an_mh_that_refuses_its_own_new_token_is_not_asked_for_ever(client: MhClient, mh: Script) -> None:
    unauthorized = answers(spring_error(401, "Unauthorized"), status=401)
    mh.on(AUTH, answers(logged_in("Bearer new.token.here"))).on(RECEPTION, unauthorized, unauthorized)

    delivery = await client.deliver(CREDENTIALS, ENVELOPE)

    assert kind_of(delivery) == "unauthorized"
    assert mh.calls() == [AUTH, RECEPTION, AUTH, RECEPTION]


async def test_an_expired_token_found_by_many_at_once_is_renewed_once(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, answers(accepted()))
    await client.deliver(CREDENTIALS, ENVELOPE)
    all_in = asyncio.Event()
    unauthorized = answers(spring_error(401, "Unauthorized"), status=401)

    def count() -> None:
        if len(mh.requests_to(RECEPTION)) == 6:
            all_in.set()

    mh.on(RECEPTION, *[during(count, hangs(all_in, unauthorized)) for _ in range(5)])
    mh.on(RECEPTION, *[answers(accepted()) for _ in range(5)])
    mh.on(AUTH, answers(logged_in("Bearer new.token.here")))

    deliveries = await asyncio.gather(*(client.deliver(CREDENTIALS, ENVELOPE) for _ in range(5)))

    assert [kind_of(delivery) for delivery in deliveries] == ["Stamped"] * 5
    assert mh.calls().count(AUTH) == 2


async def test_a_wrong_password_sends_nothing_and_is_not_tried_again(session: aiohttp.ClientSession) -> None:
    async with scripted() as mh:
        mh.on(AUTH, answers(login_error()))
        client = MhClient(session, mh.url)

        first = await client.deliver(CREDENTIALS, ENVELOPE)
        second = await client.deliver(CREDENTIALS, ENVELOPE)

        assert kind_of(first) == kind_of(second) == "login_refused"
        assert first.transmissions == 0
        assert mh.calls() == [AUTH]


async def test_an_authentication_service_that_is_down_is_a_failed_login(session: aiohttp.ClientSession) -> None:
    async with scripted() as mh:
        mh.on(AUTH, hangs_up(), never())
        client = MhClient(session, mh.url, timeout_s=TINY_S)
        for _ in range(2):
            delivery = await client.deliver(CREDENTIALS, ENVELOPE)
            assert kind_of(delivery) == "login_failed"
            assert delivery.transmissions == 0
        assert mh.calls() == [AUTH, AUTH]


async def test_a_refused_connection_comes_back_at_once(session: aiohttp.ClientSession) -> None:
    async with scripted() as gone:
        url = gone.url
    delivery = await MhClient(session, url).deliver(CREDENTIALS, ENVELOPE)
    assert kind_of(delivery) == "login_failed"
    assert isinstance(delivery.outcome, Undetermined)
    assert "no connection to 127.0.0.1" in delivery.outcome.reason


async def test_with_a_token_at_hand_a_refused_connection_is_asked_about_and_stops(
    session: aiohttp.ClientSession,
) -> None:
    async with scripted() as mh:
        mh.on(AUTH, and_closes(answers(logged_in(TOKEN)))).on(RECEPTION, and_closes(answers(accepted())))
        client = MhClient(session, mh.url)
        await client.deliver(CREDENTIALS, ENVELOPE)
    delivery = await client.deliver(CREDENTIALS, ENVELOPE)
    assert kind_of(delivery) == "refused"
    assert (delivery.transmissions, delivery.queries) == (1, 1)


async def test_the_caller_never_waits_longer_than_its_budget(mh: Script, session: aiohttp.ClientSession) -> None:
    """Each silent call would take 8 s: after 8 + 8 s of sending and asking, a third step has 9 s, a fourth 1 s."""
    clock = Seconds()
    silent = during(lambda: clock.pass_(8.0), hangs_up())
    nothing = during(lambda: clock.pass_(8.0), answers(not_found(), status=400))
    mh.on(RECEPTION, silent, silent).on(QUERY, nothing, nothing)

    delivery = await MhClient(session, mh.url, monotonic=clock).deliver(CREDENTIALS, ENVELOPE, budget_s=24.5)

    assert kind_of(delivery) == "broken_connection"
    assert mh.calls() == [AUTH, RECEPTION, QUERY, RECEPTION]
    assert isinstance(delivery.outcome, Undetermined)
    assert "no time left to ask" in delivery.outcome.reason


async def test_a_budget_smaller_than_the_time_out_cuts_the_call_short(
    mh: Script, session: aiohttp.ClientSession
) -> None:
    mh.on(RECEPTION, answers(accepted()), never())
    client = MhClient(session, mh.url, timeout_s=60)
    await client.deliver(CREDENTIALS, ENVELOPE)

    delivery = await client.deliver(CREDENTIALS, ENVELOPE, budget_s=TINY_S)

    assert kind_of(delivery) == "timeout"
    assert mh.calls() == [AUTH, RECEPTION, RECEPTION]


async def test_without_any_time_nothing_is_sent(client: MhClient, mh: Script) -> None:
    delivery = await client.deliver(CREDENTIALS, ENVELOPE, budget_s=0)
    assert kind_of(delivery) == "login_failed"
    assert mh.calls() == []


async def test_a_cancelled_delivery_stops_at_once_and_the_client_goes_on(client: MhClient, mh: Script) -> None:
    arrived = asyncio.Event()
    mh.on(RECEPTION, during(arrived.set, never()), answers(accepted()))
    delivery = asyncio.create_task(client.deliver(CREDENTIALS, ENVELOPE))
    await arrived.wait()

    delivery.cancel()
    with pytest.raises(asyncio.CancelledError):
        await delivery

    assert kind_of(await client.deliver(CREDENTIALS, ENVELOPE)) == "Stamped"


async def test_sending_once_asks_nothing(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, hangs_up())
    outcome = await client.send_once(CREDENTIALS, ENVELOPE)
    assert isinstance(outcome, Undetermined)
    assert outcome.kind is UndeterminedKind.BROKEN_CONNECTION
    assert mh.calls() == [AUTH, RECEPTION]


async def test_a_question_finds_a_document_or_nothing(client: MhClient, mh: Script) -> None:
    mh.on(QUERY, answers(accepted()), answers(not_found(), status=400), answers(refused(), status=400))
    assert isinstance(await client.query(CREDENTIALS, "01", CODE), Stamped)
    assert isinstance(await client.query(CREDENTIALS, "01", CODE), NotFound)
    assert isinstance(await client.query(CREDENTIALS, "01", CODE), Rejected)


async def test_a_redirect_is_not_followed_so_no_token_goes_elsewhere(
    client: MhClient, mh: Script, session: aiohttp.ClientSession
) -> None:
    async with scripted() as elsewhere:
        mh.on(RECEPTION, redirects(f"{elsewhere.url}/fesv/recepciondte"))
        outcome = await client.send_once(CREDENTIALS, ENVELOPE)
        assert isinstance(outcome, Undetermined)
        assert outcome.kind is UndeterminedKind.UNREADABLE
        assert elsewhere.calls() == []


async def test_cookies_of_one_company_are_not_sent_for_another(client: MhClient, mh: Script) -> None:
    mh.on(RECEPTION, with_cookie("JSESSIONID=of-the-first", answers(accepted())), answers(accepted()))
    await client.send_once(CREDENTIALS, ENVELOPE)
    await client.send_once(CREDENTIALS, ENVELOPE)
    assert "Cookie" not in mh.received[-1].headers


async def test_an_invalidation_event_is_sent_as_documented(client: MhClient, mh: Script) -> None:
    mh.on("/fesv/anulardte", answers(accepted(descripcionMsg="Invalidación Recibida y Procesada")))

    outcome = await client.send_invalidation(CREDENTIALS, EventEnvelope("00", 3, JWS))

    assert isinstance(outcome, Stamped)
    assert mh.received[-1].json() == {"ambiente": "00", "idEnvio": 1, "version": 3, "documento": JWS}


async def test_a_contingency_event_is_sent_as_documented(client: MhClient, mh: Script) -> None:
    mh.on(
        "/fesv/contingencia", answers({"estado": "RECIBIDO", "mensaje": "Documento recibido", "selloRecibido": STAMP})
    )

    outcome = await client.send_contingency_event(CREDENTIALS, JWS)

    assert isinstance(outcome, Stamped)
    assert mh.received[-1].json() == {"nit": "06149999990017", "documento": JWS}


async def test_a_lot_is_sent_and_its_results_fetched(client: MhClient, mh: Script) -> None:
    lot_code = "36F675CC-81E7-4EF5-A8E2-5D940ED90475"
    mh.on("/fesv/recepcionlote", answers({"estado": "RECIBIDO", "codigoLote": lot_code}))
    mh.on(f"/fesv/recepcion/consultadtelote/{lot_code}", answers({"procesados": [accepted()], "rechazados": []}))

    received = await client.send_lot(CREDENTIALS, Lot("00", "9531985D-5D9D-49F8-9818-E811892F902B", (JWS, JWS)))
    assert isinstance(received, LotReceived)
    results = await client.query_lot(CREDENTIALS, received.lot_code)

    assert isinstance(results, LotResults)
    assert list(results.outcomes) == [CODE]
    _, sending, fetching = mh.received
    assert sending.json() == {
        "ambiente": "00",
        "idEnvio": "9531985D-5D9D-49F8-9818-E811892F902B",
        "version": 1,
        "nitEmisor": "06149999990017",
        "documentos": [JWS, JWS],
    }
    assert (fetching.method, fetching.body) == ("GET", b"")


async def test_a_lot_of_large_documents_is_sent_whole(client: MhClient, mh: Script) -> None:
    large = "a" * 2_000_000
    mh.on("/fesv/recepcionlote", answers({"codigoLote": "X"}))
    assert isinstance(await client.send_lot(CREDENTIALS, Lot("00", "X", (large,))), LotReceived)
    assert mh.received[-1].json()["documentos"] == [large]


async def test_a_lot_code_cannot_lead_to_another_path(client: MhClient, mh: Script) -> None:
    await client.query_lot(CREDENTIALS, "../../seguridad/auth?x=1")
    assert mh.received[-1].path == "/fesv/recepcion/consultadtelote/../../seguridad/auth?x=1"


async def test_a_base_address_with_a_path_is_kept(mh: Script, session: aiohttp.ClientSession) -> None:
    mh.on("/mh/seguridad/auth", answers(logged_in(TOKEN))).on("/mh/fesv/recepciondte", answers(accepted()))
    outcome = await MhClient(session, f"{mh.url}/mh/").send_once(CREDENTIALS, ENVELOPE)
    assert isinstance(outcome, Stamped)


async def test_no_outcome_and_no_log_line_holds_a_secret(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[str] = [repr(ENVELOPE)]
    async with scripted() as mh:
        client = MhClient(session, mh.url)
        mh.on(AUTH, answers(login_error()))
        shown.append(repr(await client.deliver(CREDENTIALS, ENVELOPE)))
    async with scripted() as mh:
        client = MhClient(session, mh.url)
        mh.on(AUTH, answers(logged_in(TOKEN))).on(RECEPTION, hangs_up(), answers(accepted()))
        shown.append(repr(await client.deliver(CREDENTIALS, ENVELOPE)))
        shown.append(repr(await client.deliver(CREDENTIALS, ENVELOPE)))
    everything = "".join(shown) + caplog.text
    for secret in (CREDENTIALS.password, "Clave%23Segura2026", TOKEN, JWS):
        assert secret not in everything
    assert json.dumps(STAMP) not in caplog.text
