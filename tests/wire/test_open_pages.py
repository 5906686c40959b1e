"""The pages without a key: their headers, and that a browser runs them under these."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/healthz", "/readyz", "/docs/assets/swagger-ui.css"])
def test_an_open_page_is_taken_for_nothing_else_and_shown_in_no_frame(web: httpx.Client, path: str) -> None:
    headers = web.get(path).headers

    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


def test_the_documentation_runs_its_own_scripts_only(web: httpx.Client) -> None:
    policy = web.get("/docs").headers["content-security-policy"]

    directives = dict(one.strip().split(" ", 1) for one in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["base-uri"] == directives["form-action"] == "'none'"


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_documentation_works_in_a_browser(address: str, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]

    shown = subprocess.run(
        [*command, "--enable-logging=stderr", "--virtual-time-budget=10000", "--dump-dom", f"{address}/docs"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "/v1/reporting/report_runs" in shown.stdout
    assert "Content Security Policy" not in shown.stderr
