"""Arguments and options that several commands take: said once what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Extension = Annotated[str, typer.Argument(help="101, or acme/101.", metavar="EXT")]
Extensions = Annotated[
    list[str] | None, typer.Argument(help="101, or acme/101; several are fine.", metavar="EXT...")
]
All = Annotated[bool, typer.Option("--all", help="All accounts, or all of --customer.")]
Family = Annotated[
    str | None,
    typer.Option(
        help="Softphone family [default: the kit's last, else the service's].", metavar="NAME"
    ),
]
WithoutDevice = Annotated[
    bool,
    typer.Option(
        "--without-device", help="Let accounts without device pass: people with their own phone."
    ),
]
Device = Annotated[
    str | None, typer.Option(help="Which of its devices, if it has several.", metavar="ID")
]
AllowSecretQr = Annotated[
    bool, typer.Option("--allow-secret-qr", help="Allow QR codes that hold the password itself.")
]
Authorities = Annotated[
    Path | None,
    typer.Option(
        "--ca",
        help="Authorities that the phones trust besides the public ones (PEM).",
        metavar="FILE",
    ),
]
Table = Annotated[Path, typer.Argument(help="A CSV file.", metavar="FILE")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Decide everything, store nothing.")]
Encoding = Annotated[str, typer.Option(help="Of the file.", metavar="utf-8-sig|utf-8|cp932")]
