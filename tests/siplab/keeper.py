"""First process of a laboratory's namespace: lives as long as its test, hands out sockets.

Started by `namespace.py`, never imported. Each byte received asks for one socket; it is made here,
so it belongs to this network, and is passed to the asker. At end of file (the test is over, or
was killed) this process ends, and as it is number 1 of its PID namespace, so does every other.
"""

import signal
import socket
import sys

KINDS = {b"t": socket.SOCK_STREAM, b"u": socket.SOCK_DGRAM}


def main() -> None:
    """Serve the channel whose descriptor is the first argument until it is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # number 1 inherits orphans: leave no zombies
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the test; it closes the channel
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        channel.sendall(b"!")  # the network is up, or this line would not have been reached
        while asked := channel.recv(1):
            with socket.socket(socket.AF_INET, KINDS[asked]) as made:
                socket.send_fds(channel, [asked], [made.fileno()])


main()
