import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.siplab import Lab
from tests.siplab.namespace import ADDRESS, Namespace

ROOT = Path(__file__).parents[2]
ENDED_WITHIN_S = 5.0

_HOLDER = """
import subprocess, sys, time
from tests.siplab.namespace import Namespace
with Namespace() as inside:
    for _ in range(2):  # one that stays in front, and one that has become a daemon
        inside.spawn(["sh", "-c", "echo here; sleep 1000 & sleep 1000"], output=sys.stdout.buffer)
    time.sleep(1000)
"""


def test_its_network_is_loopback_and_one_address() -> None:
    with Namespace() as inside:
        listing = _printed_by(inside, ["ip", "-o", "-4", "addr"])

    assert [line.split()[1:4:2] for line in listing.splitlines()] == [
        ["lo", "127.0.0.1/8"],
        ["lo", f"{ADDRESS}/32"],
    ]


def test_nothing_outside_can_be_reached() -> None:
    with Namespace() as inside, inside.new_socket() as client, socket.socket() as outside:
        outside.bind(("127.0.0.1", 0))
        outside.listen()

        assert client.connect_ex(outside.getsockname()) != 0


def test_two_namespaces_use_the_same_port() -> None:
    with (
        Namespace() as one,
        Namespace() as two,
        one.new_socket() as first,
        two.new_socket() as second,
    ):
        first.bind(("127.0.0.1", 5070))
        second.bind(("127.0.0.1", 5070))


def test_datagram_sockets_are_of_that_network_too() -> None:
    datagrams = socket.SOCK_DGRAM
    with (
        Namespace() as inside,
        inside.new_socket(datagrams) as one,
        inside.new_socket(datagrams) as two,
    ):
        one.bind((ADDRESS, 0))
        two.sendto(b"hello", one.getsockname())

        assert one.recv(16) == b"hello"


def test_a_program_ends_with_its_own_code() -> None:
    with Namespace() as inside:
        assert inside.spawn(["sh", "-c", "exit 7"]).wait() == 7


def test_a_failing_test_leaves_no_process() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with pytest.raises(ZeroDivisionError):
            _fail_amid_processes_that_hold(theirs)

        # Its last holder is gone when the other end hears the end.
        assert _ends(ours.fileno())


def test_a_killed_test_leaves_no_process() -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER], cwd=ROOT, stdout=subprocess.PIPE, text=False
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"here\n"
        assert holder.stdout.readline() == b"here\n"

        holder.send_signal(signal.SIGKILL)

        assert _ends(holder.stdout.fileno())


def test_all_files_are_below_the_folder_given(tmp_path: Path) -> None:
    with Lab(tmp_path) as lab:
        lab.registrar({})
        phone = lab.linphone()

    assert phone.home.is_relative_to(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["siplab"]


def test_a_registrar_that_cannot_start_says_why(tmp_path: Path) -> None:
    with Lab(tmp_path) as lab, pytest.raises(RuntimeError, match="bad config file"):
        lab.registrar({}, realm='"')


def _fail_amid_processes_that_hold(theirs: socket.socket) -> None:
    with Namespace() as inside, theirs:
        inside.spawn(["sh", "-c", "sleep 1000 & sleep 1000"], output=theirs.fileno())
        raise ZeroDivisionError


def _printed_by(inside: Namespace, command: list[str]) -> str:
    process = inside.spawn(command, output=subprocess.PIPE)
    with process:
        printed, _ = process.communicate()
    return printed.decode()


def _ends(descriptor: int) -> bool:
    """Tell whether the pipe's last writer is gone, or goes within a bounded time."""
    deadline = time.monotonic() + ENDED_WITHIN_S
    while (left := deadline - time.monotonic()) > 0:
        ready, _, _ = select.select([descriptor], [], [], left)
        if ready and not os.read(descriptor, 4096):
            return True
    return False
