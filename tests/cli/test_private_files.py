"""What commands write, and what lies beside it, is for the user of the service alone."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from ocote.cli.doctor.private_files import private_files
from ocote.cli.writing import private_file
from ocote.settings import Settings
from tests.cli.conftest import NIT
from tests.commands import Run


@pytest.fixture(autouse=True)
def _generous_umask() -> Iterator[None]:
    """The usual umask of a shell, under which new files are readable for everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return S_IMODE(path.stat().st_mode)


def export(run: Run, output: Path) -> None:
    ended = run("export", "--company", NIT, "--from", "2026-06-01", "--to", "2026-06-30", "--output", str(output))
    assert ended.status == 0, ended.err


@pytest.mark.usefixtures("configured")
def test_exports_and_books_are_for_their_owner_alone(run: Run, company_file: Path, tmp_path: Path) -> None:
    run("company", "add", str(company_file))
    (tmp_path / "junio.zip").write_bytes(b"an earlier export, readable for everybody")
    export(run, tmp_path / "junio.zip")
    books = tmp_path / "libros"
    ended = run("books", "--company", NIT, "--month", "2026-06", "--output", str(books))
    assert ended.status == 0, ended.err

    assert mode(tmp_path / "junio.zip") == 0o600
    assert mode(books) == 0o700
    assert {mode(path) for path in books.iterdir()} == {0o600}
    assert len(list(books.iterdir())) == 11


@pytest.mark.usefixtures("configured")
def test_an_export_follows_no_link_that_somebody_laid(run: Run, company_file: Path, tmp_path: Path) -> None:
    run("company", "add", str(company_file))
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    for name in ("junio.zip", "junio.zip.part"):
        (tmp_path / name).symlink_to(victim)
    export(run, tmp_path / "junio.zip")
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "junio.zip").is_symlink()


def test_a_block_that_fails_leaves_the_earlier_file_and_no_other(tmp_path: Path) -> None:
    output = tmp_path / "x.csv"
    output.write_bytes(b"before")

    def fail() -> None:
        with private_file(output) as file:
            file.write(b"half")
            raise RuntimeError("the database is gone")

    with pytest.raises(RuntimeError):
        fail()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.csv", b"before")]


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as raised, private_file(tmp_path / "nowhere" / "x.csv"):
        pass
    assert raised.value.filename == str(tmp_path / "nowhere")


def test_the_database_and_its_folder_are_for_their_owner_alone(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_DATABASE_URL", f"sqlite:///{tmp_path / 'data' / 'deep' / 'ocote.sqlite3'}")
    assert run("migrate").status == 0
    assert mode(tmp_path / "data") == mode(tmp_path / "data" / "deep") == 0o700
    assert mode(tmp_path / "data" / "deep" / "ocote.sqlite3") == 0o600


def made(path: Path, rights: int) -> Path:
    path.write_text("OCOTE_LOG_LEVEL=info\n", encoding="utf-8")
    path.chmod(rights)
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    made(folder / "ocote.sqlite3", 0o600)
    return Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'ocote.sqlite3'}")


def test_doctor_is_content_with_private_files(settings: Settings, tmp_path: Path) -> None:
    assert private_files(settings, tmp_path / "absent").level == "well"
    assert private_files(settings, made(tmp_path / "env", 0o640)).level == "well"


def test_doctor_names_a_settings_file_that_others_can_read(settings: Settings, tmp_path: Path) -> None:
    env_file = made(tmp_path / "my env", 0o644)
    found = private_files(settings, env_file)
    assert found.level == "failed"
    assert str(env_file) in found.seen
    assert found.remedy == f"Ejecute: chmod o-rwx '{env_file}'"


def test_doctor_names_a_database_that_others_can_read(settings: Settings, tmp_path: Path) -> None:
    for ending in ("", "-wal"):
        made(settings.data_dir / f"ocote.sqlite3{ending}", 0o644)
    found = private_files(settings, tmp_path / "absent")
    assert found.level == "failed"
    assert "ocote.sqlite3, " in found.seen
    assert "ocote.sqlite3-wal" in found.seen


def test_doctor_names_a_data_folder_that_others_can_change(settings: Settings, tmp_path: Path) -> None:
    settings.data_dir.chmod(0o777)
    assert private_files(settings, tmp_path / "absent").level == "failed"


def test_doctor_warns_of_a_secret_file_that_others_can_read(tmp_path: Path) -> None:
    held = made(tmp_path / "secret", 0o644)
    settings = Settings(data_dir=tmp_path, database_url="postgresql://ocote@db/ocote", secret_file=held)
    assert private_files(settings, tmp_path / "absent").level == "warning"
    held.chmod(0o646)
    assert private_files(settings, tmp_path / "absent").level == "failed"


@pytest.mark.usefixtures("configured")
def test_a_company_file_that_others_can_read_is_named(run: Run, company_file: Path) -> None:
    added = run("company", "add", str(company_file))
    assert added.status == 0
    assert f"chmod o-rwx {company_file} {company_file.parent / NIT}.crt" in added.err
    for path in (company_file, company_file.parent / f"{NIT}.crt"):
        path.chmod(0o600)
    assert run("company", "add", str(company_file), "--offline").err == ""


def test_a_weak_secret_seals_no_new_company_but_renews_an_old_one(
    run: Run, company_file: Path, configured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    strong = os.environ["OCOTE_SECRET_KEY"]
    monkeypatch.setenv("OCOTE_SECRET_KEY", "a" * 32)
    refused = run("company", "add", str(company_file))
    assert refused.status == 1
    assert "es fácil de adivinar: repite muy pocos caracteres distintos" in refused.err
    assert "ocote secret" in refused.err

    monkeypatch.setenv("OCOTE_SECRET_KEY", strong)
    assert run("company", "add", str(company_file)).status == 0
    monkeypatch.setenv("OCOTE_SECRET_KEY", "a" * 32)
    assert run("company", "add", str(company_file)).status == 0
    assert run("company", "list").status == 0
    assert configured
