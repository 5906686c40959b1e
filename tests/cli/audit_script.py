"""The script that verifies an export without the product."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "application" / "audit" / "proofs" / "check_export.txt"


def by_script(folder: Path) -> subprocess.CompletedProcess[str]:
    """The result of the check by Python and openssl, without this program."""
    return subprocess.run(
        [sys.executable, "-I", SCRIPT, folder], capture_output=True, text=True, check=False, timeout=60
    )
