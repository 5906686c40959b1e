"""Loading files by an upload: who may, what is taken, and what is said of it."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.errors import StoreUnavailable
from domain.ledger.ledger import Ledger
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.composition.server import server
from interfaces.console.uploads import multipart_body
from interfaces.console.uploads.load_jobs import LoadJob, LoadJobs
from interfaces.console.uploads.load_messages import LoadRefusal, StagedLoad
from interfaces.console.uploads.multipart_body import _FormWriter
from interfaces.entrypoints.ledger_load import outcome_of
from interfaces.host.scratch_folder import ScratchFolder
from interfaces.http.edge.middleware import Edge
from interfaces.processes.channel import Channel
from interfaces.settings import Settings
from tests.console.conftest import OWN, NewVisitor, Visitor
from tests.support.in_process import in_process, running
from tests.support.processes import asked_until
from tests.support.server import SampleInstallation

WAIT_SECONDS = 60

HEADER = "id,amount,fee,net,currency,created,available_on,type,reporting_category"

Files = list[tuple[str, tuple[str, bytes]]]


@pytest.fixture(scope="module")
def store(place: SampleInstallation) -> Iterator[Installation]:
    with Installation(Settings(data=place.data, console_upload_mib=1)) as opened:
        yield opened


@pytest.fixture
def loader(new_user: NewVisitor, place: SampleInstallation) -> Visitor:
    visitor = new_user()
    visitor.sign_in(place.test_key)
    return visitor


def sent(visitor: Visitor, files: Files, **fields: str) -> httpx.Response:
    """The answer to a form with files, as a browser sends it."""
    asked = visitor.client.post("/console/ledger/load", data=fields, files=files, headers=OWN)
    return visitor.loop.run_until_complete(asked)


def ended(visitor: Visitor, answer: httpx.Response) -> str:
    """The page of a load that has ended."""
    assert answer.status_code == 303, answer.text
    return asked_until(
        lambda: visitor.get(answer.headers["location"]).text,
        lambda page: "hx-trigger" not in page,
        "the load does not end",
        WAIT_SECONDS,
    )


def a_file(name: str, *ids: str, column: str = "", created: int = 1_736_000_000) -> tuple[str, tuple[str, bytes]]:
    rows = [f"{id},100,3,97,usd,{created},{created},charge,charge{',x' if column else ''}" for id in ids]
    return "files", (name, "\n".join([HEADER + (f",{column}" if column else ""), *rows, ""]).encode())


def left_in(settings: Settings) -> list[str]:
    return [path.name for path in settings.spill_folder.glob("upload-*")]


def test_a_folder_of_files_is_loaded_and_its_report_is_shown(loader: Visitor, store: Installation) -> None:
    files = [
        a_file("books/balance_transactions.csv", "txn_a", "txn_b", column="shoe_size"),
        a_file("books/notes.csv", "x"),
    ]

    page = ended(loader, sent(loader, files))

    made_by = next(iter(store.stores.events.events_of(Ledger.id_of(livemode=False))[-1:])).actor
    assert "<td>balance_transactions</td><td>balance_transactions.csv</td><td>2</td><td>2</td><td>0</td>" in page
    assert "<td>shoe_size</td>" in page
    assert "notes.csv is left out: no table is named so." in page
    assert made_by.startswith("key_")
    assert f"<td>{made_by}</td>" in loader.get("/console/ledger").text
    assert "Nothing reads the columns shoe_size." in loader.get("/console/ledger").text
    assert left_in(store.settings) == []


def test_hidden_files_and_folders_in_a_folder_are_left_out_in_words(loader: Visitor) -> None:
    files = [
        a_file("books/.DS_Store", "x"),
        a_file("books/balance_transactions.csv", "txn_l"),
        a_file("books/old/balance_transactions.csv", "txn_m"),
        a_file("books/old/charges.csv", "x"),
        a_file(f"books/{'n' * 300}.csv", "x"),
    ]

    page = ended(loader, sent(loader, files))
    nothing_left = sent(loader, [a_file("books/.DS_Store", "x"), *(a_file(f"books/{n}/a.csv", "x") for n in range(9))])

    left_out = "Left out of the folder: .DS_Store, old, nnn"
    assert "<td>balance_transactions</td><td>balance_transactions.csv</td><td>1</td><td>1</td>" in page
    assert left_out in page
    assert nothing_left.status_code == 400
    assert (
        "Choose the files to load. Left out of the folder: .DS_Store, 0, 1, 2, 3 and 5 more. Hidden"
        in nothing_left.text
    )


def test_files_with_other_names_are_loaded_into_the_table_that_is_chosen(loader: Visitor) -> None:
    page = ended(loader, sent(loader, [a_file("january.csv", "txn_c")], table="balance_transactions"))
    again = ended(loader, sent(loader, [a_file("january.csv", "txn_c")], table="balance_transactions"))

    assert "<td>balance_transactions</td><td>january.csv</td><td>1</td><td>1</td>" in page
    assert "Nothing new" in again


def test_a_row_that_is_refused_is_said_in_the_loaders_words_and_nothing_is_loaded(loader: Visitor) -> None:
    versions = loader.get("/console/ledger").text.count("<td>Loaded</td>")

    page = ended(loader, sent(loader, [a_file("balance_transactions.csv", "txn_d", "")]))

    assert "Why nothing was loaded" in page
    assert "balance_transactions.csv, row 2, column id" in page
    assert loader.get("/console/ledger").text.count("<td>Loaded</td>") == versions


def test_files_without_a_table_are_refused_in_words(loader: Visitor) -> None:
    page = ended(loader, sent(loader, [a_file("notes.csv", "x")]))

    assert "Choose the table that they are for.\nnotes.csv is left out: no table is named so.</pre>" in page


@pytest.mark.parametrize(
    ("files", "fields", "sentence"),
    [
        ([("files", ("", b""))], {}, "Choose the files to load."),
        ([a_file("a/charges.csv", "x"), a_file("b/charges.csv", "y")], {}, "Two files have the name charges.csv."),
        ([a_file(".hidden", "x")], {}, "cannot be the name of a file here"),
        ([a_file("charges.csv", "x")], {"complete_from": "soon"}, "is not a time"),
        ([("files", ("charges.csv", b"x" * 1_048_577))], {}, "more than 1 MiB, the most that is taken at once"),
        ([a_file("charges.csv", "x")], {"table": "y" * 10_001}, "A field has more than 10,000 bytes."),
        ([a_file(f"{number}.csv", "x") for number in range(1_001)], {}, "The form has more than 1,000 files"),
    ],
)
def test_an_upload_that_cannot_be_taken_is_refused_in_words_and_leaves_nothing(
    loader: Visitor, store: Installation, files: Files, fields: dict[str, str], sentence: str
) -> None:
    answer = sent(loader, files, **fields)

    assert (answer.status_code, sentence in answer.text) == (400, True), answer.text
    assert left_in(store.settings) == []


def test_a_refused_upload_keeps_what_was_entered(loader: Visitor) -> None:
    fields = {"table": "charges", "owner_column": "shop", "complete_from": "soon", "strict": "1"}
    page = sent(loader, [a_file("x.csv", "x")], **fields).text

    kept = re.findall(r'(?:name="(\w+)"[^>]* checked|value="(\w+)" selected|value="(shop|soon)")', page)
    assert ["".join(one) for one in kept] == ["charges", "shop", "soon", "strict"]
    assert re.search(r'<input [^>]*name="complete_from"[^>]*>\n<p[^>]*role="alert">.*is not a time', page)
    assert "Choose the files again" in page


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", 'multipart/form-data; boundary="a"'])
def test_what_is_no_form_with_files_is_refused_in_words(loader: Visitor, kind: str) -> None:
    answer = loader.client.post("/console/ledger/load", content=b"x", headers={**OWN, "Content-Type": kind})

    assert loader.loop.run_until_complete(answer).status_code == 400


def console_state(edge: Any) -> Any:
    console: Any = next(route for route in edge.app.routes if getattr(route, "path", "") == "/console")
    return console.app.state


def test_what_is_uploaded_is_for_this_user_alone_while_it_is_here(store: Installation) -> None:
    seen: list[Any] = []

    class Watched(LoadJobs):
        def start(self, order: StagedLoad, staging: ScratchFolder) -> Any:
            for path in (order.folder, *order.folder.iterdir()):
                seen.append((path.is_relative_to(store.settings.data), stat.S_IMODE(path.stat().st_mode)))
            return super().start(order, staging)

    edge = server(store)
    assert isinstance(edge, Edge)
    state = console_state(edge)
    state.services = replace(state.services, loads=Watched(store.settings))
    with running(edge) as asked:
        visitor = Visitor(edge, asked.loop)
        scope = Scope(administration(store).platform(), livemode=False)
        visitor.sign_in(administration(store).create_key(scope, KeyKind.SECRET, (), None)[1])
        ended(visitor, sent(visitor, [a_file("balance_transactions.csv", "txn_e")]))

    assert seen == [(True, 0o700), (True, 0o600)]


def test_only_keys_of_the_founding_platform_that_may_write_the_ledger_load(
    store: Installation, new_user: NewVisitor, place: SampleInstallation
) -> None:
    scope = Scope(place.platform, livemode=False)
    _, writer = administration(store).create_key(scope, KeyKind.RESTRICTED, ("ledger_write",), None)
    answers = {}
    for key in (writer, place.reports_write_key, place.stranger_key, place.connected_key):
        visitor = new_user()
        visitor.sign_in(key)
        offers = '"/console/ledger/load"' in visitor.get("/console/ledger").text
        statuses = {visitor.get("/console/ledger/load").status_code, sent(visitor, []).status_code}
        answers[key] = (offers, statuses)

    assert answers.pop(writer) == (True, {200, 400})  # it sent no files
    assert list(answers.values()) == [(False, {403})] * 3


def test_a_load_is_of_the_account_that_asked_for_it(
    loader: Visitor, new_user: NewVisitor, place: SampleInstallation
) -> None:
    answer = sent(loader, [a_file("balance_transactions.csv", "txn_f")])
    ended(loader, answer)
    live = new_user()
    live.sign_in(place.live_key)

    assert live.get(answer.headers["location"]).status_code == 404


def test_one_load_at_a_time_is_taken_in_each_mode(loader: Visitor) -> None:
    first = sent(loader, [a_file("balance_transactions.csv", "txn_g")])
    second = sent(loader, [a_file("balance_transactions.csv", "txn_h")])
    ended(loader, first)

    assert (second.status_code, "Another load into this ledger is under way." in second.text) == (409, True)


def staged(folder: Path, id: str, *, livemode: bool = True) -> tuple[StagedLoad, ScratchFolder]:
    """A file with one row, as an upload leaves it."""
    staging = ScratchFolder(folder, "upload-")
    (staging.path / "files").mkdir()
    (staging.path / "files" / "balance_transactions.csv").write_bytes(a_file("", id)[1][1])
    return StagedLoad(staging.path / "files", "", livemode, "acct_1", "key_1"), staging


def outcome_in_time(job: LoadJob) -> object:
    for thread in threading.enumerate():
        if thread.name == job.id:
            thread.join(WAIT_SECONDS)
    return job.outcome


def test_a_load_in_progress_ends_with_the_server_and_leaves_no_files(store: Installation) -> None:
    jobs = LoadJobs(store.settings)
    job = jobs.start(*staged(store.settings.spill_folder, "txn_i"))

    jobs.stop()

    assert isinstance(job.outcome, LoadRefusal)
    assert not job.outcome.is_certain
    assert left_in(store.settings) == []


@contextmanager
def channel_to_nobody() -> Iterator[Channel]:
    reading, writing = os.pipe()
    with closing(os.fdopen(reading, "rb")), closing(os.fdopen(writing, "wb")):
        yield Channel(reading, writing)


def test_a_load_that_is_stored_and_cannot_be_shown_is_not_said_to_be_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def catch_up(self) -> None:
            raise StoreUnavailable("The database cannot be reached.")

    with Installation(Settings(data=tmp_path / "data")) as installation, channel_to_nobody() as parent:
        order, _ = staged(tmp_path, "txn_a")
        administration(installation).register_account(name="", platform=None, id=order.account)
        administration(installation).platform()
        monkeypatch.setattr(installation.stores, "projector", Away())

        outcome = outcome_of(installation, order, parent)
        versions = len(list(installation.stores.events.events_of(Ledger.id_of(livemode=True))))

    assert versions == 2  # opened, and loaded
    assert outcome == LoadRefusal(
        "The ledger was changed, and the change is stored, but it cannot be shown now. It will be when the database "
        "can be used again. The database cannot be reached.",
        is_certain=False,
    )


def test_the_page_of_a_load_with_an_unknown_outcome_says_where_to_look(
    store: Installation, place: SampleInstallation
) -> None:
    with in_process(store) as asked:
        visitor = Visitor(asked.edge, asked.loop)
        visitor.sign_in(place.test_key)
        jobs = console_state(asked.edge).services.loads
        job = jobs.start(*staged(store.settings.spill_folder, "txn_j", livemode=False))
        jobs.stop()
        job.scope = Scope(place.platform, livemode=False)
        page = visitor.get(f"/console/ledger/loads/{job.id}").text

    assert ("nothing was loaded" in page, "What went wrong" in page) == (False, True)
    assert "The files may have been loaded, all of them or none" in page


def test_a_load_in_a_folder_that_lost_its_store_makes_none(tmp_path: Path) -> None:
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    jobs = LoadJobs(Settings(data=mounted))

    outcome = outcome_in_time(jobs.start(*staged(tmp_path, "txn_k")))

    assert isinstance(outcome, LoadRefusal)
    assert f"There is no store in {mounted}" in outcome.sentence
    assert list(mounted.iterdir()) == []


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(_FormWriter):
        def _write(self, data: bytes) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(multipart_body, "_FormWriter", FullDisk)


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_refuses_an_upload_in_words_and_leaves_nothing(loader: Visitor, store: Installation) -> None:
    answers = [sent(loader, [a_file("charges.csv", "x")]) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert "No space left on device: the server&#39;s data folder. Make room on its disk." in answers[1].text
    assert left_in(store.settings) == []


def test_one_upload_at_a_time_is_received_in_each_mode(loader: Visitor, store: Installation) -> None:
    async def ask() -> tuple[httpx.Response, httpx.Response]:
        has_begun, may_go_on = asyncio.Event(), asyncio.Event()

        async def body() -> AsyncIterator[bytes]:
            yield b'--a\r\nContent-Disposition: form-data; name="files"; filename="balance_transactions.csv"\r\n\r\n'
            has_begun.set()
            await may_go_on.wait()
            yield a_file("", "txn_n")[1][1] + b"\r\n--a--\r\n"

        form = {**OWN, "Content-Type": "multipart/form-data; boundary=a"}
        first = asyncio.create_task(loader.client.post("/console/ledger/load", content=body(), headers=form))
        await has_begun.wait()
        second = await loader.client.post("/console/ledger/load", files=[a_file("charges.csv", "x")], headers=OWN)
        may_go_on.set()
        return await first, second

    first, second = loader.loop.run_until_complete(ask())
    ended(loader, first)

    assert (second.status_code, "Another load into this ledger is under way." in second.text) == (409, True)
    assert left_in(store.settings) == []


def test_a_setting_of_0_takes_no_uploads(place: SampleInstallation) -> None:
    with Installation(Settings(data=place.data, console_upload_mib=0)) as without, in_process(without) as asked:
        visitor = Visitor(asked.edge, asked.loop)
        visitor.sign_in(place.test_key)
        offers = "/console/ledger/load" in visitor.get("/console/ledger").text
        refused = sent(visitor, [a_file("charges.csv", "x")])

    assert (offers, refused.status_code) == (False, 403)
    assert "takes no uploads" in refused.text
