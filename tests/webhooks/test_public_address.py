"""Where a webhook may lead and where it may not."""

import pytest

from ocote.webhooks.public_address import is_public


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "172.15.255.255",
        "172.32.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "190.86.0.1",
        "2606:4700:4700::1111",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_the_public_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("127.0.0.1", "this machine"),
        ("127.255.255.254", "this machine"),
        ("0.0.0.0", "this machine"),  # noqa: S104 - nothing is bound
        ("10.0.0.1", "a private network"),
        ("172.16.0.1", "a private network"),
        ("172.31.255.255", "a private network"),
        ("192.168.1.1", "a private network"),
        ("100.64.0.1", "a carrier's network"),
        ("169.254.169.254", "the metadata of a cloud"),
        ("192.0.2.1", "documentation"),
        ("198.51.100.1", "documentation"),
        ("203.0.113.1", "documentation"),
        ("198.18.0.1", "measurements"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.250", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "broadcast"),
        ("::1", "this machine"),
        ("::", "this machine"),
        ("::ffff:127.0.0.1", "this machine, as IPv6"),
        ("::ffff:169.254.169.254", "the metadata of a cloud, as IPv6"),
        ("::127.0.0.1", "this machine, as IPv6 of old"),
        ("64:ff9b::7f00:1", "this machine, behind NAT64"),
        ("64:ff9b::a9fe:a9fe", "the metadata of a cloud, behind NAT64"),
        ("64:ff9b:1::a00:1", "a local NAT64"),
        ("fc00::1", "a private network"),
        ("fd00:ec2::254", "the metadata of a cloud"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local with its interface"),
        ("fec0::1", "site-local"),
        ("ff02::1", "multicast"),
        ("100::1", "discarded"),
        ("2001:db8::1", "documentation"),
        ("3fff::1", "documentation"),
        ("2002:7f00:1::", "a 6to4 tunnel"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "a Teredo tunnel"),
    ],
)
def test_everything_else(address: str, what: str) -> None:
    assert not is_public(address), what


def test_what_is_no_address_is_an_error() -> None:
    with pytest.raises(ValueError, match="example"):
        is_public("erp.example.com")
