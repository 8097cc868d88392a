"""The section [smtp] of a company file."""

from pathlib import Path

import pytest

from ocote.companies.description.value import SmtpAccess
from ocote.companies.file.parse import CompanyFileError, read_company_file
from tests.companies.basic import BASIC


def read(folder: Path, section: str) -> SmtpAccess:
    (folder / "empresa.crt").write_bytes(b"<CertificadoMH/>")
    path = folder / "empresa.toml"
    path.write_text(BASIC + section, encoding="utf-8")
    access = read_company_file(path).smtp
    assert access is not None
    return access


def faults(folder: Path, section: str) -> list[str]:
    with pytest.raises(CompanyFileError) as caught:
        read(folder, section)
    return list(caught.value.faults)


_MAIL = '[smtp]\nhost = "correo.ejemplo.com"\nsender = "facturas@ejemplo.com"\n'


def test_a_company_says_who_it_is_to_its_mail_server_where_answers_go_and_who_gets_copies(tmp_path: Path) -> None:
    text = (
        f'{_MAIL}helo = " caja.ejemplo.com "\nreply_to = "ventas@ejemplo.com"\n'
        'copy_to = ["contador@ejemplo.com", "ARCHIVO@ejemplo.com", "archivo@ejemplo.com"]\n'
    )
    access = read(tmp_path, text)
    assert (access.helo, access.reply_to) == ("caja.ejemplo.com", "ventas@ejemplo.com")
    assert sorted(map(str.casefold, access.copy_to)) == ["archivo@ejemplo.com", "contador@ejemplo.com"]


@pytest.mark.parametrize(
    ("line", "copies"),
    [
        ("", ()),
        ("copy_to = []", ()),
        ('copy_to = "a@ejemplo.com"', ("a@ejemplo.com",)),
        ('copy_to = "a@ejemplo.com, b@ejemplo.com,"', ("a@ejemplo.com", "b@ejemplo.com")),
    ],
)
def test_copies_go_to_one_address_or_to_several_or_to_none(tmp_path: Path, line: str, copies: tuple[str, ...]) -> None:
    access = read(tmp_path, f"{_MAIL}{line}\n")
    assert access.copy_to == copies


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            'helo = "localhost"',
            "smtp.helo: «localhost» no es el nombre completo de una máquina; escríbalo con su dominio, por ejemplo ",
        ),
        (
            'helo = "10.0.0.8"',
            "smtp.helo: «10.0.0.8» no es el nombre completo de una máquina; escríbalo con su dominio, por ejemplo ",
        ),
        ('helo = "a.com\\r\\nMAIL"', "smtp.helo: no puede tener saltos de línea ni caracteres de control."),
        ("helo = 5", 'smtp.helo: debe ser texto entre comillas: helo = "…".'),
        ('reply_to = "ventas"', "smtp.reply_to: «ventas» no es una dirección de correo."),
        ('reply_to = "a@b.com, c@d.com"', "smtp.reply_to: «a@b.com, c@d.com» no es una dirección de correo."),
        ('copy_to = ["a@ejemplo.com", "nadie"]', "smtp.copy_to: "),
        ('copy_to = ["a@ejemplo.com", 5]', 'smtp.copy_to: debe ser una lista de textos: copy_to = ["…", "…"].'),
        ("copy_to = 5", 'smtp.copy_to: debe ser texto entre comillas: copy_to = "…".'),
        (
            f"copy_to = {[f'a{n}@ejemplo.com' for n in range(6)]}",
            "smtp.copy_to: puede tener 5 direcciones a lo sumo; tiene 6.",
        ),
        ('sendr = "a@b.com"', "smtp.sendr: no existe esta clave; ¿quiso decir sender?"),
    ],
)
def test_what_is_wrong_about_them_is_told_with_its_remedy(tmp_path: Path, line: str, fault: str) -> None:
    [told] = faults(tmp_path, f"{_MAIL}{line}\n")
    assert told.startswith(fault)


@pytest.mark.parametrize("sender", ["a,b@ejemplo.com", "a;b@ejemplo.com", "<a@ejemplo.com>", "a@ejem(plo).com"])
def test_an_address_from_which_no_message_could_be_sent_is_told_at_once(tmp_path: Path, sender: str) -> None:
    text = f'[smtp]\nhost = "correo"\nsender = "{sender}"\n'
    assert faults(tmp_path, text) == [f"smtp.sender: «{sender}» no es una dirección de correo."]
