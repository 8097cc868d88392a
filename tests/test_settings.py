from ipaddress import ip_network
from pathlib import Path

import pytest

from ocote.settings import NAMES, Settings, SettingsError, load, unknown_names


def settings_of(tmp_path: Path, text: str = "", **environ: str) -> Settings:
    env_file = tmp_path / ".env"
    env_file.write_text(text, encoding="utf-8")
    return load(environ, env_file)


def test_without_any_variable_the_defaults_hold(tmp_path: Path) -> None:
    settings = load({}, tmp_path / "absent")
    assert settings.data_dir == Path("data")
    assert settings.database_url == "sqlite:///data/ocote.sqlite3"
    assert settings.mh_url("00") == "https://apitest.dtes.mh.gob.sv"
    assert settings.mh_url("01") == "https://api.dtes.mh.gob.sv"
    assert settings.mh_timeout_s == 8
    assert settings.rate_limit_url == "memory://"
    assert settings.base_url is None
    assert settings.trusted_proxies == ()
    assert settings.allow_http is False
    assert settings.metrics_port is None


def test_the_default_database_lies_in_the_data_folder(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, OCOTE_DATA_DIR="/var/lib/ocote")
    assert settings.database_url == "sqlite:////var/lib/ocote/ocote.sqlite3"


def test_every_variable_is_read(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        OCOTE_ALLOW_HTTP="on",
        OCOTE_BASE_URL="https://facturas.ejemplo.com/",
        OCOTE_DATABASE_URL="postgresql://ocote:clave@db/ocote",
        OCOTE_DATA_DIR="datos",
        OCOTE_KEEP_ALIVE="75",
        OCOTE_LOG_LEVEL="WARNING",
        OCOTE_MAX_CONNECTIONS="512",
        OCOTE_MAX_CONNECTIONS_PER_ADDRESS="20",
        OCOTE_METRICS_PORT="9100",
        OCOTE_MH_PRODUCTION_URL="https://mh.ejemplo.com",
        OCOTE_MH_SCHEMA_DIR=str(tmp_path),
        OCOTE_MH_TEST_URL="http://127.0.0.1:8090",
        OCOTE_MH_TIMEOUT="2.5",
        OCOTE_RATE_LIMIT_URL="redis://127.0.0.1:6379/0",
        OCOTE_REQUEST_LOG="500",
        OCOTE_SECRET_KEY="una-clave",
        OCOTE_TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8,::1",
    )
    assert settings == Settings(
        data_dir=Path("datos"),
        database_url="postgresql://ocote:clave@db/ocote",
        secret_key="una-clave",
        mh_test_url="http://127.0.0.1:8090",
        mh_production_url="https://mh.ejemplo.com",
        mh_timeout_s=2.5,
        mh_schema_dir=tmp_path,
        rate_limit_url="redis://127.0.0.1:6379/0",
        base_url="https://facturas.ejemplo.com",
        trusted_proxies=(ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"), ip_network("::1/128")),
        allow_http=True,
        metrics_port=9100,
        log_level="warning",
        max_connections=512,
        max_connections_per_address=20,
        keep_alive_s=75,
        request_log=500,
    )


def test_the_env_file_fills_what_the_environment_does_not_set(tmp_path: Path) -> None:
    text = """
    # la base de datos
    export OCOTE_DATABASE_URL="sqlite:///archivo.sqlite3"
    OCOTE_MH_TIMEOUT = 5   # segundos
    OCOTE_SECRET_KEY='con # dentro'
    COMPOSE_PROJECT_NAME=otra-cosa
    """
    settings = settings_of(tmp_path, text, OCOTE_MH_TIMEOUT="3")
    assert settings.database_url == "sqlite:///archivo.sqlite3"
    assert settings.mh_timeout_s == 3
    assert settings.secret_key == "con # dentro"


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert settings_of(tmp_path, OCOTE_BASE_URL="", OCOTE_SECRET_KEY="  ").base_url is None
    assert settings_of(tmp_path, OCOTE_SECRET_KEY="  ").secret_key is None


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("OCOTE_DATABASE_URL", "mysql://servidor/base", "sqlite:///"),
        ("OCOTE_DATABASE_URL", "sqlite:///", "archivo"),
        ("OCOTE_KEEP_ALIVE", "0", "de 1 a 3600"),
        ("OCOTE_KEEP_ALIVE", "2.5", "número entero"),
        ("OCOTE_REQUEST_LOG", "-1", "entre 0 y 1000000"),
        ("OCOTE_REQUEST_LOG", "1000001", "entre 0 y 1000000"),
        ("OCOTE_MH_TIMEOUT", "ocho", "por ejemplo 8"),
        ("OCOTE_MH_TIMEOUT", "0", "hasta 60"),
        ("OCOTE_MH_TIMEOUT", "nan", "hasta 60"),
        ("OCOTE_ALLOW_HTTP", "quizás", "on u off"),
        ("OCOTE_BASE_URL", "facturas.ejemplo.com", "https://"),
        ("OCOTE_BASE_URL", "https://", "https://facturas"),
        ("OCOTE_MH_TEST_URL", "ftp://servidor", "https://"),
        ("OCOTE_MH_TEST_URL", "http://apitest.dtes.mh.gob.sv", "Escriba https://"),
        ("OCOTE_MH_PRODUCTION_URL", "http://10.0.0.8:8090", "viaja sin cifrar"),
        ("OCOTE_MH_PRODUCTION_URL", "http://127.0.0.1.example.com", "viaja sin cifrar"),
        ("OCOTE_MH_TEST_URL", "https://usuario:clave@mh.example.com", "quítelos"),
        ("OCOTE_BASE_URL", "http://facturas.example.com", "Escriba https://"),
        ("OCOTE_RATE_LIMIT_URL", "memcached://x", "memory://"),
        ("OCOTE_TRUSTED_PROXIES", "10.0.0.0/8, todos", "«todos»"),
        ("OCOTE_TRUSTED_PROXIES", "10.0.0.1/8", "«10.0.0.1/8»"),
        *(
            ("OCOTE_TRUSTED_PROXIES", f"127.0.0.1/32, {network}", f"«{network}» abarca casi cualquier dirección")
            for network in (
                "0.0.0.0/0",
                "::/0",
                "0.0.0.0/1",
                "128.0.0.0/1",
                "2.0.0.0/7",
                "2000::/3",
                "::ffff:0:0/96",
                "::/64",
            )
        ),
        ("OCOTE_METRICS_PORT", "70000", "65535"),
        ("OCOTE_METRICS_PORT", "off", "quite la variable"),
        ("OCOTE_MH_SCHEMA_DIR", "no-existe", "quite la variable"),
        ("OCOTE_LOG_LEVEL", "ruidoso", "debug"),
    ],
)
def test_a_value_that_cannot_be_understood_is_named_with_its_remedy(
    tmp_path: Path, name: str, value: str, remedy: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(tmp_path, **{name: value})
    assert str(caught.value).startswith(name)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8090", "http://localhost:8090", "http://[::1]:8090", "https://mh.sv"]
)
def test_an_address_that_nobody_on_the_way_can_read_is_taken(tmp_path: Path, url: str) -> None:
    settings = settings_of(tmp_path, OCOTE_MH_TEST_URL=url, OCOTE_MH_PRODUCTION_URL=url, OCOTE_BASE_URL=url)
    assert (settings.mh_test_url, settings.mh_production_url, settings.base_url) == (url, url, url)


