"""Every name in a document exists: commands, flags, settings, addresses, paths, event topics, links."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import httpx
import pytest

import domain
from domain.aggregate import TextIdAggregate, TextIdEvent
from interfaces.cli.dispatch import COMMANDS
from interfaces.settings import Settings
from tests.support.client import REPLY_SECONDS
from tests.support.markdown import DOCUMENTS, ROOT, name_of

README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = ROOT / "docs" / "reference"

WITH_ACTIONS = ("keys", "accounts", "files", "ledger", "webhooks", "audit")
"""Commands that take an action, each with its own flags."""

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


def test_the_readme_begins_with_two_commands_and_is_short() -> None:
    top = README.split("##")[0]

    for script in ("scripts/run", "scripts/test"):
        assert f"bash {script}" in top
        assert (ROOT / script).is_file()
    assert len(README.splitlines()) <= 200


def test_the_settings_page_has_every_setting_with_its_default_and_sentence() -> None:
    rows = [
        tuple(cell.strip("` ") for cell in line.split("|")[1:4])
        for line in (REFERENCE / "settings.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `REPORTRUN_")
    ]

    assert rows == Settings.table()


def test_the_commands_page_has_every_command() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")

    assert set(re.findall(r"`reportrun ([a-z][a-z-]*)", page)) == set(COMMANDS)


def test_the_commands_page_has_every_flag_of_every_command() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    documented: dict[tuple[str, str], set[str]] = {}
    for command, rest in re.findall(r"`reportrun ([a-z][a-z-]*)([^`]*)`(?=[^\n]*\|\n)", page):
        action = rest.split()[0] if command in WITH_ACTIONS else ""
        documented.setdefault((command, action), set()).update(_flags_in(rest))

    assert documented == {
        (command, action): listed_flags(command, action) for command in COMMANDS for action in actions_of(command)
    }


def test_the_test_script_lists_every_layer() -> None:
    shown = subprocess.run(
        ["bash", ROOT / "scripts" / "test", "--help"], capture_output=True, text=True, check=True
    ).stdout

    listed = re.findall(r"^    (\w+) +\d+  ", shown, re.MULTILINE)
    assert sorted(listed) == sorted({file.parent.name for file in (ROOT / "tests").glob("*/test_*.py")})


@every_document
def test_commands_exist(document: Path) -> None:
    named = re.findall(r"\breportrun ([a-z][a-z-]*)\b", text_of(document))

    assert set(named) - set(COMMANDS) == set()


@every_document
def test_flags_exist(document: Path) -> None:
    unknown = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text_of(document))) - all_flags()
    for command, rest in re.findall(r"\breportrun ([a-z][a-z-]*)((?:\\\||[^`|#\n])*)", text_of(document)):
        action = next((word for word in rest.split()[:1] if command in WITH_ACTIONS), "")
        unknown |= {f"{flag} of {command}" for flag in _flags_in(rest) - flags_of(command, action)}

    assert unknown == set()


@every_document
def test_settings_exist(document: Path) -> None:
    named = set(re.findall(r"\bREPORTRUN_[A-Z_]+", text_of(document)))

    assert named - {name for name, _, _ in Settings.table()} == set()


@every_document
def test_addresses_exist(document: Path, routes: set[tuple[str, str]]) -> None:
    named = re.findall(r"(?:\b(GET|POST|DELETE) )?(/v1(?:/[\w:{}-]+)+)", text_of(document))

    paths = {path for _, path in routes}
    unknown = {path for _, path in named if _template(path) not in paths}
    unknown |= {f"{method} {path}" for method, path in named if method and (method, _template(path)) not in routes}
    assert unknown == set()


@every_document
def test_paths_exist(document: Path) -> None:
    named = re.findall(
        r"(?<![\w/.-])(?:domain|application|interfaces|tests|scripts|docs)/[\w./-]*\w/?", text_of(document)
    )

    assert [path for path in named if not (ROOT / path).exists()] == []


@every_document
def test_event_topics_exist(document: Path, topics: set[str]) -> None:
    kinds = "|".join({topic.partition(".")[0] for topic in topics})
    named = re.findall(rf"(?<![\w/.-])(?:{kinds})\.(?!(?:py|md|sql)\b)[a-z_]+", text_of(document))

    assert set(named) - topics == set()


@every_document
def test_links_resolve(document: Path) -> None:
    broken = []
    for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([\w-]+))?\)", text_of(document)):
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(f"{path}#{anchor}")

    assert broken == []


def test_every_page_or_its_folder_is_linked() -> None:
    linked = {
        (document.parent / path).resolve()
        for document in DOCUMENTS
        for path in re.findall(r"\]\(([^)#:]+)", text_of(document))
    }

    pages = [document for document in DOCUMENTS if document.is_relative_to(ROOT / "docs")]
    assert [name_of(page) for page in pages if not linked & {page.resolve(), page.parent.resolve()}] == []


@pytest.fixture(scope="session")
def routes(address: str) -> set[tuple[str, str]]:
    """Method and path of every route, from the OpenAPI document."""
    paths = httpx.get(f"{address}/openapi.json", timeout=REPLY_SECONDS).raise_for_status().json()["paths"]
    return {(method.upper(), _template(path)) for path, methods in paths.items() for method in methods}


@pytest.fixture(scope="session")
def topics() -> set[str]:
    """The topics of all events."""
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        import_module(module.name)
    kinds = {str(vars(kind)["TOPIC"]) for kind in TextIdAggregate.__subclasses__()}
    found = {str(topic) for event in _below(TextIdEvent) if (topic := vars(event).get("TOPIC"))}
    assert kinds and found
    return {topic for topic in found if topic.partition(".")[0] in kinds}


@cache
def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


@cache
def flags_of(command: str, action: str = "") -> set[str]:
    return _flags_in(help_of(*([command, action] if re.fullmatch("[a-z]+", action) else [command])))


@cache
def help_of(*words: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "interfaces.cli.main", *words, "--help"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    ).stdout  # fmt: skip


def listed_flags(command: str, action: str) -> set[str]:
    """The flags that a command's help lists, but for those that every command has."""
    words = [command, action] if action else [command]
    return set(re.findall(r"^  (--[a-z-]+)", help_of(*words), re.MULTILINE)) - {"--data"}


