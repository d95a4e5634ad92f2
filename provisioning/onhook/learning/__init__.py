"""Learn a softphone's format from one file that the operator's PBX made.

The account the file was made for is known, so its values can be found in the file and replaced by
variables; what is left is the format. Nothing is guessed: what could be one thing or another is
asked, and the family is written only if it gives the sample back byte by byte. ``docs/learning.md``
is the installer's guide.

    one = study(read_sample(path), values, read_answers(["12:5=extension"]), Hints())
    for question in one.questions(): ...
    make_family(one, Plan("office", workspace / "templates"))
"""

from onhook.learning.answers import Answer, read_answer, read_answers
from onhook.learning.confirming import Second
from onhook.learning.fields import Differing
from onhook.learning.judging import Question
from onhook.learning.known import known_of
from onhook.learning.making import Plan, free_name, make_family, refusals
from onhook.learning.source import Source, read_sample
from onhook.learning.study import Hints, Replaced, Study, study

__all__ = [
    "Answer",
    "Differing",
    "Hints",
    "Plan",
    "Question",
    "Replaced",
    "Second",
    "Source",
    "Study",
    "free_name",
    "known_of",
    "make_family",
    "read_answer",
    "read_answers",
    "read_sample",
    "refusals",
    "study",
]
