"""The study's own schedule: whole, word for word, and known to the code by nothing but its file."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from interview_tui.schedule.check import check
from interview_tui.schedule.crosswalk import read_crosswalk
from interview_tui.schedule.model import Consent, Schedule
from interview_tui.schedule.reader import read_schedule_file
from tests.schedule.forms import REPOSITORY, SHARED, STUDY_SCHEDULE

CROSSWALK = STUDY_SCHEDULE.with_name("political-mentoring.crosswalk.yaml")
VOCABULARY = re.compile(r"\b(mentor|mentee|formal|informal)s?\b", re.IGNORECASE)

HEADINGS = {
    "interview schedule (mentors/mentees)",
    "experience of mentoring",
    "general questions about mentoring",
    "critical incidents",
    "first session",
    "following sessions",
    "outcome",
    "impact",
    "final questions",
}
REWORDED = {
    # instructions to the interviewer, which are not read aloud
    "brief overview of project and interview structure, confidentiality and tape-recording of interview.": (
        "brief overview of the project."
    ),
    # one word for the other person, who is named by then
    "how did you establish expectations between the mentor/mentee?": (
        "how did you establish expectations between you and your mentor/mentee?"
    ),
    # the round for the difficult incident, whose opening question is asked in full
    "repeat for one incident which you felt did not go well, or you found very difficult": (
        "can you think of one incident during this mentoring "
        "which you felt did not go well, or you found very difficult?"
    ),
}
"""What stands otherwise than in the study's document, and how."""


def plain(text: str) -> str:
    """A text with plain quotation marks, no dashes, and single spaces."""
    text = re.sub(r"[‘’]", "'", text.replace("${other}", "mentor/mentee").lower())
    text = re.sub(r"\s+–\s+|,\s+", " ", text)
    return re.sub(r"\s+(?=[?.])", "", " ".join(text.split())).replace("....", "...")


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    return read_schedule_file(STUDY_SCHEDULE)


def test_it_loads_without_a_warning(schedule: Schedule) -> None:
    assert check(schedule, str(STUDY_SCHEDULE)) == []


def test_it_is_laid_out_as_the_study_holds_it(schedule: Schedule) -> None:
    assert [section.id for section in schedule.sections] == [
        "opening", "experience_section", "general", "critical", "informal_learning", "final", "close",
    ]  # fmt: skip
    assert schedule.incident_loop() == "incident"
    assert schedule.parent_loop("incident") == "relationship"
    assert [need.key for need in schedule.needs] == ["event", "action", "feeling", "outcome"]
    assert {located.item.consent for located in schedule.walk()} == {None, *Consent}


def test_every_question_of_the_studys_document_is_in_it_word_for_word(schedule: Schedule) -> None:
    documents = sorted((SHARED / "seeds").glob("001_*.txt"))
    if not documents:
        pytest.skip(f"the study's document is not at {SHARED / 'seeds'}")
    said = {plain(line) for located in schedule.walk() for line in _texts(located.item)}
    expected = [plain(question) for question in _questions(documents[0].read_text(encoding="utf-8"))]
    assert len(expected) > 50
    reworded = {plain(theirs): plain(ours) for theirs, ours in REWORDED.items()}
    assert [question for question in expected if reworded.get(question, question) not in said] == []


def _texts(item: object) -> list[str]:
    lines = [getattr(item, "text", ""), *(line.text for line in getattr(item, "checklist", ()))]
    return [sentence for line in lines for sentence in (line, *_sentences(line))]


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in re.findall(r"[^?]+\?", text)]


def _questions(document: str) -> list[str]:
    """The lines of the study's document without bullets, headings, and what it puts in brackets for the interviewer."""
    instructions = re.compile(r"\((?:She will|If yes|If not|Remember|probe why|frequency)[^()]*(?:\([^()]*\)[^()]*)*\)")
    found: list[str] = []
    for line in re.sub(r"\(If yes.*?\)\.|\(Remember.*?\)\.", "", document, flags=re.DOTALL).splitlines():
        text = instructions.sub("", line).strip(" ·\t")
        if text and plain(text) not in HEADINGS:
            several = text.count("?") > 1 or text.startswith("I’d like")
            found += [part.strip() for part in re.split(r"(?<=[?.])\s+(?=[A-Z])", text)] if several else [text]
    return found


def test_the_crosswalk_knows_every_question_of_the_calls(schedule: Schedule) -> None:
    crosswalk = read_crosswalk(CROSSWALK.read_text(encoding="utf-8"), str(CROSSWALK), schedule)
    questions = SHARED / "bench" / "calls" / "QUESTIONS.md"
    if not questions.exists():
        pytest.skip(f"the calls' questions are not at {questions}")
    foreign = re.findall(r"^\| ([a-z_]+(?:\.[a-z_]+)+) \|", questions.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(foreign) == 56
    assert list(crosswalk.entries) == foreign
    places = [crosswalk.entries[name] for name in foreign]
    assert [crosswalk.foreign_of(place.item, place.round_key, place.line) for place in places] == foreign


def spoken_code(path: Path) -> list[str]:
    """The names and strings of a module, what is documentation left aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    strings = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]
    names = [
        name
        for node in ast.walk(tree)
        for name in (getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", ""))
    ]
    return [*strings, *(name.replace("_", " ") for name in names if isinstance(name, str))]


@pytest.mark.parametrize(
    "path", sorted((REPOSITORY / "interview_tui").rglob("*.py")), ids=lambda path: str(path.relative_to(REPOSITORY))
)
def test_the_code_knows_no_word_of_the_studys(path: Path) -> None:
    assert [text for text in spoken_code(path) if VOCABULARY.search(text)] == []