def test_the_networks_that_proxies_have_are_taken(tmp_path: Path) -> None:
    proxies = "127.0.0.1/32,10.0.0.0/8,172.64.0.0/13,::1/128,fd00::/8,2606:4700::/32,::ffff:10.0.0.0/104"
    assert len(settings_of(tmp_path, OCOTE_TRUSTED_PROXIES=proxies).trusted_proxies) == 7


def test_the_env_file_refuses_an_unknown_name_of_ours(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="línea 2: OCOTE_DATABSE_URL no existe"):
        settings_of(tmp_path, "# uno\nOCOTE_DATABSE_URL=sqlite:///x\n")


def test_the_env_file_refuses_a_line_that_assigns_nothing(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="línea 1: se esperaba NOMBRE=valor"):
        settings_of(tmp_path, "OCOTE_SECRET_KEY\n")


def test_unknown_variables_of_the_environment_are_told_apart() -> None:
    environ = dict.fromkeys(NAMES, "x") | {"OCOTE_DATABSE_URL": "x", "PATH": "x"}
    assert unknown_names(environ) == ["OCOTE_DATABSE_URL"]


def test_no_secret_and_no_password_is_in_the_repr(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        OCOTE_SECRET_KEY="clave-secreta",
        OCOTE_DATABASE_URL="postgresql://ocote:contrasena@db/ocote",
        OCOTE_RATE_LIMIT_URL="redis://:contrasena@cache/0",
    )
    assert "secreta" not in repr(settings)
    assert "contrasena" not in repr(settings)


