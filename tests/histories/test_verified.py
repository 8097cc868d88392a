"""The archive of an earlier version is sound after its upgrade, and after the gateway of today has gone on with it."""

from pathlib import Path

import pytest

from ocote import logs
from tests.commands import Run, run
from tests.databases import Databases
from tests.e2e.issued import invalidation_route
from tests.e2e.worker import a_worker_works
from tests.histories.history import DOC_TYPES, History, histories
from tests.histories.life import issue

__all__ = ["run"]


@pytest.mark.parametrize("history", histories(), ids=lambda history: f"{history.version}-{history.engine}")
def test_an_upgraded_archive_is_sound(
    history: History, all_databases: Databases, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "configure", lambda _level: None)  # the log of this process is not the command's
    with history.loaded(all_databases, tmp_path) as url:
        monkeypatch.setenv("OCOTE_DATABASE_URL", url)
        monkeypatch.setenv("OCOTE_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("OCOTE_SECRET_KEY", history.facts()["secret"])
        assert run("migrate").status == 0
        upgraded = run("verify")
        assert (upgraded.status, upgraded.out.splitlines()[-1]) == (0, "✓ Todo concuerda."), upgraded
        with history.opened(url, tmp_path) as gateway:
            a_worker_works(gateway)
            gateway.time_passes(minutes=2)
            a_worker_works(gateway)
            for doc_type in DOC_TYPES:
                issue(gateway, doc_type, f"new-{doc_type}")
                issue(gateway, doc_type, f"rejected-{doc_type}")
                gateway.post(f"{invalidation_route(doc_type)}/stamped-{doc_type}", None)
            later = run("verify")
        assert (later.status, later.out.splitlines()[-1]) == (0, "✓ Todo concuerda."), later
