"""A family's samples: values, and what must come of them."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field, fields
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from onhook.families.errors import FamilyFileMissing, SampleDiffers
from onhook.families.manifest import read, read_toml
from onhook.families.values import EXAMPLE, Values
from onhook_devices.errors import OnhookError
from onhook_devices.schema import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onhook.families.family import Family
    from onhook.families.folder import Folder

SAMPLES: Final = "samples"
VALUES: Final = "values.toml"
QR: Final = "qr.txt"


@dataclass(frozen=True, slots=True)
class Sample:
    """One folder ``samples/<name>``: ``values.toml`` and the expected files.

    Attributes:
        folder: Its path in the family's folder.
        values: What ``values.toml`` states, over `EXAMPLE`.
        expected: Content by file name; ``qr.txt`` is the symbol's text.
    """

    folder: str
    values: Values
    expected: Mapping[str, bytes] = field(repr=False)


def samples(folder: Folder) -> Iterator[Sample]:
    """Yield the samples of a family's folder.

    Raises:
        FamilyFileMissing: One has no ``values.toml``.
        ManifestSyntaxWrong, ManifestKeyUnknown, ManifestValueWrong: Its values are wrong.
    """
    for name in folder.folders(SAMPLES):
        yield _sample(folder, f"{SAMPLES}/{name}")


def _sample(folder: Folder, inside: str) -> Sample:
    values = _values(folder, f"{inside}/{VALUES}")
    expected = [file for file in folder.files(inside) if file != VALUES]
    contents = {file: folder.read(f"{inside}/{file}") for file in expected}
    return Sample(inside, values, contents)


def check_samples(family: Family) -> list[OnhookError]:
    """Return every fault of every sample; empty when the family writes what they show.

    Values that cannot be read and a rendering that fails are faults like a difference: no sample
    hides another's.
    """
    return [
        fault
        for name in family.folder.folders(SAMPLES)
        for fault in _faults(family, f"{SAMPLES}/{name}")
    ]


def sample_values(folder: Folder) -> list[Values]:
    """Return the values of all samples that can be read."""
    found = []
    for name in folder.folders(SAMPLES):
        with contextlib.suppress(OnhookError):
            found.append(_values(folder, f"{SAMPLES}/{name}/{VALUES}"))
    return found


def _faults(family: Family, inside: str) -> list[OnhookError]:
    try:
        return list(_differences(family, _sample(family.folder, inside)))
    except OnhookError as error:
        return [error]


def _differences(family: Family, sample: Sample) -> Iterator[OnhookError]:
    rendering = family.render(sample.values)
    written = {file.name: file.content for file in rendering.files}
    if rendering.qr is not None:
        written[QR] = rendering.qr.encode()
    for name in sorted(written.keys() | sample.expected.keys()):
        file = family.folder.place(f"{sample.folder}/{name}")
        if name not in sample.expected:
            yield FamilyFileMissing(file)
        elif written.get(name) != (expected := sample.expected[name]):
            yield SampleDiffers(file, _first_difference(written.get(name, b""), expected))


def _first_difference(written: bytes, expected: bytes) -> int:
    lines = zip_longest(written.split(b"\n"), expected.split(b"\n"))
    return next(number for number, (ours, theirs) in enumerate(lines, 1) if ours != theirs)


def _values(folder: Folder, file: str) -> Values:
    """Return the values a TOML file states, over the example's."""
    example = {f.name: getattr(EXAMPLE, f.name) for f in fields(EXAMPLE)}
    given = {**example, "barred_numbers": list(EXAMPLE.barred_numbers), **read_toml(folder, file)}
    return read(Values, given, Place(folder.place(file)))
