"""Put awkward values into every variable of a family in turn, and read back what comes of them.

Each value has to be refused by name (`CannotCarry`), or the files have to be well-formed and hold
it wherever they hold an unmistakable one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from onhook.families.errors import CannotCarry, TemplateTooHungry, TemplateTooSlow
from onhook.families.proving.accounts import ordinary
from onhook.families.proving.awkward import AWKWARD, PLAIN
from onhook.families.proving.errors import NothingToTry, OutputNotWellFormed
from onhook.families.proving.finding import (
    ALL_READINGS,
    AS_IT_IS,
    PERCENT_DECODED,
    holds,
    spots,
)
from onhook.families.proving.findings import Findings
from onhook.families.proving.reading import NotWellFormed, first_that_reads, readers
from onhook.families.sources import filters
from onhook.families.values import EXAMPLE
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onhook.families.encoding import EncodingName
    from onhook.families.family import Family
    from onhook.families.proving.awkward import Awkward
    from onhook.families.proving.finding import Readings, Spot
    from onhook.families.proving.reading import Leaves, Reader
    from onhook.families.values import Values


_NESTING: Final = frozenset({"nested", "percent", "sip_quoted", "sip_user", "written"})


class _Form(NamedTuple):
    """What one file of a family, or its symbol, is written in, and what may read it.

    Attributes:
        template: Its path in the family's folder.
        encoding: Of its bytes.
        readers: What may read the file, the strictest first.
        readings: What a client may do with a text in it.
    """

    template: str
    encoding: EncodingName
    readers: tuple[Reader, ...]
    readings: Readings


class _File(NamedTuple):
    """One file of an account, with the reader that makes sense of it."""

    number: int
    form: _Form
    read: Reader


class _Ground(NamedTuple):
    """An ordinary account, and where its files hold the variable on trial."""

    values: Values
    variable: str
    spots: dict[_File, list[Spot]]


class _Hopeless(Exception):
    """A template took all the time or memory there is: it is tried no further."""


class Trial:
    """One family on trial.

    Attributes:
        carried: How many awkward values were written and read back.
        refused: How many were refused by name.
    """

    def __init__(self, family: Family) -> None:
        self.carried = 0
        self.refused = 0
        self._family = family
        self._forms = tuple(_forms(family))
        self._findings = Findings(family.folder)

    def run(self) -> list[OnhookError]:
        """Try every value in every variable, over each ordinary account; return all faults."""
        try:
            for values in self._accounts():
                self._try_account(values)
        except _Hopeless:
            pass  # noted already
        return self._findings.faults()

    def _accounts(self) -> list[Values]:
        accounts = ordinary(self._family)
        if not accounts:
            refused = {error.field for error in self._family.refusals(EXAMPLE)}
            self._findings.add(NothingToTry(self._family.name, ", ".join(sorted(refused))))
        return accounts

    def _try_account(self, values: Values) -> None:
        files = self._files(values)
        for variable in sorted(self._family.uses) if files else ():
            ground = _Ground(values, variable, self._spots(values, variable, files))
            for awkward in AWKWARD[variable]:
                self._try(ground, awkward)

    def _try(self, ground: _Ground, awkward: Awkward) -> None:
        written = self._written(_with(ground.values, ground.variable, awkward.value))
        if written is None:
            return
        self.carried += 1
        for file, expected in ground.spots.items():
            self._compare(written[file.number], file, expected, ground.variable, awkward)

    def _compare(
        self, content: bytes, file: _File, expected: list[Spot], variable: str, awkward: Awkward
    ) -> None:
        try:
            leaves = file.read(content, file.form.encoding)
        except NotWellFormed as fault:
            self._findings.breaks(file.form.template, variable, awkward.shown, fault.reason)
            return
        value, readings = str(awkward.value), file.form.readings
        if awkward.is_kept and not all(holds(leaves, spot, value, readings) for spot in expected):
            self._findings.loses(file.form.template, variable, awkward.shown)

    def _files(self, values: Values) -> list[_File]:
        """Return an ordinary account's files that some reader reads; the rest are faults."""
        files = []
        for number, content in enumerate(self._written(values) or ()):
            form = self._forms[number]
            try:
                read = first_that_reads(form.readers, content, form.encoding)
                files.append(_File(number, form, read))
            except NotWellFormed as fault:
                place = self._family.folder.place(form.template)
                self._findings.add(OutputNotWellFormed(place, fault.line, fault.reason))
        return files

    def _spots(self, values: Values, variable: str, files: list[_File]) -> dict[_File, list[Spot]]:
        """Return where each file holds the variable, as an unmistakable value in it shows."""
        for plain in PLAIN:
            given = _with(values, variable, plain)
            if not isinstance(getattr(values, variable), str) or self._family.refusals(given):
                continue
            written = self._written(given)
            found = {file: spots(_leaves(file, written), plain) for file in files if written}
            if any(found.values()):  # a template that makes a number of it shows the digits only
                return found
        return {file: [] for file in files}

    def _written(self, values: Values) -> list[bytes] | None:
        """Return each file's content, then the symbol's; None where it is refused or fails."""
        try:
            rendering = self._family.render(values)
        except CannotCarry:
            self.refused += 1
        except OnhookError as error:
            self._findings.add(error)
            if isinstance(error, TemplateTooSlow | TemplateTooHungry):
                raise _Hopeless from None
        else:
            symbol = [] if rendering.qr is None else [rendering.qr.encode()]
            return [*(file.content for file in rendering.files), *symbol]
        return None


def _with(values: Values, variable: str, value: Any) -> Values:
    changes = {variable: value}
    return replace(values, **changes)


def _leaves(file: _File, written: list[bytes]) -> Leaves:
    try:
        return file.read(written[file.number], file.form.encoding)
    except NotWellFormed:
        return {}  # the variable is no text to this family; see what awkward values do


def _forms(family: Family) -> Iterator[_Form]:
    for spec in family.manifest.files:
        reading = _readings(family, spec.template, spec.escaping)
        yield _Form(spec.template, spec.encoding, readers(spec.escaping, spec.media_type), reading)
    qr = family.manifest.qr
    if qr.template is not None and qr.escaping is not None:
        reading = _readings(family, qr.template, qr.escaping)
        yield _Form(qr.template, "ascii", readers(qr.escaping, ""), reading)


def _readings(family: Family, template: str, escaping: str) -> Readings:
    """Return what a client does with the texts: where formats nest, one of many things."""
    if not _NESTING.isdisjoint(filters(family.folder, template)):
        return ALL_READINGS
    return PERCENT_DECODED if escaping == "uri" else AS_IT_IS
