"""What ``ocote doctor`` says of an access to a mail server that an earlier version stored unchecked."""

from pathlib import Path

import msgspec

from ocote.cli.doctor.mail_server import mail_servers
from ocote.clock import system_clock
from ocote.companies.description.value import SmtpAccess
from ocote.companies.registry import owner
from ocote.settings import Settings
from ocote.store.companies import all_companies
from ocote.store.engine.opening import open_store
from ocote.vault import Vault
from tests.builders.company import NIT, register_company, write_company
from tests.databases import Databases

SECRET = "una clave de prueba de treinta y dos letras"


async def test_a_sender_from_which_nothing_can_be_sent_is_told_with_its_remedy(
    all_databases: Databases, tmp_path: Path
) -> None:
    url = all_databases.sqlite()
    access = SmtpAccess("127.0.0.1", 9, None, None, "none", "a,b@example.com")
    sealed = Vault.from_secret(SECRET).seal(msgspec.json.encode(access), owner(NIT, "00", "smtp"))
    await register_company(url, SECRET, write_company(tmp_path))
    async with open_store(url) as store:
        [company] = await store.read(all_companies)
    settings = Settings(data_dir=tmp_path, database_url=url, secret_key=SECRET)
    [finding] = await mail_servers(settings, [msgspec.structs.replace(company, smtp=sealed)], system_clock())
    assert finding.level == "failed"
    assert finding.seen == "no se puede enviar desde a,b@example.com: no es una dirección de correo"
    assert "[smtp]" in finding.remedy
