"""`reportrun`: the entry point of the command line. It imports next to nothing, so that Ctrl-C is handled at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from interfaces.cli.ctrl_c import CTRL_C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 trouble, 2 wrong usage.

    arguments  None for those of this process, which then ends here; its signals, streams and umask are taken care of
    """
    if arguments is None:
        CTRL_C.install()
    from interfaces.cli.dispatch import run_command

    if arguments is not None:
        return run_command(arguments)

    from interfaces.host.permissions import keep_files_private

    keep_files_private()
    from interfaces.cli.output import flush_streams, reopen_closed_streams
    from interfaces.host.this_process.process_end import end_process

    reopen_closed_streams()
    try:
        try:
            code = run_command(sys.argv[1:])
        except SystemExit as usage:  # help was shown, or a word is wrong
            code = int(usage.code or 0)
        code = flush_streams(code)
    except KeyboardInterrupt:  # a second signal, while the first was being reported
        code = 1
    CTRL_C.end_work(code)
    return end_process(code, waits_for_threads=not CTRL_C.asked)  # a thread may go on for long with what was stopped


if __name__ == "__main__":
    main()
