"""Fetches the console's assets from their npm packages, and writes docs/third-party.md. Needs npm."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "interfaces" / "console" / "assets" / "vendor"
PAGE = ROOT / "docs" / "third-party.md"


class Asset(NamedTuple):
    """A file of an npm package, of exactly one version.

    licence_file  of the package; empty where the package has none, and the head of the file has the copyright
    holds         what of other packages, under the same licence, is in the file
    """

    package: str
    version: str
    path: str
    licence_file: str = ""
    holds: str = ""

    @property
    def name(self) -> str:
        return Path(self.path).name

    @property
    def licence_name(self) -> str:
        return f"{self.name.partition('.')[0]}.LICENSE.txt"


ASSETS = (
    Asset("htmx.org", "4.0.1", "dist/htmx.min.js", "LICENSE"),
    Asset("@tabler/core", "1.6.1", "dist/css/tabler.min.css"),
    Asset("chart.js", "4.6.1", "dist/chart.umd.min.js", "LICENSE.md", "@kurkle/color, (c) Jukka Kurkela"),
)

MIT = """\
Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
"""The MIT licence, for packages that name it and do not hold its text."""

HEAD = """\
# Third-party files

The console serves these files of other projects, unchanged. `bash scripts/console-assets` fetches them from npm, in
exactly these versions, and writes this page. Python packages are in `NOTICE`.

| package | version | licence | file | SHA-256 |
|---|---|---|---|---|
"""


def main() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(HEAD + "".join(map(_renewed, ASSETS)), encoding="utf-8")


def _renewed(asset: Asset) -> str:
    """Write the asset's files; gives its row of the page."""
    with tempfile.TemporaryDirectory() as scratch:
        package = _package(asset, Path(scratch))
        licence = json.loads((package / "package.json").read_text(encoding="utf-8"))["license"]
        contents = (package / asset.path).read_bytes()
        (VENDOR / asset.name).write_bytes(contents)
        (VENDOR / asset.licence_name).write_text(_licence_text(asset, package, licence), encoding="utf-8")
    digest = hashlib.sha256(contents).hexdigest()
    holds = f" (holds {asset.holds})" if asset.holds else ""
    return f"| {asset.package}{holds} | {asset.version} | {licence} | `{asset.name}` | `{digest}` |\n"


def _licence_text(asset: Asset, package: Path, licence: str) -> str:
    """The text that must go along. Raises `LookupError` where it is not known."""
    if asset.licence_file:
        text = (package / asset.licence_file).read_text(encoding="utf-8")
        return f"{text.rstrip()}\n\nThe file holds {asset.holds}, under the same licence.\n" if asset.holds else text
    if licence != "MIT":
        raise LookupError(
            f"{asset.package} is under {licence} now, and holds no text of it. Read it, and add the text."
        )
    head = (package / asset.path).read_text(encoding="utf-8")[:1000]
    return "\n".join([*re.findall(r"Copyright .+", head), "", MIT])


def _package(asset: Asset, scratch: Path) -> Path:
    """The folder of the unpacked package."""
    fetch = ["npm", "pack", "--silent", "--pack-destination", str(scratch), f"{asset.package}@{asset.version}"]
    subprocess.run(fetch, check=True, capture_output=True)
    (archive,) = scratch.glob("*.tgz")
    with tarfile.open(archive) as packed:
        packed.extractall(scratch, filter="data")
    return scratch / "package"


if __name__ == "__main__":
    main()
