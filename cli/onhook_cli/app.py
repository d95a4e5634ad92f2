"""All commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from onhook_cli.commands import (
    account,
    audit,
    backup,
    check,
    contract,
    customer,
    device,
    doctor,
    init,
    inspect,
    issue,
    key,
    link,
    pbx,
    qr,
    restore,
    template,
)

app = typer.Typer(
    name="onhook",
    help="Set up softphones: from a list of accounts to config files and QR codes.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer passes it by position
    if wanted:
        from onhook import __version__

        print(f"onhook {__version__}")
        raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Set up softphones: from a list of accounts to config files and QR codes."""


for _module in (
    init,
    customer,
    contract,
    account,
    device,
    check,
    issue,
    qr,
    link,
    inspect,
    template,
    pbx,
    doctor,
    backup,
    restore,
    audit,
    key,
):
    _module.register(app)
