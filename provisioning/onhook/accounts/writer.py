"""Write accounts: decide what a row changes, and store many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select, update

from onhook.accounts.fields import (
    CREDENTIAL_FIELDS,
    PLAIN_FIELDS,
    SECRET_FIELDS,
    FieldError,
    PasswordIsExtension,
    clean,
)
from onhook.contracts import Placement, find_contract
from onhook.imports import Note, read_as
from onhook.links import revoke_links
from onhook.store.bulk import insert_many
from onhook.store.schema import account
from onhook_devices.errors import InvalidInput, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Row

    from onhook.imports import State
    from onhook.sealing import Sealer
    from onhook.workspace import UnitOfWork
    from onhook_devices.service import Service
    from onhook_devices.terms.accounts import Credentials

    Known = Row[tuple[Any, ...]]


class ExtensionMissing(InvalidInput):
    """A row has no extension, and its mail address belongs to no account."""

    mail: str


class MailAmbiguous(InvalidInput):
    """A row without extension has a mail address that several accounts have."""

    mail: str


class PasswordLengthWrong(InvalidInput):
    """The service asks for a longer or shorter password."""

    account: str
    shortest: str
    longest: str


class MsisdnNotAccepted(Refused):
    """The service knows no MSISDN instead of id and password (B-A3)."""

    account: str
    service: str


class Written(NamedTuple):
    """What became of one account: its extension, what changed, what to tell."""

    extension: str
    state: State
    fields: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


def about(customer_id: str, extension: str, field: str) -> str:
    """Return what a sealed field of an account is bound to."""
    return f"account {customer_id}/{extension} {field}"


def open_secret(keys: Sealer, row: Known, field: str) -> str:
    """Return a secret field of an account's row, '' where there is none."""
    sealed = getattr(row, f"{field}_sealed")
    if sealed is None:
        return ""
    return keys.open(sealed, about(row.customer_id, row.extension, field)).decode()