def test_no_database_password_is_in_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(tmp_path, OCOTE_DATABASE_URL="postgres+x://ocote:contrasena@db/ocote")
    assert "contrasena" not in str(caught.value)


def test_the_secret_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    held = tmp_path / "secret"
    held.write_text("nueva-clave, la anterior\n", encoding="utf-8")
    settings = settings_of(tmp_path, OCOTE_SECRET_KEY_FILE=str(held))
    assert settings.required_secret() == "nueva-clave, la anterior"
    assert settings.secret_file == held
    assert "nueva-clave" not in repr(settings)


def test_the_secret_may_be_a_credential_of_systemd(tmp_path: Path) -> None:
    (tmp_path / "ocote_secret_key").write_text("una-clave", encoding="utf-8")
    assert settings_of(tmp_path, CREDENTIALS_DIRECTORY=str(tmp_path)).required_secret() == "una-clave"


def test_credentials_of_another_kind_leave_the_variable_alone(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, CREDENTIALS_DIRECTORY=str(tmp_path), OCOTE_SECRET_KEY="una-clave")
    assert (settings.secret_key, settings.secret_file) == ("una-clave", None)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (("OCOTE_SECRET_KEY", "OCOTE_SECRET_KEY_FILE"), "OCOTE_SECRET_KEY y OCOTE_SECRET_KEY_FILE"),
        (("OCOTE_SECRET_KEY", "CREDENTIALS_DIRECTORY"), "OCOTE_SECRET_KEY y la credencial ocote_secret_key"),
        (("OCOTE_SECRET_KEY_FILE", "CREDENTIALS_DIRECTORY"), "OCOTE_SECRET_KEY_FILE y la credencial ocote_secret_key"),
    ],
)
def test_a_secret_in_two_places_is_refused(tmp_path: Path, given: tuple[str, str], named: str) -> None:
    held = tmp_path / "ocote_secret_key"
    held.write_text("una-clave", encoding="utf-8")
    values = {
        "OCOTE_SECRET_KEY": "otra-clave",
        "OCOTE_SECRET_KEY_FILE": str(held),
        "CREDENTIALS_DIRECTORY": str(tmp_path),
    }
    with pytest.raises(SettingsError, match=named) as caught:
        settings_of(tmp_path, **{name: values[name] for name in given})
    assert "una-clave" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (None, "no existe"),
        (b"", "debe contener solo la clave"),
        (b"una-clave\notra-linea", "debe contener solo la clave"),
        (b"\xff\xfe\x00", "debe contener solo la clave"),
        (b"x" * 100_000, "debe contener solo la clave"),
    ],
)
def test_a_file_without_a_usable_secret_says_what_it_should_hold(
    tmp_path: Path, content: bytes | None, remedy: str
) -> None:
    held = tmp_path / "secret"
    if content is not None:
        held.write_bytes(content)
    with pytest.raises(SettingsError, match=remedy) as caught:
        settings_of(tmp_path, OCOTE_SECRET_KEY_FILE=str(held))
    assert "una-clave" not in str(caught.value)


def test_a_missing_secret_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ocote secret"):
        settings_of(tmp_path).required_secret()
    assert settings_of(tmp_path, OCOTE_SECRET_KEY="x").required_secret() == "x"


@pytest.mark.parametrize("password", ["s3cr3t#x", "s3/cr3t", "s3?cr3t", "s3[cr3t", "s3:cr3t/"])
def test_a_password_that_breaks_the_address_is_told_without_being_told(tmp_path: Path, password: str) -> None:
    url = f"postgresql://ocote:{password}@db.example.com:5432/ocote"
    with pytest.raises(SettingsError, match="%40") as refused:
        load({"OCOTE_DATABASE_URL": url}, tmp_path / ".env")
    assert "cr3t" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ocote:s3cr3t%23x@db.example.com/ocote?sslmode=verify-full",
        "postgresql://ocote@uno.example.com:5432,dos.example.com:5433/ocote",
        "postgresql://ocote@[2001:db8::1]:5432/ocote",
        "postgresql:///ocote?host=/run/postgresql",
        "sqlite:///datos/caja#1.sqlite3",
    ],
)
def test_every_form_of_an_address_that_the_driver_takes_is_taken(tmp_path: Path, url: str) -> None:
    assert load({"OCOTE_DATABASE_URL": url}, tmp_path / ".env").database_url == url
