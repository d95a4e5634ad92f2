"""Prove a family: its templates can be compiled, its samples hold, awkward values come through.

Everything wrong is collected, not the first thing only, and no family hides another's faults.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from onhook.families.compiling import Compiler
from onhook.families.errors import VariableUnknown
from onhook.families.proving.findings import once
from onhook.families.proving.trying import Trial
from onhook.families.samples import SAMPLES, check_samples
from onhook.families.sources import templates, unknown_variables
from onhook_devices.errors import OnhookError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onhook.families.collection import Families
    from onhook.families.family import Family


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found out about one family.

    Attributes:
        family: Its name.
        faults: Everything wrong with it; empty where all is well.
        samples: How many samples it has.
        carried: How many awkward values were written and read back, over all accounts tried.
        refused: How many were refused by name.
    """

    family: str
    faults: tuple[OnhookError, ...]
    samples: int = 0
    carried: int = 0
    refused: int = 0


def prove(families: Families, name: str) -> Proof:
    """Return what is wrong with the family `name`, if anything.

    Raises:
        FamilyUnknown: There is none of that name.
    """
    families.is_shipped(name)
    try:
        family = families.get(name)
        samples = len(list(family.folder.folders(SAMPLES)))
    except OnhookError as error:
        return Proof(name, (error,))
    broken = [fault for make in _programs(family) for fault in _faults_of(family, *make)]
    if broken:
        return Proof(name, tuple(once(broken)), samples)
    trial = Trial(family)
    faults = once([*check_samples(family), *trial.run()])
    return Proof(name, tuple(faults), samples, trial.carried, trial.refused)


def _programs(family: Family) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield each of a family's templates (``""``: a file's name) with what compiles it."""
    compiler = Compiler(family.folder)
    for spec in family.manifest.files:
        yield "", partial(compiler.name, spec)
        yield spec.template, partial(compiler.body, spec)
    if family.manifest.qr.template is not None:
        yield family.manifest.qr.template, partial(compiler.qr, family.manifest.qr)


def _faults_of(family: Family, template: str, compile_: Callable[[], object]) -> list[OnhookError]:
    try:
        compile_()
    except VariableUnknown as first:
        return [*_all_unknown(family, template)] or [first]
    except OnhookError as error:
        return [error]
    return []


def _all_unknown(family: Family, template: str) -> Iterator[VariableUnknown]:
    """Yield every unknown variable of a template and of those it refers to."""
    for source in templates(family.folder, template):
        yield from unknown_variables(family.folder, source)
