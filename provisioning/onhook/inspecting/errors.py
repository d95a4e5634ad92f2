"""What stops an inspection, and how one ends that found faults.

::

    InvalidInput
    ├── FindingsWrong       something is wrong with what was inspected
    ├── InspectEmpty        the file holds nothing
    ├── InspectTooLarge     no config is that large
    ├── InspectNoFile       a folder, a device, a pipe
    ├── PictureWithoutCode  no QR code was found in the picture
    ├── PictureTooLarge     more pixels than any phone takes
    ├── PictureUnreadable   it begins as a picture and is none
    └── PictureOfOtherKind  HEIC, PDF, SVG ...: not read here
    NotFound
    └── InspectMissing      no such file
    StorageFault
    ├── InspectUnreadable   the operating system refuses
    └── PictureReaderMissing  onhook was installed without what reads pictures

No error shows what a file or a symbol holds: it may be a password.
"""

from __future__ import annotations

from onhook_devices.errors import InvalidInput, NotFound, StorageFault


class FindingsWrong(InvalidInput):
    """Something is wrong with what was inspected; the findings say what."""

    file: str
    count: int


class InspectMissing(NotFound):
    """There is no such file."""

    file: str


class InspectNoFile(InvalidInput):
    """It is a folder, a device, a pipe or a socket."""

    file: str


class InspectUnreadable(StorageFault):
    """The operating system does not let us read the file."""

    file: str
    reason: str


class InspectEmpty(InvalidInput):
    """The file holds nothing."""

    file: str


class InspectTooLarge(InvalidInput):
    """The file is larger than any config or picture; it was not read to its end."""

    file: str
    most: str


class PictureReaderMissing(StorageFault):
    """The libraries that read pictures are not installed."""

    file: str


class PictureWithoutCode(InvalidInput):
    """No QR code can be made out in the picture."""

    file: str


class PictureTooLarge(InvalidInput):
    """The picture has more pixels than a phone takes: perhaps a bomb."""

    file: str
    most: str


class PictureUnreadable(InvalidInput):
    """It begins as a picture does, and cannot be read as one."""

    file: str


class PictureOfOtherKind(InvalidInput):
    """A picture or page of a kind that is not read here."""

    file: str
    kind: str