def actions_of(command: str) -> list[str]:
    """The actions of a command; one that is empty for a command without any."""
    if command not in WITH_ACTIONS:
        return [""]
    return re.findall(r"^    ([a-z]+)\b", help_of(command), re.MULTILINE)


@cache
def all_flags() -> set[str]:
    """The flags of all commands and scripts."""
    actions = [(name, action) for name in ("keys", "accounts") for action in ("create", "list")]
    actions += [("files", "sweep"), ("ledger", "complete"), ("ledger", "vacuum")]
    actions += [("webhooks", action) for action in ("create", "roll", "deliveries", "recover")]
    actions += [("audit", action) for action in ("actor", "erase", "export", "verify")]
    commands = [flags_of(*words) for words in [*((name,) for name in COMMANDS), *actions]]
    scripts = [
        _flags_in(script.read_text(encoding="utf-8"))
        for script in (ROOT / "scripts").rglob("*")
        if script.is_file() and script.suffix != ".pyc"
    ]
    return set().union(*commands, *scripts)


def _flags_in(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def _template(path: str) -> str:
    """`/v1/files/:id` and `/v1/files/{file}` -> `/v1/files/*`."""
    return re.sub(r":\w+|\{\w+\}", "*", path)


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text_of(document), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def _below(kind: type) -> set[type]:
    below: list[type] = type.__subclasses__(kind)
    return {kind, *(one for sub in below for one in _below(sub))}
