"""A company's access to its mail server, as it was sealed by this program and by those before it."""

import msgspec
import pytest

from ocote.companies.description.value import SmtpAccess
from ocote.companies.mail_server import mail_server_of
from ocote.companies.registry import opened_mail_access, owner
from ocote.mail.unsendable import UnsendableError
from ocote.vault import Vault

NIT = "06140101260017"
BEFORE = (
    b'{"host":"correo.ejemplo.com","port":587,"user":"u","password":"Correo#1","security":"starttls",'
    b'"sender":"facturas@ejemplo.com"}'
)
ACCESS = SmtpAccess("correo.ejemplo.com", 587, "u", "Correo#1", "starttls", "facturas@ejemplo.com")


def opened(content: bytes) -> SmtpAccess | None:
    vault = Vault.from_secret("una clave de prueba de treinta y dos letras")
    return opened_mail_access(vault, vault.seal(content, owner(NIT, "00", "smtp")), NIT, "00")


def test_an_access_that_was_stored_before_there_were_copies_is_still_read() -> None:
    assert opened(BEFORE) == ACCESS
    assert (ACCESS.helo, ACCESS.reply_to, ACCESS.copy_to) == (None, None, ())


def test_an_access_comes_back_as_it_was_stored() -> None:
    stored = SmtpAccess(
        host="correo.ejemplo.com",
        port=465,
        user=None,
        password=None,
        security="tls",
        sender="facturas@ejemplo.com",
        helo="caja.ejemplo.com",
        reply_to="ventas@ejemplo.com",
        copy_to=("a@ejemplo.com", "b@ejemplo.com"),
    )
    assert opened(msgspec.json.encode(stored)) == stored


def test_the_program_before_reads_the_access_of_this_one() -> None:
    """It knows six fields and ignores the others, so that both may run during an upgrade."""
    names = {"host", "port", "user", "password", "security", "sender"}
    assert names <= msgspec.json.decode(msgspec.json.encode(ACCESS)).keys()


def test_the_gateway_introduces_itself_by_the_domain_of_the_sender_unless_it_has_a_name() -> None:
    assert mail_server_of(ACCESS, 5.0).helo == "ejemplo.com"
    named = msgspec.json.decode(BEFORE[:-1] + b',"helo":"caja.ejemplo.com"}', type=SmtpAccess)
    assert mail_server_of(named, 5.0).helo == "caja.ejemplo.com"


def test_an_access_without_a_usable_sender_is_a_fault_of_the_access() -> None:
    broken = msgspec.json.decode(BEFORE.replace(b"facturas@", b"a,b@"), type=SmtpAccess)
    with pytest.raises(UnsendableError):
        mail_server_of(broken, 5.0)
