"""Loads the demo ledger, starts the server, requests one report over HTTP, and prints the commands."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.support.environment import without_settings

REPORTRUN = Path(sys.executable).with_name("reportrun")
DATA = Path(os.environ.get("REPORTRUN_DATA", "reportrun-data")).absolute()
KEY_FILE = DATA / "first_report.key"
"""Holds the key of this script, for its next start. The store has only a digest of it."""
ENVIRONMENT = {**without_settings(), "REPORTRUN_DATA": str(DATA)}
"""The demo is loaded into this folder alone: settings of the shell may name another database or ledger."""
DEADLINE_SECONDS = 60
MOST_PORT = 65_535
FORM = (
    ("report_type", "balance.summary.1"),
    ("parameters[interval_start]", "1735689600"),
    ("parameters[interval_end]", "1738368000"),
)
"""January 2025 of the demo ledger."""


def main() -> int:
    options = _options()
    for number in (signal.SIGTERM, signal.SIGHUP):  # the server must not outlive this script
        signal.signal(number, lambda *_: sys.exit(1))
    _must_be_free(options.port)
    try:
        if not KEY_FILE.exists():  # an earlier start that came as far has loaded it
            print("Loading the demo ledger.", flush=True)
            _command("demo")
    except KeyboardInterrupt:
        sys.exit("Stopped before the demo ledger was loaded. The next start goes on.")
    return _serve(options)


def _serve(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C, or until the report is made."""
    server = subprocess.Popen(
        [REPORTRUN, "serve", "--port", str(options.port)],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        address = _address(server)
        key = _key(address)
        _make_report(address, key)
        print(f"\nThe data lies in {DATA}, the key in {KEY_FILE.name} there.", flush=True)
        if options.once:
            return 0
        print(f"Serving on {address} with key {key}. Ctrl-C stops it.", flush=True)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        server.wait(timeout=15)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="exit after the report")
    parser.add_argument(
        "--port", type=_port, default=os.environ.get("PORT", "8000"), help="default: PORT, or 8000; 0: any free one"
    )
    return parser.parse_args()


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= MOST_PORT):
        raise argparse.ArgumentTypeError(
            f"{text[:80]!r} is no port. Give --port or PORT a whole number from 0 to {MOST_PORT}."
        )
    return int(text)


def _must_be_free(port: int) -> None:
    """Ends this script where its server could not listen, before the demo is loaded."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as trouble:
            sys.exit(f"Port {port} cannot be used: {trouble.strerror}. `bash scripts/run --port 0` takes any free one.")


def _command(*words: str) -> str:
    done = subprocess.run([REPORTRUN, *words], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr.strip())
    return done.stdout


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    line = server.stdout.readline()
    if not line:
        sys.exit(1)  # the server has printed why
    return line.split()[-1]


def _key(address: str) -> str:
    """The key of this script: that of its last start, or a new one where it is missing or refused."""
    if KEY_FILE.exists() and _is_accepted(address, kept := KEY_FILE.read_text().strip()):
        return kept
    key = _command("keys", "create", "--mode", "test").strip()
    KEY_FILE.unlink(missing_ok=True)
    with os.fdopen(os.open(KEY_FILE, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{key}\n")
    return key


def _is_accepted(address: str, key: str) -> bool:
    return '"error"' not in _curl(["curl", "-s", "-u", f"{key}:", f"{address}/v1/reporting/report_types/{FORM[0][1]}"])


def _make_report(address: str, key: str) -> None:
    create = [
        *("curl", "-s", "-u", f"{key}:", f"{address}/v1/reporting/report_runs"),
        *(word for name, value in FORM for word in ("-d", f"{name}={value}")),
    ]
    _show(create)
    run = json.loads(_curl(create))
    print(json.dumps(run, indent=2), flush=True)
    retrieve = ["curl", "-s", "-u", f"{key}:", f"{address}/v1/reporting/report_runs/{run['id']}"]
    deadline = time.monotonic() + DEADLINE_SECONDS
    while run["status"] == "pending" and time.monotonic() < deadline:
        time.sleep(0.02)
        run = json.loads(_curl(retrieve))
    if run["status"] != "succeeded":
        sys.exit(f"The run is {run['status']}: {run['error']}")
    download = ["curl", "-s", "-u", f"{key}:", run["result"]["url"]]
    _show(download)
    print(_curl(download), end="", flush=True)


def _curl(words: list[str]) -> str:
    """The output of curl; without curl, the same request by Python."""
    try:
        return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    except FileNotFoundError:
        return _request(words)


def _request(words: list[str]) -> str:
    import base64
    import urllib.error
    import urllib.parse
    import urllib.request

    user, url = words[words.index("-u") + 1], words[4]
    fields = [words[place + 1].partition("=") for place, word in enumerate(words) if word == "-d"]
    pairs = [(name, value) for name, _, value in fields]
    body = urllib.parse.urlencode(pairs).encode() if pairs else None
    headers = {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as refused:
        return refused.read().decode()


def _show(words: list[str]) -> None:
    quoted = [f'"{word}"' if "[" in word else word for word in words]
    lines = " ".join(quoted).replace(" -d ", " \\\n    -d ")
    print(f"\n$ {lines}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
