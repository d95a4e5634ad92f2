"""A private network: loopback and one address, and every process in it ends with it."""

import os
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Self

from tests.programs import need, need_network_namespace
from tests.siplab.ending import EndsTogether

ADDRESS = "10.99.0.1"
"""Stands beside 127.0.0.1: softphones take a machine that has only loopback for offline."""

START_TIMEOUT_S = 10.0
END_TIMEOUT_S = 5.0

_KEEPER = Path(__file__).with_name("keeper.py")
_NETWORK_UP = f"""
set -e
PATH=$PATH:/usr/sbin:/sbin
ip link set lo up
ip addr add {ADDRESS}/32 dev lo
ip route add default dev lo src {ADDRESS}
exec "$@"
"""


class Namespace(EndsTogether):
    """A network namespace with a PID namespace around its processes.

    Nothing survives it: the keeper (process 1 inside) ends when this process closes the channel
    to it or dies, and the kernel then kills all that runs inside, also what has daemonised.
    """

    def __init__(self) -> None:
        self._unshare = need_network_namespace()
        (self._nsenter,) = need("nsenter")
        self._as_user = "-n" not in self._unshare
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self._end_processes)
            self._channel = stack.enter_context(self._start_keeper())
            self._await_network()
            self._cleanup = stack.pop_all()
        return self

    def spawn(
        self,
        command: list[str],
        *,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        stdin: int = subprocess.DEVNULL,
        output: int | IO[bytes] = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        """Start `command` inside; it is killed when the namespace ends, if not before.

        Both standard output and standard error go to `output`.
        The process returned is the door-keeper `nsenter`, which waits for the program and ends as
        it does: use `interrupt` to send the program itself a signal.
        """
        process = subprocess.Popen(
            [*self._door(), *command],
            env=env,
            cwd=cwd,
            stdin=stdin,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        self._processes.append(process)
        return process

    def new_socket(self, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
        """Return an unbound IPv4 socket of this network, to bind or connect from outside."""
        self._channel.sendall(b"t" if kind == socket.SOCK_STREAM else b"u")
        _, descriptors, _, _ = socket.recv_fds(self._channel, 1, 1)
        return socket.socket(fileno=descriptors[0])

    def _start_keeper(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        keeper = [sys.executable, "-I", "-S", str(_KEEPER), str(theirs.fileno())]
        inside = [*self._unshare, "-p", "--fork", "--kill-child"]
        with theirs:
            self._processes.append(
                subprocess.Popen(
                    [*inside, "sh", "-c", _NETWORK_UP, "sh", *keeper],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        ours.settimeout(START_TIMEOUT_S)
        return ours

    def _await_network(self) -> None:
        if self._channel.recv(1) != b"!":
            raise RuntimeError("the laboratory's network could not be set up; see stderr")
        self._keeper_pid = only_child_of(self._processes[0].pid)

    def _door(self) -> list[str]:
        user = ["--preserve-credentials", "-U"] if self._as_user else []
        return [self._nsenter, *user, "-n", "-p", "-t", str(self._keeper_pid), "--"]

    def _end_processes(self) -> None:
        for process in self._processes:
            _reap(process)


def only_child_of(pid: int) -> int:
    """Return the one child of process `pid`.

    Raises:
        ProcessLookupError: it has none (any more).
    """
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    if not children:
        raise ProcessLookupError(pid)
    return int(children[0])


def interrupt(process: subprocess.Popen[bytes], signal_number: int) -> None:
    """Send a signal to the program behind `process`, unless it has ended already."""
    with suppress(ProcessLookupError, FileNotFoundError):
        os.kill(only_child_of(process.pid), signal_number)


def _reap(process: subprocess.Popen[bytes]) -> None:
    """Wait for `process`, which should be ending by itself; kill it when it does not."""
    if process.stdin:
        with suppress(BrokenPipeError):
            process.stdin.close()
    try:
        process.wait(END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
