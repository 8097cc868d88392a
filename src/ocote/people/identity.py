"""Logging in through an identity provider of the operator's own: who somebody is there, and who that is here.

The provider is trusted with who somebody is. It makes nobody a person of the panel: that takes an invitation.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

import structlog
from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.mail.address import mail_address
from ocote.people.claims import (
    AuthorizationRequest,
    ExpectedToken,
    IdentityProvider,
    ProvenIdentity,
    ProviderUnreachableError,
    TokenRefusedError,
    judged,
)
from ocote.people.invitations import Invitations, Newcomer
from ocote.people.lockout import locked
from ocote.people.person import Language, PanelPerson, Session
from ocote.people.proving import Proofs
from ocote.people.sessions import Client, Sessions, person_of
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.challenges import use_challenge
from ocote.store.credentials import hold_person
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment, moment_text
from ocote.store.identities import (
    IdentityRow,
    NewIdentity,
    count_ways_in,
    identities_of,
    link_identity,
    note_identity_used,
    person_of_identity,
    unlink_identity,
)
from ocote.store.people import MembershipRow, PersonRow, memberships_of, person_by_email

BACK_WITHIN: Final = timedelta(minutes=10)
"""After so long a person who went to the provider has to begin again."""

_log = structlog.get_logger(__name__)


class Question(Struct, frozen=True):
    """A question to the provider; it travels in a signed cookie of the person who was sent there.

    ``asked_at`` is a second of Unix time. ``must_be_fresh``: the person has to log in there again.
    """

    state: str
    nonce: str
    verifier: str
    asked_at: int
    must_be_fresh: bool


class SentOut(Struct, frozen=True):
    """A person on the way to the provider: the address there, and the question to keep until they are back."""

    url: str
    question: Question


class WayBack(Struct, frozen=True):
    """The words with which the provider sends a person back, and the address to which it was asked to send them."""

    state: str
    code: str
    error: str
    issuer: str
    return_to: str


class LinkedIdentity(Struct, frozen=True):
    """An identity of a person in the list of their account; ``id`` names it in a form."""

    id: str
    issuer: str
    since: datetime
    used_at: datetime | None
    is_removable: bool


class _Known(Struct, frozen=True):
    """The person of an identity, and whether the identity was linked to them just now."""

    person: PersonRow
    is_new: bool


class Identities:
    """Lets people in who come from an identity provider."""

    def __init__(
        self, store: Store, proofs: Proofs, invitations: Invitations, provider: IdentityProvider, clock: Clock
    ) -> None:
        self._store = store
        self._proofs = proofs
        self._invitations = invitations
        self._provider = provider
        self._clock = clock
        self._sessions = Sessions(store, clock)

    @property
    def name(self) -> str:
        """The provider as people know it."""
        return self._provider.name

    async def ask(self, return_to: str, *, must_be_fresh: bool = False) -> SentOut:
        """Sends a person to the provider. Raises Refused (``identity_unreachable``)."""
        question = Question(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            asked_at=int(self._clock().timestamp()),
            must_be_fresh=must_be_fresh,
        )
        request = AuthorizationRequest(question.state, question.nonce, question.verifier, return_to, must_be_fresh)
        try:
            return SentOut(await self._provider.authorization_url(request), question)
        except ProviderUnreachableError as error:
            raise self._unreachable(error) from error

    async def proven(self, question: Question, back: WayBack, client: Client) -> ProvenIdentity:
        """Who a person is who has come back from the provider. Each question is answered once.

        Raises Refused (``identity_expired``, ``identity_declined``, ``identity_refused``, ``identity_not_fresh``,
        ``identity_unreachable``, ``login_too_many``).
        """
        await self._proofs.admit(client.address)
        await self._use(question, back)
        try:
            is_named = bool(back.issuer) or await self._provider.names_itself()
            if is_named and back.issuer != self._provider.issuer:
                raise self._refused("another_issuer")
            if back.error or not back.code:
                _log.info("identity_declined", error=back.error[:60])
                raise Refused("identity_declined", provider=self.name)
            redeemed = await self._provider.redeem(back.code, question.verifier, back.return_to)
        except ProviderUnreachableError as error:
            raise self._unreachable(error) from error
        except TokenRefusedError as error:
            raise self._refused(str(error)) from error
        expected = ExpectedToken(
            issuer=self._provider.issuer,
            client_id=self._provider.client_id,
            nonce=question.nonce,
            asked_at=question.asked_at,
            must_be_fresh=question.must_be_fresh,
        )
        found = judged(redeemed.claims, expected, self._clock().timestamp())
        if isinstance(found, ProvenIdentity):
            return found
        if found == "stale":
            raise Refused("identity_not_fresh", provider=self.name)
        raise self._refused(found)

    async def log_in(self, proven: ProvenIdentity, client: Client) -> str:
        """The secret of a new session of the person whom an identity proves somebody to be.

        Raises Refused (``identity_unknown``, ``identity_email_unverified``, ``login_locked``).
        """
        row = await self._known(proven, client)
        if row is None:
            raise self._unknown(proven, client)
        return await self._begin(row, client)

    async def confirm(self, session: Session, proven: ProvenIdentity, client: Client) -> None:
        """Notes that the person of a session has proved again who they are. Raises Refused (``identity_another``)."""
        row = await self._known(proven, client, session.person.id)
        if row is None or row.id != session.person.id:
            raise Refused("identity_another", provider=self.name)
        self._proofs.succeeded_in_session(row.id)
        await self._sessions.confirm(session)

    async def accept(self, invitation: str, proven: ProvenIdentity, language: Language, client: Client) -> str:
        """Takes up an invitation, also for somebody new, who gets no password; returns the secret of a session.

        Raises Refused (``invitation_invalid``, ``invitation_for_another``, ``identity_email_unverified``,
        ``identity_unknown``, ``last_owner``, ``login_locked``, ``person_known``).
        """
        found = await self._invitations.find(invitation)
        if found.role == "reset":
            raise Refused("invitation_invalid")
        if not _is_address(proven.email):
            raise Refused("identity_email_unverified", provider=self.name)
        if found.email not in ("", proven.email):
            raise Refused("invitation_for_another")
        row = await self._known(proven, client)
        if row is not None:
            self._refuse_locked(row)
            await self._invitations.accept_as(invitation, await self._person(row), client)
            return await self._begin(row, client)
        newcomer = Newcomer(proven.name, proven.email, language, proven.issuer, proven.subject)
        return await self._invitations.accept_as_newcomer(invitation, newcomer, client)

    async def linked(self, person: PanelPerson) -> tuple[LinkedIdentity, ...]:
        """The identities of a person, the oldest first."""
        rows = await self._store.read(self._with_ways, person.id)
        return tuple(_linked(row, is_removable=is_removable) for row, is_removable in rows)

    async def remove(self, person: PanelPerson, identity: str, author: Author) -> None:
        """Removes an identity of a person, given by its id. Raises Refused (``page_not_found``, ``only_way_in``)."""

        def work() -> Transaction[IdentityRow]:
            yield from hold_person(person.id)
            rows = yield from identities_of(person.id)
            row = next((each for each in rows if _id_of(each) == identity), None)
            if row is None:
                raise Refused("page_not_found")
            if not (yield from self._is_removable(row)):
                raise Refused("only_way_in")
            yield from unlink_identity(person.id, row.issuer, row.subject)
            return row

        def entry(row: IdentityRow) -> AuditEntry:
            at = moment_text(self._clock())
            return AuditEntry(at, author, "identity_unlinked", person.email, before={"issuer": row.issuer})

        await self._store.write(audited, entry, work)
        audit.record("identity_unlinked", person=person.id)

    async def _use(self, question: Question, back: WayBack) -> None:
        """Uses the state of a question. Raises Refused (``identity_expired``) for another state and the second time."""
        now = self._clock()
        ends = datetime.fromtimestamp(question.asked_at, UTC) + BACK_WITHIN
        is_ours = hmac.compare_digest(question.state.encode(), back.state.encode())
        hashed = sha256(question.state.encode()).hexdigest()
        if not is_ours or not await self._store.write(use_challenge, hashed, moment_text(ends), moment_text(now)):
            raise Refused("identity_expired")

    async def _known(self, proven: ProvenIdentity, client: Client, only: int | None = None) -> PersonRow | None:
        """The active person of an identity, which is linked by a verified e-mail address once; None for nobody.

        With ``only``, nobody but the person with this id is linked.
        """
        now = moment_text(self._clock())

        def entry(known: _Known | None) -> AuditEntry | None:
            if known is None or not known.is_new:
                return None
            author = Author(known.person.email, client.address, known.person.id)
            after = {"issuer": proven.issuer}
            return AuditEntry(now, author, "identity_linked", known.person.email, after=after)

        known = await self._store.write(audited, entry, lambda: _known_person(proven, only, now))
        if known is None:
            return None
        if known.is_new:
            audit.record("identity_linked", person=known.person.id)
        return known.person

    def _refuse_locked(self, row: PersonRow) -> None:
        """Raises Refused (``login_locked``) during a pause, as every other login does."""
        now = self._clock()
        if row.locked_until is not None and row.locked_until > moment_text(now):
            raise locked(moment(row.locked_until), now)

    async def _begin(self, row: PersonRow, client: Client) -> str:
        """The secret of a new session. Raises Refused (``login_locked``)."""
        self._refuse_locked(row)
        await self._proofs.succeeded(row.id)
        secret = await self._sessions.begin(row.id, client)
        audit.record("person_logged_in", person=row.id, address=client.address, by="identity")
        return secret

    async def _person(self, row: PersonRow) -> PanelPerson:
        memberships: Sequence[MembershipRow] = await self._store.read(memberships_of, row.id)
        return person_of(row, list(memberships))

    def _with_ways(self, person_id: int) -> Transaction[list[tuple[IdentityRow, bool]]]:
        found = []
        for row in (yield from identities_of(person_id)):
            is_removable = yield from self._is_removable(row)
            found.append((row, is_removable))
        return found

    def _is_removable(self, row: IdentityRow) -> Transaction[bool]:
        """Whether the person gets in without an identity; one of a provider of before lets nobody in."""
        if row.issuer != self._provider.issuer:
            return True
        return (yield from count_ways_in(row.person_id, row.issuer)) > 1

    def _unreachable(self, error: ProviderUnreachableError) -> Refused:
        _log.warning("identity_provider_unreachable", issuer=self._provider.issuer, why=str(error))
        return Refused("identity_unreachable", provider=self.name)

    def _refused(self, why: str) -> Refused:
        _log.warning("identity_refused", issuer=self._provider.issuer, why=why)
        return Refused("identity_refused", provider=self.name)

    def _unknown(self, proven: ProvenIdentity, client: Client) -> Refused:
        _log.info("identity_unknown", issuer=proven.issuer, address=client.address, is_verified=bool(proven.email))
        if proven.email:
            return Refused("identity_unknown", provider=self.name)
        return Refused("identity_email_unverified", provider=self.name)


def _known_person(proven: ProvenIdentity, only: int | None, now: str) -> Transaction[_Known | None]:
    row = yield from person_of_identity(proven.issuer, proven.subject)
    if row is None and proven.email:
        return (yield from _newly_linked(proven, only, now))
    if row is None or not row.active:
        return None
    yield from note_identity_used(proven.issuer, proven.subject, now)
    return _Known(row, is_new=False)


def _newly_linked(proven: ProvenIdentity, only: int | None, now: str) -> Transaction[_Known | None]:
    """Links an identity to the active person with its e-mail address, who has none of this provider yet."""
    found = yield from person_by_email(proven.email)
    row = (yield from hold_person(found.id)) if found is not None and only in (None, found.id) else None
    if row is None or not row.active or row.email != proven.email:
        return None
    others = [each.subject for each in (yield from identities_of(row.id)) if each.issuer == proven.issuer]
    if others:
        # Linked by another login of the person in the same moment, or another account at the provider.
        return _Known(row, is_new=False) if proven.subject in others else None
    is_new = yield from link_identity(NewIdentity(proven.issuer, proven.subject, row.id, now))
    return _Known(row, is_new=True) if is_new else None


def _linked(row: IdentityRow, *, is_removable: bool) -> LinkedIdentity:
    return LinkedIdentity(
        id=_id_of(row),
        issuer=row.issuer,
        since=moment(row.created_at),
        used_at=moment(row.used_at) if row.used_at is not None else None,
        is_removable=is_removable,
    )


def _id_of(row: IdentityRow) -> str:
    return sha256(f"{row.issuer}\n{row.subject}".encode()).hexdigest()


def _is_address(email: str) -> bool:
    try:
        mail_address(email)
    except ValueError:
        return False
    return True
