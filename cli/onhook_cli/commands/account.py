"""The commands ``onhook account ...``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onhook_cli.command import command, group
from onhook_cli.options import DryRun, Encoding, Extension, Table
from onhook_cli.progress import link_progress
from onhook_cli.session import Session, local_time

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from onhook.accounts.manage import Account
    from onhook.accounts.writer import Written
    from onhook.workspace import UnitOfWork

Reveal = Annotated[bool, typer.Option("--reveal", help="Show or write passwords and MSISDN, too.")]
Service = Annotated[
    str | None,
    typer.Option(
        help="Service new accounts are for [default: the customer's, the workspace's].",
        metavar="ID",
    ),
]
Text = Annotated[str | None, typer.Option()]
SecretFile = Annotated[
    Path | None,
    typer.Option(help="File that holds it; - reads it from standard input.", metavar="FILE"),
]
_FIELDS: dict[str, Any] = {
    "auth_id": Text,
    "password_file": SecretFile,
    "msisdn_file": SecretFile,
    "first_name": Text,
    "last_name": Text,
    "display_name": Text,
    "mail": Text,
    "mobile": Text,
    "caller_id": Text,
}
"""What `add` and `set` take of an account, as options."""


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    account = group(app, "account", "Accounts: the identities on a PBX.")
    command(account, "import", example="onhook account import extensions.csv --dry-run")(import_)
    adding = "onhook account add 101 --auth-id Xq3k --password-file -"
    command(account, "add", example=adding, shared=_FIELDS)(add)
    setting = "onhook account set 101 --mail sato@acme.example"
    command(account, "set", example=setting, shared=_FIELDS)(set_)
    command(account, "list", example="onhook account list --json")(list_)
    command(account, "show", example="onhook account show 101")(show)
    command(account, "disable", example="onhook account disable 101")(disable)
    command(account, "enable", example="onhook account enable 101")(enable)
    command(account, "export", example="onhook account export accounts.csv")(export)


def import_(
    session: Session,
    file: Table,
    *,
    dry_run: DryRun = False,
    service: Service = None,
) -> None:
    """Import accounts from the PBX's export or another CSV file.

    It may have some of the columns only, or onhook's own.
    Prints what becomes of each row. A bad row stops no other; running it again changes nothing.
    """
    from onhook.accounts.importing import import_accounts
    from onhook_cli.reports import print_import

    report = import_accounts(
        session.workspace, file, customer=session.customer, service=service, dry_run=dry_run
    )
    print_import(session, report)


def add(session: Session, extension: Extension, *, service: Service = None, **given: Any) -> None:
    """Add an account."""
    from onhook.accounts.manage import add_account

    raw = _fields(session, given)
    customer, _, number = extension.rpartition("/")
    with session.workspace.writing() as work:
        written = add_account(
            work, number, raw, customer=customer or session.customer, service=service
        )
    _tell(session, written)


def set_(session: Session, extension: Extension, **given: Any) -> None:
    """Change an account."""
    from onhook.accounts.manage import set_account

    raw = _fields(session, given)
    with session.workspace.writing() as work:
        written = set_account(work, extension, raw, customer=session.customer)
    _tell(session, written)


def list_(session: Session, *, reveal: Reveal = False) -> None:
    """List accounts."""
    from onhook.accounts.manage import list_accounts

    with _opened(session, reveal=reveal) as work:
        found = list(list_accounts(work, session.customer, reveal=reveal))
    headers = ("account", "name", "mail", "auth-id", "password", "devices", "kit", "state")
    session.table(headers, (_row(session, one) for one in found))
    kits = ([asdict(link) for link in one.kits] for one in found)
    session.data = {
        "accounts": [_object(one) | {"kits": made} for one, made in zip(found, kits, strict=True)]
    }


def show(session: Session, extension: Extension, *, reveal: Reveal = False) -> None:
    """Show one account."""
    from onhook.accounts.manage import show_account

    with _opened(session, reveal=reveal) as work:
        found = show_account(work, extension, session.customer, reveal=reveal)
    pending = [session.words(f"pbx-open-{kind}") for kind in found.pbx_pending]
    refused = _refused(session, found)
    told = _object(found) | {"pbx_pending": pending, "mail_refused": refused}
    for name, value in told.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        session.print(f"{name:14} {shown}")
    session.data = {"account": _object(found)}


def disable(session: Session, extension: Extension) -> None:
    """Disable an account: its links die, and it gets no kit."""
    from onhook.accounts.manage import disable_account

    with session.workspace.writing() as work:
        done = disable_account(work, extension, session.customer)
    key = "account-disabled-queued" if done.is_queued else "account-disabled"
    session.say(key, account=done.account, links=done.links_revoked)
    session.say("leaving-next", account=done.account)
    session.data = {
        "account": done.account,
        "links_revoked": done.links_revoked,
        "pbx_pending": done.is_queued,
    }


def enable(session: Session, extension: Extension) -> None:
    """Enable an account again."""
    from onhook.accounts.manage import enable_account

    with session.workspace.writing() as work:
        name, is_queued = enable_account(work, extension, session.customer)
    session.say("account-enabled", account=name)
    if is_queued:
        session.say("account-enabled-queued")
    session.data = {"account": name, "pbx_pending": is_queued}


def export(
    session: Session,
    file: Table,
    *,
    reveal: Reveal = False,
    encoding: Encoding = "utf-8-sig",
) -> None:
    """Write accounts to a CSV file that imports again unchanged."""
    from onhook.exports import export_accounts

    chosen = session.encoding(encoding)
    with _opened(session, reveal=reveal) as work:
        count = export_accounts(
            work, file, customer=session.customer, reveal=reveal, encoding=chosen
        )
    session.say("exported", count=count, file=file)
    session.data = {"file": str(file), "count": count}


def _opened(session: Session, *, reveal: bool) -> AbstractContextManager[UnitOfWork]:
    """Open a unit of work to read in; that secrets were shown is recorded, which is writing."""
    return session.workspace.writing() if reveal else session.workspace.reading()


def _fields(session: Session, given: dict[str, Any]) -> dict[str, str]:
    """Return the fields typed as options; secrets are read from their files."""
    raw = {name: value for name, value in given.items() if value is not None}
    secrets = {name: raw.pop(name) for name in ("password_file", "msisdn_file") if name in raw}
    return raw | {
        name.removesuffix("_file"): session.secret(file) for name, file in secrets.items()
    }


def _tell(session: Session, written: Written) -> None:
    for note in written.notes:
        session.say(note.key, **note.data)
    fields = ", ".join(written.fields)
    session.say(f"account-{written.state}", extension=written.extension, fields=fields)
    session.data = {
        "extension": written.extension,
        "state": written.state,
        "fields": list(written.fields),
    }


def _row(session: Session, one: Account) -> tuple[object, ...]:
    states = ["state-disabled"] if one.disabled else []
    states += [f"pbx-open-{kind}" for kind in one.pbx_pending]
    states += ["state-mail-refused"] if one.mail_refused is not None else []
    state = ", ".join(map(session.words, states))
    secret = "***" if one.has_password or one.has_msisdn else ""
    secret = " ".join(text for text in one.secrets.values() if text) or secret
    kits = ", ".join(link_progress(session, link) for link in one.kits)
    devices = ", ".join(one.devices)
    return (one.subject, one.name, one.mail, one.auth_id, secret, devices, kits, state)


def _object(one: Account) -> dict[str, Any]:
    fields = (
        "customer",
        "extension",
        "contract",
        "name",
        "auth_id",
        "has_password",
        "has_msisdn",
        "first_name",
        "last_name",
        "display_name",
        "mail",
        "mobile",
        "caller_id",
        "disabled",
    )
    shown: dict[str, Any] = {field: getattr(one, field) for field in fields}
    lists = {"devices": list(one.devices), "pbx_pending": list(one.pbx_pending)}
    refused = None if one.mail_refused is None else one.mail_refused._asdict()
    return shown | lists | {"mail_refused": refused} | dict(one.secrets)


def _refused(session: Session, one: Account) -> str:
    if one.mail_refused is None:
        return ""
    refusal = one.mail_refused
    return session.words("mail-state-refused", on=local_time(refusal.at), reply=refusal.reply)
