"""Put a learned family into the operator's folder: staged, proved, and moved there whole."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Final

from onhook.families import Families, check_samples
from onhook.families.samples import SAMPLES, VALUES
from onhook.files import disk_faults, make_private_folder, sync_folder, write_new
from onhook.learning.errors import FamilyExists, ProofFailed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onhook.families import Family, Values

_STAGING: Final = ".learning-"
_EXAMPLE: Final = f"{SAMPLES}/example"


@contextmanager
def staged(operator: Path, name: str, files: Mapping[str, str]) -> Iterator[Family]:
    """Write a family beside its place, and hand it out to be tried; it is gone at the end.

    Args:
        operator: The folder of the operator's families.
        name: The family's name.
        files: Text by path inside the family's folder.

    Raises:
        StorageFault: The disk is full, or may not be written to.
        OnhookError: It cannot be read as a family.
    """
    with disk_faults(operator):
        make_private_folder(operator)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=operator))  # mode 0700
    try:
        with disk_faults(operator):
            for path, text in files.items():
                _write(staging / name / path, text.encode())
        yield Families(staging).get(name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def prove(family: Family, values: Values, content: bytes, file: str) -> None:
    """Make sure that `family` gives back the very bytes it was learned from.

    Args:
        family: The learned family.
        values: The sample's account's.
        content: The sample.
        file: Its path, for people.

    Raises:
        ProofFailed: It does not; with the first line that differs.
        OnhookError: It cannot be rendered at all.
    """
    (rendered,) = family.render(values).files
    if rendered.content != content:
        lines = zip_longest(rendered.content.split(b"\n"), content.split(b"\n"))
        differ = (number for number, (ours, theirs) in enumerate(lines, 1) if ours != theirs)
        raise ProofFailed(file, next(differ))


def add_example(family: Family, values: Values, stated: str) -> None:
    """Give `family` a sample made of an invented account; ``template check`` compares with it.

    Raises:
        StorageFault: The disk is full, or may not be written to.
        OnhookError: The invented account cannot be rendered.
    """
    folder = Path(family.folder.place(_EXAMPLE))
    (rendered,) = family.render(values).files
    with disk_faults(folder):
        _write(folder / VALUES, stated.encode())
        _write(folder / rendered.name, rendered.content)
    for difference in check_samples(family):
        raise difference


def publish(family: Family, operator: Path, *, replace: bool) -> Path:
    """Move a staged family to its place; return that.

    Raises:
        FamilyExists: There is one already, and it is not to be replaced.
        StorageFault: The disk may not be written to.
    """
    made, place = Path(family.folder.place("manifest.toml")).parent, operator / family.name
    with disk_faults(operator):
        if replace and os.path.lexists(place):
            _swap(made, place)
        else:
            _move(made, place)
        sync_folder(operator)
    return place


def _move(made: Path, place: Path) -> None:
    try:
        made.rename(place)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise FamilyExists(place.name) from None
        raise


def _swap(made: Path, place: Path) -> None:
    before = made.with_name(".replaced")  # goes with the staging folder
    place.rename(before)
    try:
        _move(made, place)
    except BaseException:
        before.rename(place)
        raise


def _write(path: Path, content: bytes) -> None:
    make_private_folder(path.parent)
    write_new(path, content)
