"""File links over HTTP: the public address, expiry, metadata, and the links of a file object."""

from __future__ import annotations

import httpx
import pytest

from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from tests.http.finished_runs import CONTENTS
from tests.http.links_to_files import LINKS, Links, installation, links, opened
from tests.support.in_process import InProcess
from tests.support.server import SampleInstallation

__all__ = ["installation", "links", "opened"]

HOUR = 3_600


def error_of(response: httpx.Response) -> tuple[int, str | None, str | None, str]:
    error = response.json()["error"]
    return response.status_code, error.get("code"), error.get("param"), error["message"]


def test_a_link_opens_its_file_without_a_key(links: Links) -> None:
    link = links.made(**{"metadata[for]": "audit"})

    opened = links.opened(link["url"])

    assert (opened.status_code, opened.content) == (200, CONTENTS)
    assert opened.headers["content-type"].startswith("text/csv")
    assert opened.headers["content-disposition"] == f'attachment; filename="{links.run_id}.csv"'
    assert opened.headers["cache-control"] == "no-cache, no-store"
    assert opened.headers["x-content-type-options"] == "nosniff"
    assert link == {
        "id": link["id"],
        "object": "file_link",
        "created": int(links.now()),
        "expired": False,
        "expires_at": None,
        "file": links.file_id,
        "livemode": False,
        "metadata": {"for": "audit"},
        "url": link["url"],
    }
    assert list(link) == ["id", "object", *sorted(list(link)[2:])]
    assert links("GET", f"{LINKS}/{link['id']}").json() == link


