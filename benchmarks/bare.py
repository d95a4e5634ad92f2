"""What `serve` is measured against: a Starlette handler that runs the same SQL and nothing else."""

from __future__ import annotations

import sqlite3
import sys
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from onhook.delivery import statements

if TYPE_CHECKING:
    from starlette.requests import Request

database, port = sys.argv[1:]
connection = sqlite3.connect(database, isolation_level=None)
connection.execute("PRAGMA foreign_keys = ON")
connection.execute("PRAGMA synchronous = NORMAL")


async def kit(request: Request) -> Response:
    token = sha256(request.path_params["token"].encode()).digest()
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    row = connection.execute(statements.CONFIG, {"token": token, "now": now}).fetchone()
    connection.execute("BEGIN IMMEDIATE")
    counted = connection.execute(statements.COUNT_FETCH, {"token": token, "now": now}).fetchone()
    visit = (*counted, now, "fetched", "", "", "", "127.0.0.0/24")
    connection.execute(statements.RECORD, visit)
    connection.execute("COMMIT")
    return Response(row[-1], media_type=row[-2])


app = Starlette(routes=[Route("/k/{token}", kit)])
uvicorn.run(
    app,
    port=int(port),
    http="httptools",
    loop="uvloop",
    ws="none",
    log_level="error",
    access_log=False,
)
