"""`reportrun`: where a command begins. It imports next to nothing, so that a Ctrl-C finds it ready at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from interfaces.cli.ctrl_c import CTRL_C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 trouble, 2 wrong usage.

    arguments  None: those of this process, whose signals and streams are looked after then
    """
    if arguments is None:
        CTRL_C.is_ours()
    from interfaces.cli.dispatch import run_command

    if arguments is not None:
        return run_command(arguments)

    from interfaces.cli.output import everything_is_out, open_what_is_closed

    open_what_is_closed()
    try:
        try:
            code = run_command(sys.argv[1:])
        except SystemExit as usage:  # help was shown, or a word is wrong
            code = int(usage.code or 0)
        code = everything_is_out(code)
    except KeyboardInterrupt:  # a second one, while what the first one did was being said
        code = 1
    CTRL_C.has_nothing_to_stop(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
