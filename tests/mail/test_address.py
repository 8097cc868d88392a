"""What is an address to which mail is sent, and a name by which a machine introduces itself."""

import pytest

from ocote.mail.address import host_name, mail_address


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("facturas.example.com", "facturas.example.com"),
        ("Correo1.Example.com.sv", "Correo1.Example.com.sv"),
        ("xn--caf-dma.example", "xn--caf-dma.example"),
        ("café.example", "xn--caf-dma.example"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_a_full_name_of_a_machine(text: str, name: str) -> None:
    assert host_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        *("localhost", "", ".", "example.com.", ".example.com", "a..b.com", "192.168.1.5", "[192.168.1.5]", "a b.com"),
        *("-a.example.com", "a-.example.com", "mi_pc.example.com", "a.example.com\r\nMAIL", "a" * 64 + ".example"),
        *("a." * 126 + "com.sv", "ñ" * 64 + ".example", "\u200b.example", "a@example.com", "a.example.123"),
    ],
)
def test_what_is_no_full_name_of_a_machine(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        host_name(text)


def test_an_address_keeps_what_stands_before_the_at_sign() -> None:
    address = mail_address("muñoz@café.example", "Ana Muñoz")
    assert (address.username, address.domain, address.display_name) == ("muñoz", "xn--caf-dma.example", "Ana Muñoz")


@pytest.mark.parametrize("text", ["a@\u200b", "a@" + "ñ" * 80 + ".example", "a@-ñ-.example", 'a"b@example.com'])
def test_an_address_whose_domain_cannot_exist_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        mail_address(text)
