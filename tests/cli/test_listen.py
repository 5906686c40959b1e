"""`listen` and `trigger`: real events, verified by the official client, and none lost by a restart."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import stripe

from tests.cli.conftest import Cli, Start
from tests.support.processes import until
from tests.support.receiver import Received, receiving, status

END_SECONDS = 60

SUCCEEDED, FAILED = "reporting.report_run.succeeded", "reporting.report_run.failed"


def triggered(reportrun: Cli, event_type: str) -> str:
    code, out, err = reportrun("trigger", event_type)
    assert code == 0, err
    return out.strip()


def verified(received: Received, secret: str) -> stripe.Event:
    event: stripe.Event = stripe.Webhook.construct_event(received.body, received.headers["stripe-signature"], secret)
    return event


def greeting(listener: subprocess.Popen[str]) -> str:
    assert listener.stderr is not None
    return listener.stderr.readline()


def line_of(listener: subprocess.Popen[str]) -> str:
    """The next line of a listener. Read it before a stop, which could come between an answer and its line."""
    assert listener.stdout is not None
    return listener.stdout.readline()


def stopped(listener: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> None:
    """End a listener, which must end well."""
    listener.send_signal(number)
    _, err = listener.communicate(timeout=END_SECONDS)
    assert listener.returncode == 0, err


def test_events_are_forwarded_signed_and_a_restart_loses_none(loaded: Cli, started: Start) -> None:
    with receiving() as program:
        listener = started("listen", "--forward-to", program.url)
        greeted = greeting(listener)
        first = triggered(loaded, SUCCEEDED)
        out = line_of(listener)
        stopped(listener)
        missed = triggered(loaded, FAILED)
        again = started("listen", "--forward-to", program.url)
        greeted_again = greeting(again)
        line_of(again)
        stopped(again, signal.SIGTERM)

    secret = greeted.split()[-1]
    assert loaded("listen", "--forward-to", program.url, "--print-secret") == (0, f"{secret}\n", "")
    assert greeted_again == greeted and re.fullmatch(r"whsec_\w{32}", secret)
    events = [verified(received, secret) for received in program.received]
    assert [(event.id, event.type) for event in events] == [(first, SUCCEEDED), (missed, FAILED)]
    assert events[1].data.object["error"] == "This run was to fail: reportrun trigger asked for it."
    assert re.fullmatch(rf"\S+ \S+ UTC  {SUCCEEDED}  {first}  frr_\w+  -> 200\n", out)


def test_an_event_that_is_refused_names_the_command_that_sends_it_again(loaded: Cli, started: Start) -> None:
    with receiving(*[status(500)] * 3, status(204)) as program:
        listener = started("listen", "--forward-to", program.url)
        greeting(listener)
        event = triggered(loaded, SUCCEEDED)
        until(lambda: len(program.received) == 3, "the event is not sent three times")
        said = greeting(listener)
        stopped(listener)
        command = re.findall("`reportrun (.*?)`", said)[0].split()
        again = started(*command)
        out = line_of(again)
        stopped(again)

    assert said.startswith(f"{event} was not accepted")
    assert f"{event}  frr_{event[4:]}  -> 204" in out
    assert program.event_ids == [event] * 4


def test_without_an_address_events_are_printed(loaded: Cli, started: Start) -> None:
    listener = started("listen", "--print-json", "--events", FAILED)
    greeted = greeting(listener)
    triggered(loaded, SUCCEEDED)
    event = triggered(loaded, FAILED)
    line = line_of(listener)
    stopped(listener)

    assert "whsec_" not in greeted
    assert f'"id":"{event}"' in line and '"status":"failed"' in line


def test_an_address_that_is_none_is_refused(loaded: Cli) -> None:
    code, _, err = loaded("listen", "--forward-to", "localhost:4242")

    assert code == 1 and "An explicit scheme (such as https) must be provided" in err


def test_a_run_cannot_be_triggered_on_a_ledger_without_data(reportrun: Cli) -> None:
    reportrun("keys", "create")

    code, out, err = reportrun("trigger", SUCCEEDED)

    assert (code, out) == (1, "") and "balance.summary.1 has no data in test mode yet" in err


def test_nothing_is_missed_from_the_time_that_the_secret_was_asked_for(loaded: Cli, started: Start) -> None:
    with receiving() as program:
        secret = loaded("listen", "--forward-to", program.url, "--print-secret")[1].strip()
        event = triggered(loaded, SUCCEEDED)
        listener = started("listen", "--forward-to", program.url)
        line_of(listener)
        stopped(listener)

    assert verified(program.received[0], secret).id == event


def test_what_is_kept_of_a_listener_is_for_its_user_alone(loaded: Cli, tmp_path: Path) -> None:
    loaded("listen", "--forward-to", "http://127.0.0.1:1/hook", "--print-secret")

    (kept,) = (tmp_path / "data" / "listeners").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
