"""The bare server: FastAPI and uvicorn, one route, a constant response of the size of a run."""

from __future__ import annotations

import socket

import orjson
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response

RUN = {
    "id": "frr_1234567890abcdefghijklmn",
    "object": "reporting.report_run",
    "created": 1735689600,
    "error": None,
    "livemode": False,
    "parameters": {"interval_end": 1738368000, "interval_start": 1735689600},
    "report_type": "balance.summary.1",
    "result": None,
    "status": "pending",
    "succeeded_at": None,
}

app = FastAPI()


@app.api_route("/run", methods=["GET", "POST"])
async def run() -> Response:
    return Response(orjson.dumps(RUN, option=orjson.OPT_INDENT_2), media_type="application/json")


if __name__ == "__main__":
    bound = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(f"http://127.0.0.1:{bound.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[bound])
