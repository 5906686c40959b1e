"""What pages say of the program, each held against the program itself."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

import pytest

from interfaces import settings
from interfaces.settings import Settings
from interfaces.storage.store import Recorder, Store
from tests.support.markdown import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")

PACKAGES = ("domain", "application", "interfaces", "reportrun")


def page_of(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def rows_of(page: str) -> list[list[str]]:
    """The cells of each row of the page's tables."""
    return [re.split(r" \| ", line.strip("| ")) for line in page.splitlines() if line.startswith("| ")]


def test_what_to_watch_is_said_in_each_row_without_another() -> None:
    assert [row for row in rows_of(page_of("operate/watching.md")) if "the same" in row[1]] == []


def test_the_page_of_logs_has_every_logger() -> None:
    sources = "".join(file.read_text(encoding="utf-8") for name in PACKAGES for file in (ROOT / name).rglob("*.py"))

    listed = [
        name for row in rows_of(page_of("reference/logs.md")) for name in re.findall(r"`(reportrun[.\w]*)`", row[0])
    ]
    assert sorted(listed) == sorted(set(re.findall(r'getLogger\("(reportrun[.\w]*)"\)', sources)))


def test_the_page_of_settings_has_every_limit_of_a_setting() -> None:
    page = page_of("how-to/add-a-setting.md")

    limits = [
        name
        for name, parameter in inspect.signature(settings._setting).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    ]
    assert [name for name in limits if f"`{name}`" not in page] == []


def test_the_page_of_stores_has_every_part_of_a_store_and_every_method_of_its_log() -> None:
    page = page_of("how-to/add-a-store.md")

    methods = {name for kind in Recorder.__mro__ for name in vars(kind) if not name.startswith("_")}
    parts = {field.name for field in dataclasses.fields(Store)}
    assert "erase" in methods
    assert [name for name in sorted(methods | parts) if f"`{name}`" not in page] == []


def test_the_page_of_the_architecture_has_every_process() -> None:
    page = page_of("architecture.md")
    modules = (ROOT / "interfaces" / "entrypoints").glob("*.py")

    processes = {file.stem for file in modules if 'if __name__ == "__main__":' in file.read_text(encoding="utf-8")}
    listed = {row[1].strip("`") for row in rows_of(page.partition("## Processes")[2].partition("\n## ")[0])[1:]}
    assert processes == listed


@pytest.mark.parametrize("layer", ["application", "interfaces"])
def test_the_page_of_the_architecture_has_every_package_in_its_table_and_its_diagram(layer: str) -> None:
    page = page_of("architecture.md")
    diagram = page.partition("```mermaid")[2].partition("```")[0]
    packages = sorted(file.parent.name for file in (ROOT / layer).glob("*/__init__.py"))

    assert [name for name in packages if f"`{layer}/{name}/`" not in page] == []
    drawn = set(re.findall(r"\w+", diagram.partition(f"subgraph {layer}")[2].partition("\n    end")[0]))
    assert [name for name in packages if name not in {*drawn, "testing"}] == []


def test_the_application_has_no_modules_outside_of_packages() -> None:
    assert [file.name for file in (ROOT / "application").glob("*.py")] == ["__init__.py"]


def test_the_readme_has_every_file_and_folder_of_the_data_folder() -> None:
    data = Path("data-folder")
    names = [name for name, member in vars(Settings).items() if isinstance(member, property)]
    values = [str(getattr(Settings(data=data), name)) for name in names]

    below = {Path(value).relative_to(data).parts[0] for value in values if Path(value).is_relative_to(data)}
    assert "listeners" in below
    assert [name for name in sorted(below) if not re.search(rf"`{re.escape(name)}/?`", README)] == []


def test_the_readme_has_every_folder_of_the_source() -> None:
    tree = README.partition("## How it is built\n")[2]

    folders = {file.parent.name for file in ROOT.glob("*/*.py") if not file.parent.name.startswith(".")}
    assert {"domain", "reportrun", "scripts"} <= folders
    assert [name for name in sorted(folders) if not re.search(rf"^    {name}/ ", tree, re.MULTILINE)] == []


def test_the_readme_leads_to_every_page_for_users() -> None:
    files = [file for folder in ("how-to", "reference") for file in (ROOT / "docs" / folder).glob("*.md")]
    pages = {str(file.relative_to(ROOT)) for file in files}

    for_developers = {page for page in pages if page.startswith("docs/how-to/add-")}
    assert pages - for_developers - set(re.findall(r"\]\(([^)#]+)", README)) == set()


def test_contributing_has_every_script() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    scripts = {file.name for file in (ROOT / "scripts").iterdir() if file.is_file() and not file.suffix}
    assert sorted(scripts - {"environment"}) == sorted(
        set(re.findall(r"^\| `bash scripts/([\w-]+)", contributing, re.M))
    )
