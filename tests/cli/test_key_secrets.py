"""The secret of a new key is shown once, whatever happens after the key is stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import StoreUnavailable
from interfaces.cli.main import main
from interfaces.composition import commands
from interfaces.composition.installation import Installation
from interfaces.settings import Settings

AWAY = "The database cannot be reached now. Try again in a moment."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of an installation with a platform."""
    folder = tmp_path / "data"
    with Installation(Settings(data=folder)) as installation:
        commands.administration(installation).platform()
    return folder


@pytest.fixture
def views_are_away(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def show(installation: Installation) -> Callable[[], None]:
        def fail() -> None:
            raise StoreUnavailable(AWAY)

        return fail

    monkeypatch.setattr(commands, "_show", show)


@pytest.mark.usefixtures("views_are_away")
def test_the_secret_of_a_stored_key_is_shown_while_the_views_are_away(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = main(["keys", "create", "--data", str(data)])
    out, err = capsys.readouterr()
    monkeypatch.undo()

    assert code == 0
    assert out.startswith("sk_test_") and out.count("\n") == 1
    id = err.split()[0]
    assert err.startswith(f"{id} for acct_") and "The secret is shown only now:" in err
    assert f"reportrun: {id} is stored, and works once the views can be written again. {AWAY}" in err
    assert main(["keys", "list", "--data", str(data)]) == 0
    assert id in capsys.readouterr().out


def test_no_secret_is_shown_of_a_key_that_could_not_be_stored(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*events: object) -> None:
        raise StoreUnavailable(AWAY)

    monkeypatch.setattr("application.log.event_store.EventStore.save", fail)

    code = main(["keys", "create", "--data", str(data)])

    assert (code, *capsys.readouterr()) == (1, "", f"reportrun: {AWAY}\n")
