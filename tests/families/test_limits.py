"""No template takes the machine's time or memory, and what it is told for names file and line."""

import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from onhook.families.errors import TemplateSyntaxWrong, TemplateTooHungry, TemplateTooSlow
from onhook_devices.errors import OnhookError
from tests.families.making import family_of, text_of, values

BIG = "\n{% set b = 'x' * 1000000 %}{% set n = namespace(x='aaaaaaaa', l=[b]) %}\n"
EATERS = {
    "a text doubled by ~": "{% for i in range(40) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "a wide separator": "{{ range(10000)|join(b) }}",
    "a captured block": "{% set x %}{% for i in range(9999) %}{{ b }}{% endfor %}{% endset %}",
    "a macro": (
        "{% macro m() %}{% for i in range(9999) %}{{ b|upper }}{% endfor %}{% endmacro %}{{ m() }}"
    ),
    "a list of long texts": "{% for i in range(9999) %}{% set n.l = n.l + [b|upper] %}{% endfor %}",
    "a list as text": "{{ ([b] * 1000)|string|length }}",
    "keys to sort by": "{{ ([b] * 100000)|sort|length }}",
}


TIMES = 5
BROKEN = "{% set n.l = [b|upper] * 100 %}{{ 1 / 0 }}"
RENDER_ALL = """
import re, sys
from pathlib import Path
from onhook.families import EXAMPLE, Families
from onhook_devices.errors import OnhookError
families, faults = Families(Path(sys.argv[1])), []
for name in families.names() * int(sys.argv[2]):
    if families.is_shipped(name):
        continue
    try:
        families.get(name).render(EXAMPLE)
    except OnhookError as error:
        faults.append(error)
print(*(fault.code() for fault in faults))
print(re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1])
"""  # getrusage would tell the most its parent ever had


def fault_of(folder: Path, template: str) -> OnhookError:
    with pytest.raises(OnhookError) as failed:
        family_of(folder, template, escaping="none").render(values())
    return failed.value


@pytest.mark.parametrize("eater", EATERS)
def test_a_template_that_eats_memory_is_stopped(tmp_path: Path, eater: str) -> None:
    fault = fault_of(tmp_path, BIG + EATERS[eater])

    assert isinstance(fault, TemplateTooHungry)
    assert fault.file.endswith("mine/account.j2")
    assert fault.line == 3


@pytest.mark.parametrize("eater", [*EATERS.values(), BROKEN])
def test_nothing_stays_of_a_template_that_was_stopped(tmp_path: Path, eater: str) -> None:
    fault = fault_of(tmp_path, BIG + eater)

    assert fault.__cause__ is None
    assert fault.__context__ is not None
    assert fault.__context__.__traceback__ is None  # its frames would hold what was taken


@pytest.mark.in_ci
def test_a_batch_that_keeps_its_faults_keeps_nothing_that_was_taken(tmp_path: Path) -> None:
    families = {f"eater-{number}": BIG + eater for number, eater in enumerate(EATERS.values())}
    for name, template in families.items():
        family_of(tmp_path, template, escaping="none", name=name)
    ran = subprocess.run(
        [sys.executable, "-c", RENDER_ALL, str(tmp_path), str(TIMES)],
        capture_output=True,
        check=True,
        text=True,
    )
    *faults, kilobytes = ran.stdout.split()

    assert faults == ["template-too-hungry"] * len(EATERS) * TIMES
    assert int(kilobytes) < 400 * 1024


def test_the_limit_of_memory_is_the_templates_alone(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    fault_of(tmp_path, BIG + EATERS["a wide separator"])

    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert text_of(family_of(tmp_path, "{{ extension }}", name="other")) == "101"


def test_another_thread_leaves_the_process_its_memory(tmp_path: Path) -> None:
    family, before = family_of(tmp_path, "{{ extension }}"), resource.getrlimit(resource.RLIMIT_AS)
    thread = threading.Thread(target=family.render, args=(values(),))
    thread.start()
    thread.join()

    assert resource.getrlimit(resource.RLIMIT_AS) == before


@pytest.mark.parametrize(
    "template",
    [
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ extension" + "|upper" * 5000 + " }}",
        "{{ " + "1 + " * 50000 + "1 }}",
        "{% if extension %}" * 150 + "{% endif %}" * 150,
        "{% for a in 'b' %}" * 30 + "{% endfor %}" * 30,
        "{{ " + "9" * 5000 + " }}",
    ],
    ids=["brackets", "filters", "sum", "ifs", "loops", "number"],
)
def test_what_is_too_deep_or_too_long_for_python_is_the_templates_fault(
    tmp_path: Path, template: str
) -> None:
    fault = fault_of(tmp_path, template)

    assert isinstance(fault, TemplateSyntaxWrong)
    assert fault.file.endswith("mine/account.j2")


def test_a_template_that_takes_for_ever_to_compile_is_stopped(tmp_path: Path) -> None:
    fault = fault_of(tmp_path, "{{ extension }}\n" * 65000)

    assert isinstance(fault, TemplateTooSlow)
    assert fault.file.endswith("mine/account.j2")
