"""Messages go only to the public internet, however an address of another network is written."""

from __future__ import annotations

import ipaddress
import random

import pytest

from certificates.errors import BadRequest
from certificates.rules.flaws import FlawId, flaw
from certificates.rules.public_addresses import is_public
from certificates.rules.webhook_addresses import checked_address

PUBLIC = ["93.184.216.34", "1.1.1.1", "100.63.255.255", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450::1"]

NOT_PUBLIC = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "169.254.170.2", "169.254.0.1"),  # metadata of instances and of containers
    *("100.64.0.1", "100.127.255.255"),  # behind a carrier's NAT
    *("192.0.0.170", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "192.88.99.1"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::127.0.0.1", "::a00:1"),
    *("64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "100::1"),
    *("", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "1.1.1.1 ", "1.1.1.1%eth0"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_is_accepted(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_of_another_network_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.slow
def test_no_address_is_public_that_python_knows_as_special() -> None:
    chance = random.Random(1)
    for _ in range(20_000):
        for address in (
            ipaddress.IPv4Address(chance.getrandbits(32)),
            ipaddress.IPv6Address(chance.getrandbits(128)),
            ipaddress.IPv6Address((0x2001 << 112) | chance.getrandbits(112)),
        ):
            if is_public(str(address)):
                assert address.is_global and not address.is_multicast and not address.is_reserved, address


@pytest.mark.parametrize(
    "address",
    [
        *("https://example.org", "https://hooks.example.org:8443/a/b?token=1", "https://93.184.216.34/x"),
        *("https://[2606:4700:4700::1111]/x", "HTTPS://Example.org/", "https://xn--bcher-kva.example/x"),
    ],
)
def test_an_https_url_is_used_unchanged(address: str) -> None:
    assert checked_address(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        *("", "example.org", "http://example.org", "ftp://example.org", "//example.org/x", "https:///x", "https://"),
        *("https://localhost/x", "https://me.localhost/x", "https://intranet/x", "https://127.0.0.1/x"),
        *(
            "https://[::1]/x",
            "https://10.0.0.1/x",
            "https://169.254.169.254/latest",
            "https://2130706433/",
            "https://1.1/",
        ),
        *(
            "https://me:secret@example.org/",
            "https://me@example.org",
            "https://@example.org/",
            "https://example.org/#x",
        ),
        *("https://example.org/#", "https://example.org:0/", "https://example.org:99999/", "https://example.org:x/"),
        *("https://exa mple.org/", "https://example.org/\n", "https://example.org/a\r\nb", "https://bücher.example/"),
        *("https://[::1", "https://example..org/", "https://-example.org/", "https://example.org/" + "x" * 1000),
        *("https://0x7f.1/", "javascript:alert(1)", "https://example.org\\@10.0.0.1/"),
    ],
)
def test_a_url_outside_the_public_internet_is_refused(address: str) -> None:
    if address.strip() == "https://example.org/":
        address = "https://example.org/ x"  # blanks around an address are no fault
    with pytest.raises(BadRequest) as refused:
        checked_address(address)
    assert refused.value.reason == "bad-webhook-url"


def test_a_receiver_on_this_machine_is_allowed_only_in_development() -> None:
    for address in ("http://127.0.0.1:8000/x", "http://localhost:8000/", "http://[::1]:8000/"):
        with pytest.raises(BadRequest):
            checked_address(address)
        assert checked_address(address, loopback=True) == address
    for address in ("http://example.org/", "http://10.0.0.1/", "https://10.0.0.1/", "http://127.0.0.1.example.org/"):
        with pytest.raises(BadRequest):
            checked_address(address, loopback=True)


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://example.org/" + "x" * 981, flaw(FlawId.URL_TOO_LONG, most=1000)),
        ("https://bücher.example/", flaw(FlawId.URL_NOT_ASCII)),
        ("https://exa mple.org/", flaw(FlawId.URL_NOT_ASCII)),
        ("https://[::1", flaw(FlawId.NO_URL)),
        ("https://example.org:0/", flaw(FlawId.URL_WITH_PORT_0)),
        ("https://me:secret@example.org/", flaw(FlawId.URL_WITH_SIGN_IN)),
        ("https://me@example.org/", flaw(FlawId.URL_WITH_SIGN_IN)),
        ("https://@example.org/", flaw(FlawId.URL_WITH_SIGN_IN)),
        ("https://:secret@example.org/", flaw(FlawId.URL_WITH_SIGN_IN)),
        ("https://example.org/#", flaw(FlawId.URL_WITH_FRAGMENT)),
        ("https://example.org/#x", flaw(FlawId.URL_WITH_FRAGMENT)),
        ("http://example.org/", flaw(FlawId.URL_NOT_HTTPS)),
        ("https://10.0.0.1/", flaw(FlawId.ADDRESS_NOT_PUBLIC)),
        ("https://[::1]/", flaw(FlawId.ADDRESS_NOT_PUBLIC)),
        ("https://localhost/", flaw(FlawId.HOST_NOT_PUBLIC)),
        ("https://me.localhost/", flaw(FlawId.HOST_NOT_PUBLIC)),
        ("https://intranet/", flaw(FlawId.HOST_NOT_PUBLIC)),
        ("https://", flaw(FlawId.HOST_NOT_PUBLIC)),
    ],
)
def test_a_refused_url_says_which_fault_it_has(address: str, found: object) -> None:
    with pytest.raises(BadRequest) as refused:
        checked_address(address)
    assert (refused.value.message, refused.value.values) == (found, {"field": "url"})


def test_a_url_has_at_most_1000_characters() -> None:
    longest = "https://example.org/" + "x" * 980
    assert checked_address(longest) == longest


def test_https_to_this_machine_is_allowed_in_development_too() -> None:
    for address in ("https://localhost:8443/", "https://127.0.0.1/"):
        assert checked_address(address, loopback=True) == address
    for address in ("ftp://localhost/", "http:///x"):
        with pytest.raises(BadRequest):
            checked_address(address, loopback=True)
