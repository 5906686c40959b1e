"""`audit export`: a folder that is checked without this program, and that no change of a byte leaves intact."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import SealBroken
from interfaces.composition.audit.audit_checks import run_proofs, write_export
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.cli.audit_script import SCRIPT, by_script
from tests.cli.conftest import Cli, run_in, typed


@pytest.fixture(scope="module")
def exported(loaded_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to copy: `data`, `result.csv` of a run with the id `run_id`, and `proof`, the export of that run."""
    place = tmp_path_factory.mktemp("exported")
    run_id = run_in(place, loaded_data, "--month", "2025-01", "--out", str(place / "result.csv"))
    (place / "run_id").write_text(run_id)
    assert typed(place / "data", "audit", "export", run_id, "--out", str(place / "proof")) == ""
    return place


@pytest.fixture
def run_id(exported: Path, tmp_path: Path) -> str:
    """That of a run in the test's own data folder, which has been exported once."""
    shutil.copytree(exported / "data", tmp_path / "data")
    shutil.copy(exported / "result.csv", tmp_path)
    return (exported / "run_id").read_text()


@pytest.fixture
def proof(exported: Path, run_id: str, tmp_path: Path) -> Path:
    """The export of the run, for the test to change."""
    shutil.copytree(exported / "proof", tmp_path / "proof")
    return tmp_path / "proof"


def test_an_export_holds_a_file_for_each_part_of_each_proof(proof: Path) -> None:
    assert sorted(str(file.relative_to(proof)) for file in proof.rglob("*") if file.is_file()) == [
        "README.md", "checkpoint", "events/1.json", "events/2.json", "events/3.json", "leaves/1", "leaves/2",
        "leaves/3", "proofs/1.tlog-proof", "proofs/2.tlog-proof", "proofs/3.tlog-proof", "vkey",
    ]  # fmt: skip


def test_the_page_of_an_export_names_the_digest_of_the_result_and_has_the_script(
    proof: Path, run_id: str, tmp_path: Path
) -> None:
    from hashlib import sha256

    page = (proof / "README.md").read_text()

    assert page.startswith(f"# Proof of {run_id}\n")
    assert sha256((tmp_path / "result.csv").read_bytes()).hexdigest() in page
    assert SCRIPT.read_text() in page
    assert not re.search(r"[A-Z]+_[A-Z]+", page.replace(run_id, "")), "a placeholder was left"


def test_an_export_is_checked_without_an_installation(
    proof: Path, reportrun: Cli, run_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = reportrun("audit", "key")[1].strip()
    shutil.rmtree(tmp_path / "data")

    code, out, err = reportrun("audit", "verify", str(proof), "--vkey", key)

    assert (code, err) == (0, "")
    assert out.startswith(f"All 3 events of {run_id} are in the log {key.split('+')[0]}, as it was with ")
    assert not (tmp_path / "data").exists()


def test_an_export_is_checked_with_python_and_openssl(proof: Path, run_id: str) -> None:
    done = by_script(proof)

    assert (done.returncode, done.stderr) == (0, "")
    digest, found = done.stdout.splitlines()
    page = (proof / "README.md").read_text()
    assert f"SHA-256 `{digest.removeprefix('The result file has the SHA-256 ').removesuffix('.')}`." in page
    assert found.startswith(f"All 3 events of {run_id} are in the log ")
    assert len(SCRIPT.read_text().splitlines()) <= 46


def _changed_event(proof: Path) -> None:
    file = proof / "events" / "3.json"
    file.write_bytes(file.read_bytes().replace(b'"rows":', b'"rows": '))


def _swapped_events(proof: Path) -> None:
    for kind in ("events/{}.json", "leaves/{}", "proofs/{}.tlog-proof"):
        first, second = (proof / kind.format(number) for number in (1, 2))
        contents = first.read_bytes(), second.read_bytes()
        second.write_bytes(contents[0])
        first.write_bytes(contents[1])


def _forged_leaf(proof: Path) -> None:
    """An event, and a leaf that fits it."""
    from hashlib import sha256

    event, leaf = proof / "events" / "3.json", proof / "leaves" / "3"
    digest = sha256(event.read_bytes()).hexdigest().encode()
    event.write_bytes(event.read_bytes().replace(b'"rows":', b'"rows": '))
    leaf.write_bytes(leaf.read_bytes().replace(digest, sha256(event.read_bytes()).hexdigest().encode()))


def _other_index(proof: Path) -> None:
    file = proof / "proofs" / "2.tlog-proof"
    file.write_text(re.sub(r"index (\d+)", lambda found: f"index {int(found[1]) + 1}", file.read_text()))


def _forged_size(proof: Path) -> None:
    file = proof / "proofs" / "2.tlog-proof"
    lines = file.read_text().split("\n")
    place = lines.index("") + 2
    lines[place] = str(int(lines[place]) + 1)
    file.write_text("\n".join(lines))


def _other_key(proof: Path) -> None:
    file = proof / "vkey"
    name, _, _ = file.read_text().split("+", 2)
    file.write_text(f"{name}+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n")


def _missing_event(proof: Path) -> None:
    for kind in ("events/2.json", "leaves/2", "proofs/2.tlog-proof"):
        (proof / kind).unlink()


def _newest_event_cut(proof: Path) -> None:
    for kind in ("events/3.json", "leaves/3", "proofs/3.tlog-proof"):
        (proof / kind).unlink()


def _changed_checkpoint(proof: Path) -> None:
    file = proof / "checkpoint"
    name, size, rest = file.read_text().split("\n", 2)
    file.write_text(f"{name}\n{int(size) + 1}\n{rest}")


def _other_digest_in_the_page(proof: Path) -> None:
    page = proof / "README.md"
    page.write_text(
        re.sub(r"SHA-256 `[0-9a-f]", lambda found: f"SHA-256 `{int(found[0][-1], 16) ^ 1:x}", page.read_text())
    )


def _no_digest_in_the_page(proof: Path) -> None:
    page = proof / "README.md"
    page.write_text(re.sub(r"SHA-256 `[0-9a-f]{64}`", "SHA-256 unknown", page.read_text()))


FORGERIES: list[Callable[[Path], None]] = [
    _changed_event, _swapped_events, _forged_leaf, _other_index, _forged_size, _other_key, _missing_event,
    _newest_event_cut, _changed_checkpoint, _other_digest_in_the_page, _no_digest_in_the_page,
]  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__.strip("_"))
def test_a_forged_export_is_refused_by_the_program_and_by_the_script(
    proof: Path, reportrun: Cli, forge: Callable[[Path], None]
) -> None:
    forge(proof)

    assert reportrun("audit", "verify", str(proof))[0] == 1
    assert by_script(proof).returncode != 0


