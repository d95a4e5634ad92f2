"""What was learned from other programs' files passes ``template check`` like any family."""

from pathlib import Path

import pytest

from onhook.families import Families
from onhook.families.proving import prove
from tests.learning.studying import HANAKO, TARO, family_of, second, studied
from tests.learning.writers import WRITERS, Writer


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.name)
def test_a_learned_family_passes(writer: Writer, tmp_path: Path) -> None:
    one = studied(writer.write(TARO), TARO, file=writer.file, **writer.hints)
    one = one.confirmed(second(writer.write(HANAKO), HANAKO))
    name = family_of(one, tmp_path).name
    proof = prove(Families(tmp_path), name)

    assert proof.faults == ()
    assert proof.samples == 1
    assert proof.carried > 100
