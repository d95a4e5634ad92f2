"""The command ``onhook serve``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onhook_cli.command import command
from onhook_cli.session import Session

if TYPE_CHECKING:
    from onhook.web.certificates import Certificate


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    command(app, "serve", example="onhook serve --behind-proxy 127.0.0.1")(serve)


def serve(
    session: Session,
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.", metavar="HOST")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Its port; 0: any free one.", metavar="PORT")
    ] = 8080,
    tls_cert: Annotated[
        Path | None,
        typer.Option(help="Certificate chain, PEM; renewed while it runs.", metavar="FILE"),
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(help="The certificate's key, PEM.", metavar="FILE")
    ] = None,
    behind_proxy: Annotated[
        list[str] | None,
        typer.Option(
            help="Proxy (address or network) that alone may come and is believed; repeatable.",
            metavar="ADDR",
        ),
    ] = None,
    ops_port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65535,
            help="Loopback port of /healthz, /readyz and /metrics; 0: any free one.",
            metavar="PORT",
        ),
    ] = 9180,
) -> None:
    """Serve links to phones until it is stopped.

    The delivery key is enough for it (onhook key export --server).
    """
    from onhook.web.observing import Observer, standard_log
    from onhook.web.serving import Addresses, Listening
    from onhook.web.serving import serve as serve_links

    def started(addresses: Addresses) -> None:
        session.data = {"address": addresses.public, "operations": addresses.operations}
        session.say("serve-listening", **session.data)
        sys.stdout.flush()  # whoever reads it through a pipe waits for this line

    proxies = tuple(behind_proxy or ())
    listening = Listening(host, port, ops_port, _certificate(tls_cert, tls_key), proxies)
    workspace = session.workspace
    serve_links(workspace, listening, Observer(standard_log(), workspace.clock), started)
    session.say("serve-stopped")


def _certificate(certificate: Path | None, key: Path | None) -> Certificate | None:
    from onhook.web.certificates import Certificate
    from onhook.web.errors import CertificateHalf

    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise CertificateHalf("--tls-cert" if certificate is None else "--tls-key")
    return Certificate(certificate, key)
