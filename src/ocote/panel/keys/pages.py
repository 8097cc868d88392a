"""The values that the pages of keys show."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from ocote.clock import local
from ocote.panel.frame.moments import ago_words, shown_moment
from ocote.store.api_requests import KeyActivityRow
from ocote.store.companies import KeyRow
from ocote.store.engine.values import moment


class KeyLine(Struct, frozen=True):
    """A key in the list; ``tone`` and ``state`` say whether it is in use. Moments are in El Salvador's time.

    ``ago`` says how long ago the key was used. ``requests`` and ``failed`` are those of the last 24 hours.
    """

    prefix: str
    point: str
    per_minute: int
    per_hour: int
    created: str
    last_used: str
    ago: str
    requests: int
    failed: int
    tone: str
    state: str
    is_active: bool


def key_lines(keys: Iterable[KeyRow], now: datetime, activity: Mapping[str, KeyActivityRow]) -> tuple[KeyLine, ...]:
    """The lines of the list: the keys in use first. ``activity`` is what came with each key, by its beginning."""
    lines = [
        KeyLine(
            prefix=key.prefix,
            point=key.branch_code + key.pos_code,
            per_minute=key.per_minute,
            per_hour=key.per_hour,
            created=_day(key.created_at),
            last_used=shown_moment(key.last_used_at) if key.last_used_at else "",
            ago=ago_words(moment(key.last_used_at), now) if key.last_used_at else "",
            requests=activity[key.prefix].requests if key.prefix in activity else 0,
            failed=activity[key.prefix].failed if key.prefix in activity else 0,
            tone="good" if key.disabled_at is None else "",
            state="Activa" if key.disabled_at is None else "Desactivada",
            is_active=key.disabled_at is None,
        )
        for key in keys
    ]
    return tuple(sorted(lines, key=lambda line: not line.is_active))


def curl_example(origin: str, key: str) -> str:
    """A first call with a new key, which issues nothing, for a terminal."""
    return (
        f'curl "{origin}/api/connect/invoice?dry_run=1" \\\n'
        f'  -H "Authorization: Bearer {key}" -H "Content-Type: application/json" \\\n'
        """  -d '{"external_ref": "PRUEBA-1", "lines": [{"description": "Café", "quantity": 1, "unit_price": 1.13}]}'"""
    )


def _day(at: str) -> str:
    return f"{local(moment(at)):%d/%m/%Y}"
