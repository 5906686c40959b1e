"""Go's packages for transparency logs accept ours unchanged, and refuse what was tampered with.

Skipped without Debian's packages golang-go and golang-golang-x-mod-dev.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

PACKAGES = Path("/usr/share/gocode")
SOURCE = Path(__file__).parents[1] / "support" / "sumdb_verifier.go"

pytestmark = pytest.mark.skipif(
    shutil.which("go") is None or not (PACKAGES / "src/golang.org/x/mod/sumdb").is_dir(),
    reason="Go and its packages are not installed: apt-get install golang-go golang-golang-x-mod-dev",
)


class Exported:
    """A log of two checkpoints, and the export of a run. Checked by Go."""

    def __init__(self, verifier: Path, folder: Path) -> None:
        self._verifier = verifier
        self.export, self.tiles, self.old = folder / "proof", folder / "data" / "audit", folder / "old"

    def check(self) -> subprocess.CompletedProcess[str]:
        words = [self._verifier, self.export, self.tiles, self.old]
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("go")
    environment = {
        **os.environ, "GO111MODULE": "off", "GOPATH": str(PACKAGES), "GOCACHE": str(folder / "cache"),
        "CGO_ENABLED": "0",
    }  # fmt: skip
    words = ["go", "build", "-o", str(folder / "verifier"), str(SOURCE)]
    built = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return folder / "verifier"


@pytest.fixture
def exported(loaded: Cli, verifier: Path, tmp_path: Path) -> Exported:
    (tmp_path / "old").write_text(loaded("seal", "--once")[1])
    printed = loaded("run", "balance.summary.1", "--month", "2025-01", "--out", str(tmp_path / "result.csv"))
    (run,) = set(re.findall(r"frr_\w+", "".join(printed[1:])))
    assert loaded("audit", "export", run, "--out", str(tmp_path / "proof"))[0] == 0
    return Exported(verifier, tmp_path)


def test_gos_packages_accept_an_export_its_tiles_and_the_way_from_an_older_checkpoint(exported: Exported) -> None:
    done = exported.check()

    assert (done.returncode, done.stderr) == (0, "")
    size, root = (exported.tiles / "checkpoint").read_text().split("\n")[1:3]
    assert done.stdout == f"{size} leaves, root {root}, 3 proofs\n"


@pytest.mark.parametrize("part", ["vkey", "leaves/2", "proofs/2.tlog-proof", "tile", "old"])
def test_gos_packages_refuse_what_was_tampered_with(exported: Exported, part: str) -> None:
    tiles = (exported.tiles / "tile" / "0").rglob("*")
    file = {"tile": next(one for one in tiles if one.is_file()), "old": exported.old}.get(part, exported.export / part)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))

    assert exported.check().returncode == 1


def test_gos_packages_accept_an_export_with_an_event_that_was_erased(
    exported: Exported, loaded: Cli, tmp_path: Path
) -> None:
    (run,) = set(re.findall(r"frr_\w+", (exported.export / "README.md").read_text()))
    assert loaded("audit", "erase", run, "--field", "parameters", "--reason", "Request 17")[0] == 0
    shutil.rmtree(exported.export)
    assert loaded("audit", "export", run, "--out", str(exported.export))[0] == 0

    done = exported.check()

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(", 4 proofs\n")
