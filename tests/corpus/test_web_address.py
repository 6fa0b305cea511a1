from __future__ import annotations

import pytest

from corpus.web_address import is_public, parse_web_address


@pytest.mark.parametrize(
    ("url", "whole", "authority"),
    [
        ("http://example.org", "http://example.org/", "example.org"),
        ("HTTP://Example.ORG.:80//a?b=c#d", "http://example.org//a?b=c", "example.org"),
        ("https://example.org:80/?", "https://example.org:80/", "example.org:80"),
        ("https://b\u00fccher.example/\u044f", "https://xn--bcher-kva.example/\u044f", "xn--bcher-kva.example"),
        ("http://example\u3002org/", "http://example.org/", "example.org"),
        ("http://[2606:2800:220:1:0::1]/", "http://[2606:2800:220:1::1]/", "[2606:2800:220:1::1]"),
    ],
)
def test_an_address_has_one_way_of_being_written(url: str, whole: str, authority: str) -> None:
    address = parse_web_address(url)
    assert (address.url, address.authority) == (whole, authority)
    assert parse_web_address(address.url) == address


def test_nothing_is_left_to_resolve_at_an_ip_address() -> None:
    address = parse_web_address("https://example.org/a?b")
    assert address.at("93.184.215.14") == "https://93.184.215.14:443/a?b"
    assert address.at("2606:2800:220:1::1") == "https://[2606:2800:220:1::1]:443/a?b"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "192.0.0.8",
        "192.88.99.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
        "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "fe00::1", "ff0e::1", "::ffff:127.0.0.1",
        "::ffff:0:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001::1",
        "2001:db8::1", "3fff::1", "4000::1", "5f00::1", "100::1", "x", "",
    ],
)  # fmt: skip
def test_an_address_inside_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:220:1::1", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)