class AccountWriter:
    """Writes accounts of one customer within one unit of work.

    Call `look_up` with the rows to come, `write` each, and `flush` at the end.
    """

    def __init__(self, work: UnitOfWork, customer_id: str, service: Service) -> None:
        self._work = work
        self.customer = customer_id
        self._service = service
        self._services: dict[int, Service] = {}
        self._keys = work.workspace.keys.accounts
        self._known: dict[str, Known] = {}
        self._by_mail: dict[str, list[str]] = {}
        self._placement = Placement(work, customer_id, service)
        ours = select(account.c.id).where(account.c.customer_id == customer_id).limit(1)
        self._has_accounts = work.connection.scalar(ours) is not None
        self._blank: dict[str, Any] = {
            **dict.fromkeys((*PLAIN_FIELDS, *SECRET_FIELDS), ""),
            "disabled": False,
            "customer_id": customer_id,
            "created_at": work.now,
            "changed_at": work.now,
        }
        self._new: list[dict[str, Any]] = []
        self._changed: list[dict[str, Any]] = []
        self._disabled: list[int] = []

    @property
    def started(self) -> tuple[int, ...]:
        """Return the numbers of contracts started for new accounts."""
        return tuple(self._placement.started)

    def knows(self, extension: str) -> bool:
        """Tell whether an account that was looked up exists."""
        return extension in self._known

    def look_up(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Read the accounts that `rows` may be about; no two of all rows name one extension."""
        self._known.clear()
        self._by_mail.clear()
        extensions = {row["extension"] for row in rows if row.get("extension")}
        if not self._has_accounts:  # a first list: there is nothing to be found by its extensions
            extensions.clear()
        mails = {row["mail"] for row in rows if not row.get("extension") and row.get("mail")}
        for column, values in ((account.c.extension, extensions), (account.c.mail, mails)):
            if values:
                ours = select(account).where(account.c.customer_id == self.customer)
                for row in self._work.connection.execute(ours.where(column.in_(values))):
                    self._known[row.extension] = row
                    self._by_mail.setdefault(row.mail, []).append(row.extension)

    def write(self, raw: Mapping[str, str]) -> Written:
        """Decide what `raw` changes and keep it for `flush`.

        Args:
            raw: Texts by field, as typed or read; fields that are not there stay as they are.

        Raises:
            FieldError: A field is not what it may be.
            OnhookError: The account may not be written.
        """
        cleaned = clean(raw)
        cleaned["extension"] = extension = self._extension(cleaned)
        known = self._known.get(extension)
        self._check_credentials(extension, cleaned, self._service_of(known))
        written = raw.get("extension", extension)
        notes = [] if written.strip() == extension else [read_as(written, extension)]
        if known is None:
            self._add(extension, cleaned)
            return Written(extension, "new", notes=tuple(notes))
        fields, stays = self._change(known, cleaned)
        if stays:
            notes.append(Note("stays-disabled", {"account": self._subject(extension)}))
        return Written(extension, "changed" if fields else "unchanged", fields, tuple(notes))

    def flush(self) -> None:
        """Store everything written so far."""
        connection = self._work.connection
        insert_many(connection, account, self._new)
        if self._changed:
            columns = [name for name in self._changed[0] if name != "row_id"]
            values: dict[str, Any] = {name: bindparam(name) for name in columns}
            query = update(account).where(account.c.id == bindparam("row_id")).values(values)
            connection.execute(query, self._changed)
        if self._disabled:
            revoke_links(self._work, accounts=self._disabled, why="account-disabled")
        self._new, self._changed, self._disabled = [], [], []

    def _extension(self, cleaned: Mapping[str, str | bool]) -> str:
        if cleaned.get("extension"):
            return str(cleaned["extension"])
        mail = str(cleaned.get("mail", ""))
        owners = self._by_mail.get(mail, [])
        if len(owners) > 1:
            raise MailAmbiguous(mail)
        if not owners or not mail:
            raise ExtensionMissing(mail)
        return owners[0]

    def _service_of(self, known: Known | None) -> Service:
        """Return the service whose rules hold: that of the account's own contract."""
        if known is None:
            return self._service
        number = known.contract_id
        if number not in self._services:
            named = find_contract(self._work, number).service
            self._services[number] = self._work.workspace.services.get(named)
        return self._services[number]

    def _check_credentials(
        self, extension: str, cleaned: Mapping[str, str | bool], service: Service
    ) -> None:
        rules = service.credentials
        if password := cleaned.get("password"):
            is_name = password in (extension, cleaned.get("auth_id"))
            self._check_password(extension, len(str(password)), rules, is_name=is_name)
        if cleaned.get("msisdn") and "msisdn" not in rules.kinds:
            refusal = MsisdnNotAccepted(self._subject(extension), service.id, rule=rules.rule)
            raise FieldError("msisdn", refusal)

    def _check_password(
        self, extension: str, length: int, credentials: Credentials, *, is_name: bool
    ) -> None:
        rules = credentials.password
        if is_name and not rules.may_equal_extension:
            refusal = PasswordIsExtension(self._subject(extension), rule=rules.rule)
            raise FieldError("password", refusal)
        if not rules.shortest <= length <= rules.longest:
            limits = (str(rules.shortest), str(rules.longest))
            wrong = PasswordLengthWrong(self._subject(extension), *limits, rule=rules.rule)
            raise FieldError("password", wrong)

    def _subject(self, extension: str) -> str:
        return f"{self.customer}/{extension}"

    def _add(self, extension: str, cleaned: Mapping[str, str | bool]) -> None:
        row = {**self._blank, **cleaned}
        row["contract_id"] = self._placement.place()
        row["disabled_at"] = self._work.now if row.pop("disabled") else None
        for field in SECRET_FIELDS:
            row[f"{field}_sealed"] = self._seal(extension, field, row.pop(field))
        self._new.append(row)

    def _change(
        self, known: Known, cleaned: Mapping[str, str | bool]
    ) -> tuple[tuple[str, ...], bool]:
        """Return the fields that change, and whether the account stays disabled all the same."""
        row = {"row_id": known.id, "changed_at": self._work.now, "disabled_at": known.disabled_at}
        row |= {field: getattr(known, field) for field in PLAIN_FIELDS}
        row |= {f"{field}_sealed": getattr(known, f"{field}_sealed") for field in SECRET_FIELDS}
        changed = []
        for field, value in cleaned.items():
            if field not in (*PLAIN_FIELDS, *SECRET_FIELDS) or self._is_same(known, field, value):
                continue
            changed.append(field)
            if field in SECRET_FIELDS:
                row[f"{field}_sealed"] = self._seal(known.extension, field, str(value))
            else:
                row[field] = value
        if cleaned.get("disabled") and known.disabled_at is None:
            changed.append("disabled")
            row["disabled_at"] = self._work.now
            self._disabled.append(known.id)
        if changed:
            self._changed.append(row)
        # An import never enables: the PBX may not know yet why it was disabled here.
        stays = "disabled" in cleaned and not cleaned["disabled"] and known.disabled_at is not None
        return tuple(changed), stays

    def _is_same(self, known: Known, field: str, value: object) -> bool:
        if not value and field in CREDENTIAL_FIELDS:
            return True
        if field in SECRET_FIELDS:
            return open_secret(self._keys, known, field) == value
        return bool(getattr(known, field) == value)

    def _seal(self, extension: str, field: str, secret: str) -> bytes | None:
        if not secret:
            return None
        return self._keys.seal(secret.encode(), about(self.customer, extension, field))