def test_every_byte_of_an_export_that_is_changed_is_found(proof: Path, reportrun: Cli) -> None:
    key = reportrun("audit", "key")[1].strip()
    from interfaces.composition.audit.audit_checks import check_export

    unnoticed = []
    for name in ("checkpoint", "events/3.json", "leaves/3", "proofs/3.tlog-proof"):
        file = proof / name
        content = file.read_bytes()
        for place in range(len(content)):
            file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            if not check_export(proof, key).faults:
                unnoticed.append((file.name, place))
        file.write_bytes(content)

    assert unnoticed == []


def test_a_run_without_its_newest_events_is_not_what_the_page_lists(proof: Path, reportrun: Cli) -> None:
    _newest_event_cut(proof)

    assert reportrun("audit", "verify", str(proof))[1] == "README.md: It lists 3 events, and the folder has 2.\n"
    assert "README.md lists 3 events, and the folder has 2" in by_script(proof).stderr


def test_an_export_that_was_cut_with_its_list_says_that_the_run_has_not_finished(proof: Path, reportrun: Cli) -> None:
    _newest_event_cut(proof)
    page = proof / "README.md"
    page.write_text(re.sub(r"^\| 3 \| `.*\n", "", page.read_text(), flags=re.MULTILINE))

    code, out, _ = reportrun("audit", "verify", str(proof))

    assert code == 0
    assert "The last of them is report_run.attempt_started: with these events the run has not finished." in out
    assert by_script(proof).stdout.endswith("The last is report_run.attempt_started.\n")


def _tampered_event(data: Path, run_id: str) -> None:
    with closing(sqlite3.connect(data / "events.db")) as intruder, intruder:
        longer = "cast(replace(cast(state as text), ':', ': ') as blob)"
        intruder.execute(
            f"update stored_events set state = {longer} where originator_id = ? and originator_version = 3", (run_id,)
        )


def test_a_run_that_was_tampered_with_is_not_exported(reportrun: Cli, run_id: str, tmp_path: Path) -> None:
    reportrun("keys", "create")
    assert reportrun("seal", "--once")[0] == 0
    _tampered_event(tmp_path / "data", run_id)

    code, out, err = reportrun("audit", "export", run_id, "--out", str(tmp_path / "proof"))

    assert (code, out) == (1, "")
    (said,) = re.findall(rf"{run_id} cannot be proved\. (Position \d+: event 3 of .* was changed: its data\.)", err)
    assert f"{said}\n" in reportrun("audit", "verify")[1]
    assert not (tmp_path / "proof").exists()


def test_what_would_not_pass_its_check_is_not_exported(
    proof: Path, reportrun: Cli, run_id: str, tmp_path: Path
) -> None:
    with Installation(Settings(data=tmp_path / "data"), only_reads=True) as installation:
        good = run_proofs(installation).of(run_id)
    other = replace(good, events=[replace(one, proof=good.events[0].proof) for one in good.events])

    with pytest.raises(SealBroken, match=rf"^{run_id} cannot be proved\. proofs/2\.tlog-proof: It is of leaf "):
        write_export(tmp_path / "refused", other, "")

    assert not (tmp_path / "refused").exists()


def test_a_changed_event_is_named_with_its_position(proof: Path, reportrun: Cli) -> None:
    _changed_event(proof)

    _, out, _ = reportrun("audit", "verify", str(proof))

    assert re.match(r"events/3.json, position \d+: The bytes are not those that were sealed.\n", out)


def test_an_export_of_another_key_than_the_known_one_is_refused(proof: Path, reportrun: Cli) -> None:
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    code, out, _ = reportrun("audit", "verify", str(proof), "--vkey", other)

    assert code == 1 and "The note is not signed by PeterNeumann with the key c74f20a3." in out


def test_a_folder_that_has_something_in_it_is_left_alone(reportrun: Cli, run_id: str, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter").write_text("mine")

    code, _, err = reportrun("audit", "export", run_id, "--out", str(tmp_path / "taken"))

    assert code == 1 and "is there already. Name a new folder, or an empty one." in err
    assert [file.name for file in (tmp_path / "taken").iterdir()] == ["letter"]


def test_a_run_that_does_not_exist_has_no_proof(loaded: Cli, tmp_path: Path) -> None:
    code, _, err = loaded("audit", "export", "frr_nothing", "--out", str(tmp_path / "proof"))

    assert (code, err) == (1, "reportrun: No such report run: 'frr_nothing'\n")
    assert not (tmp_path / "proof").exists()


def test_a_folder_that_is_no_export_is_refused(reportrun: Cli, tmp_path: Path) -> None:
    code, _, err = reportrun("audit", "verify", str(tmp_path))

    assert code == 1 and "is no export: it has no `vkey`." in err
