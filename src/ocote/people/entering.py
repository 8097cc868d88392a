"""Logging in: a person proves who they are, and gets a session."""

from ocote.clock import Clock
from ocote.documents.view import Refused
from ocote.people.passwords import is_password
from ocote.people.person import Session
from ocote.people.sessions import Client, Sessions
from ocote.store.engine.store import Store
from ocote.store.people import person_by_email, person_by_id


class Entrance:
    """Lets people in at the panel."""

    def __init__(self, store: Store, sessions: Sessions, clock: Clock) -> None:
        self._store = store
        self._sessions = sessions
        self._clock = clock

    async def log_in(self, email: str, password: str, client: Client) -> str:
        """The secret of a new session. Raises Refused (``login_failed``) without telling whether the person exists."""
        row = await self._store.read(person_by_email, email.strip().lower())
        is_right = await is_password(row.password if row is not None and row.active else None, password)
        if row is None or not is_right:
            raise Refused("login_failed")
        return await self._sessions.begin(row.id, client)

    async def confirm(self, session: Session, password: str) -> None:
        """Notes that the person of a session has proved again who they are. Raises Refused (``login_failed``)."""
        row = await self._store.read(person_by_id, session.person.id)
        if row is None or not await is_password(row.password, password):
            raise Refused("login_failed")
        await self._sessions.confirm(session)
