"""Has loaded all of onhook and forks a child for each command, to be killed as `kill -9` does.

Started by `killing.py`, never imported. It is one thread with no file or database open, so that a
child is what a fresh process would be, without the time it takes to start. Each line of standard
input has jobs to be done at once; at its end (the test run is over, or was killed) it ends, too.
"""

import ctypes
import gc
import importlib
import json
import mmap
import os
import pkgutil
import select
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from typing import IO, Any, NoReturn

import alembic.command  # noqa: F401 - what commands import where they use it
import psycopg  # noqa: F401 - as above
import sqlalchemy.dialects.postgresql
import sqlalchemy.dialects.sqlite  # noqa: F401 - as above
from sqlalchemy import Engine, event

import onhook
import onhook_cli
import onhook_devices
from onhook_cli.app import COMMANDS, command_line
from onhook_cli.main import run

PROGRAM = (onhook_devices, onhook, onhook_cli)
NO_MODULES = ("__main__", ".migrations.")  # they run something
FILE_STEPS = {
    "os.mkdir": b"m",
    "os.remove": b"d",
    "os.rename": b"r",
    "os.rmdir": b"d",
    "os.truncate": b"t",
}
WRITES = os.O_WRONLY | os.O_RDWR
MOST = 1 << 16  # steps; further ones are not counted


class Steps:
    """Writes down what a child does that others could notice; kills it just before one of them.

    Each step is a letter: (s)tatement, (c)ommit; of files (o)pened to be written, (f)ixed on the
    disk, (r)enamed, (d)eleted, (t)runcated, folders (m)ade; what is (n)etworked to a mail server,
    before it goes out and after.

    Args:
        last: Number of the step before which it ends; 0 for none.
    """

    def __init__(self, last: int) -> None:
        self._last = last
        self._count = 0
        self._seen = mmap.mmap(-1, MOST)  # shared, so that a killed child tells, too
        self._owner = 0

    def __str__(self) -> str:
        return self._seen[:].rstrip(b"\0").decode()

    def count_in_child(self) -> None:
        """Count what the next child of this process does instead."""
        os.register_at_fork(after_in_child=self._own)
        self.count_here()
        self._owner = -1

    def _own(self) -> None:
        if self._owner == -1:
            self._owner = os.getpid()

    def count_here(self) -> None:
        """Count what this process does; its children's steps do not count."""
        self._owner = os.getpid()
        socket.socket.sendall = self._networked(socket.socket.sendall)  # type: ignore[method-assign]  # as below
        os.fsync = self._counted(os.fsync)  # type: ignore[assignment]  # takes its place
        sys.addaudithook(self._audit)
        event.listen(Engine, "before_cursor_execute", lambda *_: self._step(b"s"))
        event.listen(Engine, "commit", lambda _: self._step(b"c"))

    def _counted(self, sync: Callable[[Any], None]) -> Callable[[Any], None]:
        def counted(file: Any) -> None:
            self._step(b"f")
            sync(file)

        return counted

    def _networked(self, send: Callable[..., Any]) -> Callable[..., Any]:
        def sent(*words: Any) -> Any:
            self._step(b"n")
            send(*words)
            self._step(b"n")

        return sent

    def _audit(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name in FILE_STEPS:
            self._step(FILE_STEPS[name])
        elif name == "open" and (arguments[2] or 0) & WRITES:
            self._step(b"o")

    def _step(self, kind: bytes) -> None:
        if os.getpid() != self._owner or self._count == MOST:
            return
        self._seen[self._count] = kind[0]
        self._count += 1
        if self._count == self._last:
            os.kill(self._owner, signal.SIGKILL)


def main() -> None:
    """Do the jobs that come in."""
    for package in PROGRAM:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(part in f"{found.name}." for part in NO_MODULES):
                importlib.import_module(found.name)
    for word in COMMANDS:
        command_line(word)  # kept for the children
    sys.dont_write_bytecode = True  # it would count as a step
    gc.freeze()
    assert threading.active_count() == 1, "to fork is safe with one thread only"
    for line in sys.stdin:
        print(json.dumps(do(json.loads(line))), flush=True)  # noqa: T201 - the answer


JOB: dict[str, Any] = {
    "words": [],
    "environment": {},
    "folder": "/",
    "sizes": {},  # constants of onhook to be others, by module:NAME
    "namespaces": [],  # files of those to enter, as a small disk's
    "after_s": None,  # when to kill it
    "before_step": 0,  # likewise
    "in_child": False,  # count the steps of its first child, and kill that
}
"""What a job can say; where it does not, this holds."""


def do(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run commands in children, all at once, and tell how they ended."""
    started = [start(JOB | job) for job in jobs]
    return [end(*one) for one in started]


def start(job: dict[str, Any]) -> tuple[dict[str, Any], int, Steps, IO[bytes], float]:
    """Run a command in a child."""
    steps, said = Steps(job["before_step"]), tempfile.TemporaryFile()  # noqa: SIM115 - closed at its end
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        be_the_command(job, steps, said)
    return job, child, steps, said, began


def end(
    job: dict[str, Any], child: int, steps: Steps, said: IO[bytes], began: float
) -> dict[str, Any]:
    """Wait for a child, kill it if so wished, and tell how it ended."""
    code = end_of(child, job["after_s"])
    took_s = time.perf_counter() - began
    with said:
        said.seek(0)
        text = said.read().decode(errors="replace")
    return {"code": code, "took_s": took_s, "steps": str(steps), "said": text}


def end_of(child: int, after_s: float | None) -> int:
    """Wait for a child's end, kill it after a while, and return its code; negative if killed."""
    handle = os.pidfd_open(child)
    try:
        if not select.select([handle], [], [], after_s)[0]:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
    finally:
        os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def enter(namespace: str) -> None:
    """Enter a namespace, as nsenter(1) does."""
    file = os.open(namespace, os.O_RDONLY)
    if ctypes.CDLL(None, use_errno=True).setns(file, 0) != 0:
        raise OSError(ctypes.get_errno(), "setns", namespace)
    os.close(file)


def be_the_command(job: dict[str, Any], steps: Steps, said: IO[bytes]) -> NoReturn:
    """Be what the installed program would be with these words."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        for namespace in job["namespaces"]:
            enter(namespace)
        os.chdir(job["folder"])
        os.environ.clear()
        os.environ.update(job["environment"])
        time.tzset()
        for name, value in job["sizes"].items():
            module, _, attribute = name.partition(":")
            setattr(sys.modules[module], attribute, value)
        sys.argv = ["onhook", *job["words"]]
        if job["in_child"]:
            steps.count_in_child()
        else:
            steps.count_here()
        run()
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


main()
