"""Runs another call between two steps of a call, so that a race always has one order."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from ocote.store.engine.postgres import PostgresStore
from ocote.store.engine.sqlite import SqliteStore


def meanwhile(monkeypatch: pytest.MonkeyPatch, unit: Callable[..., Any], act: Callable[[], Any]) -> None:
    """Just before a gateway of this test next does this unit of work with its database, ``act`` happens, once."""
    waiting = [act]

    def letting_others_act(asked: Callable[..., Any]) -> Callable[..., Any]:
        async def ask(store: Any, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            if work is unit and waiting:
                await asyncio.to_thread(waiting.pop())
            return await asked(store, work, *args, **kwargs)

        return ask

    for kind in (SqliteStore, PostgresStore):
        for name in ("read", "write"):
            monkeypatch.setattr(kind, name, letting_others_act(getattr(kind, name)))
