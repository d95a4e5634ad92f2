"""Makes a PostgreSQL server and keeps it as long as its test run lives, however that ends.

Started by `postgresql.py`, never imported. At the end of its standard input (the run is over, or
was killed) it ends the server at once and removes everything.
"""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

# Nothing here has to survive a power cut, and a test's database is small.
SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "log_min_messages": "fatal",
    "max_connections": "40",
    "shared_buffers": "16MB",
    "synchronous_commit": "off",
}
DOORS = "local all postgres trust\nlocal all all scram-sha-256\n"


def main() -> None:
    """Serve from the programs in one folder and the data in another until nobody listens."""
    programs, folder = map(Path, sys.argv[1:])
    for ended in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ended, signal.SIG_IGN)  # they are for the test run; it closes our input
    try:
        server = start(programs, folder)
        print("ready", flush=True)  # noqa: T201 - the test run waits for it
        sys.stdin.read()
        server.send_signal(signal.SIGQUIT)
        server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(programs: Path, folder: Path) -> "subprocess.Popen[bytes]":
    """Make a cluster in `folder`, start its server and wait until it answers."""
    data = folder / "data"
    options = ["--username=postgres", "--encoding=UTF8", "--locale=C", "--auth=trust"]
    quick = ["--no-sync", "--no-instructions"]
    initdb = [str(programs / "initdb"), "--pgdata", str(data), *options, *quick]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL)
    (data / "pg_hba.conf").write_text(DOORS)
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *settings],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    status = data / "postmaster.pid"
    while not (status.exists() and status.read_text().splitlines()[7:8] == ["ready   "]):
        if server.poll() is not None:
            sys.exit((folder / "log").read_text())
        time.sleep(0.01)
    return server


main()
