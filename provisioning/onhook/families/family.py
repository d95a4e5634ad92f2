"""A softphone family: a folder that turns values into a kit's files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from onhook.families.carrying import Limit, Use, limits
from onhook.families.encoding import ENCODINGS
from onhook.families.errors import (
    CannotCarry,
    FileNameUnsafe,
    TemplateFails,
    TemplateTooBig,
    TooMuchToCarry,
)
from onhook.families.escaping import ESCAPERS, Uncarriable
from onhook.families.limits import within_limits
from onhook.families.manifest import MANIFEST, MOST_QR_BYTES, FileSpec, read_manifest
from onhook.families.values import SECRETS
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onhook.families.folder import Folder
    from onhook.families.manifest import Manifest
    from onhook.families.program import Program
    from onhook.families.values import Values

_SAFE_NAME: Final = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9._+-]{0,126}[A-Za-z0-9_+-]")
# Names Windows keeps for its devices, with any extension.
_DEVICE_NAME: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
SYMBOL: Final = "qr.txt"
"""What the symbol's own text is kept as."""

# Files every kit has.
_KIT_FILES: Final = frozenset({"manifest.json", "qr.png", "qr.svg", SYMBOL, "index.html"})


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One file of a kit, ready to be written. Its content is secret."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a family makes of one account's values.

    Attributes:
        files: In the manifest's order; the first is what a link delivers.
        qr: What the symbol holds, in ASCII; None where it holds the link.
    """

    files: tuple[RenderedFile, ...]
    qr: str | None = field(repr=False)


class _FilePrograms(NamedTuple):
    spec: FileSpec
    name: Program
    body: Program


class _Compiled(NamedTuple):
    files: tuple[_FilePrograms, ...]
    qr: Program | None
    limits: tuple[Limit, ...]

    def programs(self) -> Iterator[Program]:
        for file in self.files:
            yield file.name
            yield file.body
        if self.qr is not None:
            yield self.qr


class Family:
    """One family. The manifest is read at once, templates are compiled at first use.

    Args:
        folder: Where it lies.

    Attributes:
        manifest: What it states of itself.
        not_held: What the client cannot hold, by variable, with the reason: for sheets and docs.

    Raises:
        FamilyFileMissing, FamilyUnreadable, ManifestSyntaxWrong, ManifestKeyMissing,
        ManifestKeyUnknown, ManifestValueWrong: The manifest is not what it should be.
    """

    def __init__(self, folder: Folder) -> None:
        stated = read_manifest(folder)
        self.folder = folder
        self.manifest: Manifest = stated.manifest
        self.not_held: Mapping[str, str] = stated.not_held
        self._rules = stated.rules

    def __repr__(self) -> str:
        return f"Family({self.name!r})"

    @property
    def name(self) -> str:
        """Return the name, which is the folder's too."""
        return self.manifest.name

    def deep_link(self, url: str) -> str:
        """Return what opens the client with the link `url` in its hand; '' where nothing does."""
        form = self.manifest.deep_link
        return "" if form is None else form.replace("{url}", url)

    @property
    def has_inline_qr(self) -> bool:
        """Tell whether the symbol holds the settings themselves, not a link."""
        return self.manifest.qr.payload == "inline"

    @property
    def has_secret_in_qr(self) -> bool:
        """Tell whether a photograph of the symbol gives the account away for ever."""
        program = self._compiled.qr
        return program is not None and not SECRETS.isdisjoint(program.uses)

    @property
    def uses(self) -> frozenset[str]:
        """Return the variables its templates really use."""
        return frozenset().union(*(program.uses for program in self._compiled.programs()))

    def compile(self) -> None:
        """Compile all templates now; else the first rendering does.

        Raises:
            FamilyFileMissing, FamilyUnreadable, TemplateSyntaxWrong, VariableUnknown,
            TemplateForbidden: A template is not what it should be; named with its line.
        """
        _ = self._compiled

    def refusals(self, values: Values) -> list[CannotCarry]:
        """Return every reason why this family cannot carry `values`; empty when it can.

        Raises:
            OnhookError: The templates cannot be compiled; see `compile`.
        """
        return self._refused(values) or self._outgrown(values)

    def _refused(self, values: Values) -> list[CannotCarry]:
        broken = [limit for limit in self._compiled.limits if not limit.accepts(values)]
        return [error for limit in broken for error in limit.refusals(self.name, values)]

    def render(self, values: Values) -> Rendering:
        """Return the files and the symbol's text for one account on one device.

        Raises:
            CannotCarry: A format has no way to write a value; nothing was rendered.
            TemplateFails, TemplateForbidden, TemplateTooSlow, TemplateTooBig, TemplateTooHungry,
                FileNameUnsafe: A template does what it should not; named with its line.
            OnhookError: The templates cannot be compiled; see `compile`.
        """
        for refusal in self._refused(values):
            raise refusal
        files, qr = self._rendered(values)
        if len({file.name.casefold() for file in files}) < len(files):
            raise self._unsafe(values, files[-1].name)
        return Rendering(files, qr)

    def _rendered(self, values: Values) -> tuple[tuple[RenderedFile, ...], str | None]:
        with within_limits(self.folder.place(MANIFEST), is_trusted=self.folder.is_shipped):
            files = tuple(self._file(programs, values) for programs in self._compiled.files)
            return files, self._qr(values)

    def _outgrown(self, values: Values) -> list[CannotCarry]:
        """Return what is more than the client reads: only rendering tells."""
        sizes = (self.manifest.qr.max_bytes, *(spec.max_bytes for spec in self.manifest.files))
        if not any(sizes):
            return []
        try:
            self._rendered(values)
        except TooMuchToCarry as error:
            return [error]
        except OnhookError:
            return []  # a fault of the template: rendering tells it
        return []

    def _file(self, programs: _FilePrograms, values: Values) -> RenderedFile:
        spec = programs.spec
        name = self._text(programs.name, values)
        if not is_safe_name(name):
            raise self._unsafe(values, name)
        text = self._text(programs.body, values)
        try:
            content = ENCODINGS[spec.encoding].encode(text)
        except UnicodeEncodeError:  # values were looked at before: it is the template's own text
            raise TemplateFails(programs.body.file, 1, f"not {spec.encoding}") from None
        if spec.max_bytes is not None and len(content) > spec.max_bytes:
            raise TooMuchToCarry(values.account, self.name, name, str(spec.max_bytes))
        return RenderedFile(name, spec.media_type, content)

    def _qr(self, values: Values) -> str | None:
        program = self._compiled.qr
        if program is None:
            return None
        text = self._text(program, values)
        if not text.isascii():  # readers disagree about anything else
            raise TemplateFails(program.file, 1, "not ascii")
        most = self.manifest.qr.max_bytes
        if most is not None and len(text) > most:
            raise TooMuchToCarry(values.account, self.name, "QR", str(most))
        if len(text) > MOST_QR_BYTES:
            raise TemplateTooBig(program.file, MOST_QR_BYTES)
        return text

    def _text(self, program: Program, values: Values) -> str:
        try:
            return program(values)
        except (OnhookError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - a template can raise whatever Python can
            fault = self._fault(error, program, values)
            error.__traceback__ = None  # its frames hold values, and all the template took
            raise fault from None

    def _fault(self, error: Exception, program: Program, values: Values) -> OnhookError:
        from onhook.families.faults import fault_of, place_of  # noqa: PLC0415 - start-up time

        if not isinstance(error, Uncarriable):
            return fault_of(error, program.file)
        place = "{}:{}".format(*place_of(error, program.file))
        return CannotCarry(values.account, self.name, place, error.kind.notation)

    def _unsafe(self, values: Values, name: str) -> FileNameUnsafe:
        return FileNameUnsafe(values.account, self.folder.place(MANIFEST), name)

    @cached_property
    def _compiled(self) -> _Compiled:
        from onhook.families.compiling import Compiler  # noqa: PLC0415 - start-up time

        compiler = Compiler(self.folder)
        files = tuple(
            _FilePrograms(spec, compiler.name(spec), compiler.body(spec))
            for spec in self.manifest.files
        )
        qr = compiler.qr(self.manifest.qr)
        return _Compiled(files, qr, limits(_uses(self.manifest, files, qr), self._rules))


def _uses(
    manifest: Manifest, files: tuple[_FilePrograms, ...], qr: Program | None
) -> Iterator[Use]:
    """Yield what each file and the symbol use, with what their forms cannot write."""
    for file in files:
        encoding = ENCODINGS[file.spec.encoding]
        refuses = (*ESCAPERS[file.spec.escaping].refuses, *encoding.refuses)
        yield Use(file.body.uses, refuses, encoding.unit_bytes)
        yield Use(file.name.uses, ())
    if qr is not None and manifest.qr.escaping is not None:
        escaper = ESCAPERS[manifest.qr.escaping]
        plain = () if escaper.writes_ascii else ENCODINGS["ascii"].refuses
        yield Use(qr.uses, (*escaper.refuses, *plain))


def is_safe_name(name: str) -> bool:
    """Tell whether a file may have this name: everywhere, and beside a kit's own files."""
    return (
        _SAFE_NAME.fullmatch(name) is not None
        and _DEVICE_NAME.fullmatch(name) is None
        and name.casefold() not in _KIT_FILES
    )