def test_the_public_address_serves_parts_heads_and_compressed_bodies(links: Links) -> None:
    url = links.made()["url"]

    part = links.opened(url, Range="bytes=1-8")
    head = links.opened(url, "HEAD")

    assert (part.status_code, part.content) == (206, CONTENTS[1:9])
    assert (head.status_code, head.content) == (200, b"")
    assert links.opened(url, **{"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"


def test_a_link_opens_nothing_from_its_expiry_on(links: Links) -> None:
    link = links.made(expires_at=links.now(HOUR))
    links.clock.move(HOUR - 1)
    assert links.opened(link["url"]).status_code == 200

    links.clock.move(1)

    gone = error_of(links.opened(link["url"]))
    assert (gone[0], gone[3]) == (404, "This link does not exist or has expired. Ask for a new one where you were "
                                       "given this address.")  # fmt: skip
    assert links("GET", f"{LINKS}/{link['id']}").json() == link | {"expired": True}
    assert error_of(links.opened("/links/nope")) == gone


def test_a_link_is_ended_at_once_with_now(links: Links) -> None:
    link = links.made()

    ended = links("POST", f"{LINKS}/{link['id']}", {"expires_at": "now"}).json()

    assert ended == link | {"expires_at": int(links.now()), "expired": True}
    assert links.opened(link["url"]).status_code == 404
    refused = error_of(links("POST", f"{LINKS}/{link['id']}", {"expires_at": ""}))
    assert refused[0] == 400 and "expired links cannot be updated" in refused[3]


def test_an_expiry_and_metadata_are_changed_and_cleared(links: Links) -> None:
    link = links.made(expires_at=links.now(HOUR), **{"metadata[a]": "1", "metadata[b]": "2"})
    address = f"{LINKS}/{link['id']}"

    later = links("POST", address, {"expires_at": links.now(2 * HOUR), "metadata[a]": ""}).json()
    assert later == link | {"expires_at": int(links.now(2 * HOUR)), "metadata": {"b": "2"}}
    assert links("POST", address, {"metadata": ""}).json() == later | {"metadata": {}}
    assert links("POST", address, {"expires_at": ""}).json() == later | {"metadata": {}, "expires_at": None}
    assert links("POST", address, {}).json() == later | {"metadata": {}, "expires_at": None}


@pytest.mark.parametrize(
    ("form", "code", "param", "message"),
    [
        ({}, "parameter_missing", "file", "Missing required param: file."),
        ({"file": "file_nope"}, "resource_missing", "file", "No such file upload: 'file_nope'"),
        ({"file": "{file}", "expires_at": "1"}, None, "expires_at", "expires_at must lie in the future"),
        ({"file": "{file}", "expires_at": "soon"}, "parameter_invalid_integer", "expires_at", "Invalid integer: soon"),
        ({"file": "{file}", "expires_at": "9" * 15}, None, "expires_at", "Invalid timestamp: must be an integer"),
        ({"file": "{file}", "wat": "1"}, "parameter_unknown", "wat", "Received unknown parameter: wat"),
        ({"file": "{file}", "expand[]": "wat"}, None, None, "This property cannot be expanded (wat)."),
    ],
)
def test_what_cannot_be_made_is_refused(
    links: Links, form: dict[str, str], code: str | None, param: str | None, message: str
) -> None:
    filled = {name: value.format(file=links.file_id) for name, value in form.items()}

    refused = error_of(links("POST", LINKS, filled))

    assert refused[:3] == (400, code, param)
    assert refused[3].startswith(message)


def test_links_are_listed_by_file_and_expiry(links: Links) -> None:
    lasting, ended = links.made()["id"], links.made()["id"]
    links("POST", f"{LINKS}/{ended}", {"expires_at": "now"})

    assert links.ids() == [ended, lasting]
    assert links.ids("&expired=true") == [ended]
    assert links.ids("&expired=false") == [lasting]
    assert links.ids(f"&starting_after={ended}") == [lasting]
    assert lasting in [link["id"] for link in links("GET", f"{LINKS}?limit=100").json()["data"]]
    assert error_of(links("GET", f"{LINKS}?expired=perhaps"))[:3] == (400, None, "expired")


def test_the_file_is_expanded_where_that_is_asked_for(links: Links) -> None:
    link = links.made()
    whole = links("GET", f"/v1/files/{links.file_id}").json()

    expanded = links("GET", f"{LINKS}/{link['id']}?expand[]=file").json()
    listed = links("GET", f"{LINKS}?file={links.file_id}&expand[]=data.file").json()["data"]
    made = links("POST", LINKS, {"file": links.file_id, "expand[]": "file"}).json()

    assert expanded == link | {"file": whole}
    assert [one["file"] for one in listed] == [whole]
    assert made["file"]["id"] == links.file_id


def test_a_file_object_shows_its_links_wherever_it_is_read(links: Links) -> None:
    before = links("GET", f"/v1/files/{links.file_id}").json()
    made = [links.made() for _ in range(11)]

    shown = [
        links("GET", f"/v1/files/{links.file_id}").json(),
        links("GET", "/v1/files?limit=1").json()["data"][0],
        links("GET", f"/v1/reporting/report_runs/{links.run_id}").json()["result"],
        links("GET", "/v1/reporting/report_runs?limit=1").json()["data"][0]["result"],
    ]

    assert (before["links"]["data"], before["links"]["has_more"]) == ([], False)
    for file in shown:
        assert file | {"links": before["links"]} == before
        assert file["links"]["data"] == made[:0:-1]
        assert (file["links"]["has_more"], file["links"]["url"]) == (True, f"{LINKS}?file={links.file_id}")


def test_an_event_holds_the_run_without_the_links_that_were_made_later(links: Links) -> None:
    links.made()

    event = links("GET", f"/v1/events/evt_{links.run_id[4:]}").json()

    assert event["data"]["object"]["result"]["links"]["data"] == []


def test_a_retry_makes_no_second_link(links: Links) -> None:
    form, key = {"file": links.file_id}, {"Idempotency-Key": f"link {links.file_id}"}

    first, again = (links("POST", LINKS, form, **key) for _ in range(2))

    assert first.content == again.content and again.headers["idempotent-replayed"] == "true"
    assert links.ids() == [first.json()["id"]]


def test_a_link_lasts_no_longer_than_its_file(links: Links, opened: Installation) -> None:
    url = links.made()["url"]
    opened.results.remove(links.file_id)

    assert links.opened(url).status_code == 404


def test_links_are_seen_by_their_own_account_and_mode(
    links: Links, installation: SampleInstallation, api: InProcess
) -> None:
    link = links.made()["id"]

    hidden = [
        error_of(api("GET", f"{LINKS}/{link}", key=key)) for key in (installation.live_key, installation.stranger_key)
    ]

    assert [error[0] for error in hidden] == [404, 404]
    assert "a similar object exists in test mode" in hidden[0][3]
    assert error_of(api("POST", LINKS, key=installation.stranger_key, data={"file": links.file_id}))[0] == 400


def test_making_a_link_takes_permission_to_write_files(api: InProcess, links: Links, opened: Installation) -> None:
    admin = administration(opened)
    scope = Scope(admin.platform(), livemode=False)
    reader, writer = (
        admin.create_key(scope, KeyKind.RESTRICTED, (permission,), None)[1]
        for permission in ("file_read", "file_write")
    )

    assert api("GET", LINKS, key=reader).status_code == 200
    assert "rak_file_write" in error_of(api("POST", LINKS, key=reader, data={"file": links.file_id}))[3]
    assert api("POST", LINKS, key=writer, data={"file": links.file_id}).status_code == 200


def test_a_key_that_may_not_read_files_is_shown_no_links(api: InProcess, links: Links, opened: Installation) -> None:
    admin, link = administration(opened), links.made()
    scope = Scope(admin.platform(), livemode=False)
    blind, reader = (
        admin.create_key(scope, KeyKind.RESTRICTED, permissions, None)[1]
        for permissions in (("report_runs_read_only", "event_read"), ("report_runs_read_only", "file_read"))
    )
    one, page = f"/v1/reporting/report_runs/{links.run_id}", "/v1/reporting/report_runs?limit=1"

    hidden = [api("GET", one, key=blind).json(), api("GET", page, key=blind).json()["data"][0]]
    shown = [api("GET", one, key=reader).json(), api("GET", page, key=reader).json()["data"][0]]

    assert [run["result"]["links"]["data"] for run in hidden] == [[], []]
    assert [run["result"]["links"]["data"] for run in shown] == [[link], [link]]
    assert link["url"].rpartition("/")[2] not in api("GET", "/v1/events", key=blind).text
    past = api("GET", f"/v1/audit/report_runs/{links.run_id}", key=blind)
    assert (past.status_code, link["url"].rpartition("/")[2] in past.text) == (200, False)
    history = api("GET", f"{one}/history", key=blind)
    assert (history.status_code, link["url"].rpartition("/")[2] in history.text) == (200, False)
