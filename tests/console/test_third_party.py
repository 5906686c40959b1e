"""Files of other projects that the console serves are those that docs/third-party.md names, and have their licence."""

from __future__ import annotations

import hashlib
import re

from tests.support.markdown import ROOT

VENDOR = ROOT / "interfaces" / "console" / "assets" / "vendor"
PAGE = (ROOT / "docs" / "third-party.md").read_text(encoding="utf-8")


def test_the_page_names_every_file_with_its_digest() -> None:
    listed = set(re.findall(r"\| `([\w.-]+)` \| `([0-9a-f]{64})` \|", PAGE))

    files = [file for file in VENDOR.iterdir() if not file.name.endswith(".LICENSE.txt")]
    assert listed == {(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files}


def test_every_file_has_its_licence_beside_it() -> None:
    names = {file.name.partition(".")[0] for file in VENDOR.iterdir()}

    assert {name for name in names if not (VENDOR / f"{name}.LICENSE.txt").is_file()} == set()
