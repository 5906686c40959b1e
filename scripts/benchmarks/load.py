"""Load on a server: wrk, with a small script of what to ask for."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass

CONNECTIONS = 32

_DONE = """
done = function(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '{"requests": %d, "micros": %d, "refused": %d, "broken": %d, "p50": %d, "p99": %d}\\n',
        summary.requests, summary.duration, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a load. a_second: requests; p50, p99: milliseconds."""

    requests: int
    a_second: float
    p50: float
    p99: float


def ask(
    url: str, seconds: float, key: str = "", *, body: str = "", connections: int = CONNECTIONS, keyed: bool = False
) -> Answered:
    """Ask for one thing over and over, from one thread.

    body   of a POST; empty for a GET
    keyed  whether each request has an Idempotency-Key of its own

    Raises RuntimeError when one request is refused or broken off: such answers are faster than good ones.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_script(key, body, keyed=keyed) + _DONE)
        script.flush()
        words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", script.name, url]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    if told["refused"] or told["broken"]:
        raise RuntimeError(f"{url}: {told['refused']} requests were refused and {told['broken']} broken: {done.stdout}")
    return Answered(told["requests"], told["requests"] * 1e6 / told["micros"], told["p50"] / 1000, told["p99"] / 1000)


def _script(key: str, body: str, *, keyed: bool) -> str:
    lines = []
    if key:
        lines.append(f'wrk.headers["Authorization"] = "Bearer {key}"')
    if body:
        lines.append('wrk.method = "POST"')
        lines.append(f'wrk.body = "{body}"')
        lines.append('wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"')
    if keyed:
        lines.append("""
math.randomseed(os.time())
local load, number = string.format("%x%x", os.time(), math.random(1000000000)), 0
request = function()
    number = number + 1
    wrk.headers["Idempotency-Key"] = load .. "-" .. number
    return wrk.format()
end""")
    return "\n".join(lines) + "\n"
