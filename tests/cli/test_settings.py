"""Settings come from the environment, and reach child processes through it."""

from __future__ import annotations

import pytest

from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings


@pytest.mark.parametrize(
    ("environment", "trusted"),
    [
        ({}, "127.0.0.1"),
        ({"FORWARDED_ALLOW_IPS": "10.0.0.1"}, "10.0.0.1"),
        ({"REPORTRUN_FORWARDED_ALLOW_IPS": "10.0.0.2"}, "10.0.0.2"),
        ({"FORWARDED_ALLOW_IPS": "10.0.0.1", "REPORTRUN_FORWARDED_ALLOW_IPS": "10.0.0.2"}, "10.0.0.2"),
    ],
)
def test_trusted_proxies_are_set_by_our_variable_and_else_by_that_of_uvicorn(
    environment: dict[str, str], trusted: str
) -> None:
    assert Settings.read(environment).forwarded_allow_ips == trusted


@pytest.mark.parametrize("listed", ["", "10.0.0.7", "10.0.0.7, fd12::/48", "0.0.0.0/0", "*"])
def test_proxies_are_named_by_addresses_and_networks(listed: str) -> None:
    assert Settings.read({"REPORTRUN_FORWARDED_ALLOW_IPS": listed}).forwarded_allow_ips == listed


@pytest.mark.parametrize(
    ("listed", "word"),
    [
        ("10.0.0.0/33", "10.0.0.0/33"),
        ("10.0.0.7,10.0.0.7/8", "10.0.0.7/8"),
        ("proxy.internal", "proxy.internal"),
        ("10.0.0.7,*", "*"),
        ("/run/proxy.sock", "/run/proxy.sock"),
    ],
)
def test_proxies_that_would_never_be_met_are_refused(listed: str, word: str) -> None:
    with pytest.raises(SettingRefused) as refused:
        Settings.read({"REPORTRUN_FORWARDED_ALLOW_IPS": listed})

    assert str(refused.value).startswith(
        f"REPORTRUN_FORWARDED_ALLOW_IPS has {word!r}, which is no address and no network."
    )


@pytest.mark.parametrize("networks", ["10.1.0.0/33", "10.1.0.1/16", "internal", "10.0.0.0/8,wat"])
def test_networks_that_are_none_are_refused(networks: str) -> None:
    with pytest.raises(SettingRefused, match=r"REPORTRUN_WEBHOOK_NETWORKS has .*, which is no network\. Give networks"):
        Settings.read({"REPORTRUN_WEBHOOK_NETWORKS": networks})


def test_settings_that_are_written_into_an_environment_are_read_from_it() -> None:
    settings = Settings(forwarded_allow_ips="*", attempts=7, total_rows=False, live_only_types=("a.1", "b.1"))

    assert Settings.read(settings.environment()) == settings


@pytest.mark.parametrize("name", ["LEDGER_URL", "FILES_URL", "AUDIT_URL", "CHECKPOINT_COPY", "ENGINE_PARTS_URL"])
def test_the_address_of_a_bucket_has_no_slash_at_its_end(name: str) -> None:
    variable = f"REPORTRUN_{name}"

    assert getattr(Settings.read({variable: "s3://bucket/place//"}), name.lower()) == "s3://bucket/place"
    for address in ("s3://", "s3:///place", "s3://bucket//place"):
        with pytest.raises(
            SettingRefused, match=rf"^{variable} is '{address}'\. Give the name of a bucket, and a path"
        ):
            Settings.read({variable: address})


def test_an_address_that_is_no_bucket_is_kept_as_it_is() -> None:
    settings = Settings.read({"REPORTRUN_TIMESTAMP_URL": "https://tsa.example/", "REPORTRUN_FILES_URL": "files/"})

    assert (settings.timestamp_url, settings.files_url) == ("https://tsa.example/", "files/")
