"""The launcher: `reportrun` and `python -m reportrun`. It makes the program's layers importable before all else.

A wheel holds `domain`, `application` and `interfaces` in this folder, so that it owns no name but `reportrun` in an
environment. In the repository, and where that is installed as editable, they lie beside this folder.
"""

from __future__ import annotations

import sys
from pathlib import Path


def layers_folder() -> str:
    """The folder of this program's layers."""
    here = Path(__file__).resolve().parent
    return str(here if (here / "interfaces").is_dir() else here.parent)


def main() -> int:
    """Run the command line. The layers come first on the path, before packages of the same names."""
    sys.path.insert(0, layers_folder())
    from interfaces.cli.main import main as command_line

    return command_line()


if __name__ == "__main__":
    sys.exit(main())
