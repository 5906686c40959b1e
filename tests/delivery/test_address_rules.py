"""Which addresses deliveries may go to: every form of an address that is not public is refused unless it is named."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from interfaces.delivery.address_rules import AddressRules

PUBLIC = ("1.1.1.1", "8.8.8.8", "192.0.1.1", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450::1")

INTERNAL = ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.127.255.255", "fd12:3456::1")

LOCAL = ("127.0.0.1", "127.9.9.9", "::1", "169.254.1.1", "fe80::1", "fe80::1%eth0")

METADATA = (
    "169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254",
)  # fmt: skip

NEVER = (
    "0.0.0.0", "0.1.2.3", "192.0.0.1", "192.0.0.8", "192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "233.252.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:1.1.1.1", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:2::1", "2001:20::1",
    "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1", "4000::1", "fec0::1", "ff02::1", "ff0e::1",
)  # fmt: skip


def permitted(address: str, *networks: str) -> bool:
    return AddressRules(networks).refusal(ip_address(address)) is None


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_permitted(address: str) -> None:
    assert permitted(address)


@pytest.mark.parametrize("address", INTERNAL + LOCAL + METADATA + NEVER)
def test_everything_else_is_refused(address: str) -> None:
    assert not permitted(address)


@pytest.mark.parametrize("address", INTERNAL)
def test_internal_addresses_are_permitted_by_any_network_that_holds_them(address: str) -> None:
    everything = ("0.0.0.0/0", "::/0")

    assert permitted(address, *everything)
    assert not permitted(address, "10.99.0.0/16", "fd99::/16")


@pytest.mark.parametrize("address", LOCAL)
def test_loopback_and_link_local_are_permitted_by_a_network_within_their_block_alone(address: str) -> None:
    assert not permitted(address, "0.0.0.0/0", "::/0", "126.0.0.0/7", "169.0.0.0/8", "fe00::/8")
    assert permitted(address, "127.0.0.0/8", "::1/128", "169.254.0.0/16", "fe80::/64")


@pytest.mark.parametrize("address", METADATA)
def test_metadata_addresses_are_permitted_by_their_own_name_alone(address: str) -> None:
    others = ("0.0.0.0/0", "::/0", "169.254.0.0/16", "168.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "fd00::/8")

    assert not permitted(address, *others)
    assert permitted(address, *others, address)


@pytest.mark.parametrize("address", NEVER)
def test_no_name_permits_addresses_that_no_receiver_can_have(address: str) -> None:
    assert not permitted(address, "0.0.0.0/0", "::/0", address.partition("%")[0])


def test_a_refusal_names_the_kind_of_address_and_the_setting() -> None:
    refusal = AddressRules().refusal

    assert refusal(ip_address("127.0.0.1")) == (
        "a loopback address, which is permitted where REPORTRUN_WEBHOOK_NETWORKS names a network within 127.0.0.0/8"
    )
    assert refusal(ip_address("10.0.0.1")) == (
        "a private address, which is permitted where REPORTRUN_WEBHOOK_NETWORKS names its network"
    )
    assert refusal(ip_address("224.0.0.1")) == "a multicast address"


@pytest.mark.parametrize(
    ("host", "networks", "refusal"),
    [
        (
            "127.0.0.1",
            (),
            "a loopback address, which is permitted where REPORTRUN_WEBHOOK_NETWORKS names a network within",
        ),
        ("localhost", (), "a loopback address"),
        ("api.LOCALHOST.", (), "a loopback address"),
        ("192.168.7.1", (), "a private address, which is permitted where REPORTRUN_WEBHOOK_NETWORKS names its network"),
        ("::1", (), "a loopback address"),
        ("192.0.2.1", ("192.0.2.0/24",), "an address for documentation"),
        ("127.0.0.1", ("127.0.0.1/32",), None),
        ("localhost", ("::1/128",), None),
        ("8.8.8.8", (), None),
        ("notlocalhost", (), None),
        ("receiver.internal", (), None),
    ],
)
def test_an_address_in_a_url_is_refused_and_a_name_is_not(
    host: str, networks: tuple[str, ...], refusal: str | None
) -> None:
    said = AddressRules(networks).refusal_of_host(host)

    assert said == refusal if said is None or refusal is None else said.startswith(refusal)
