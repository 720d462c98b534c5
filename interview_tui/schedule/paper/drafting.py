"""A schedule on paper → a first draft: what its lines ask, say and tell the interviewer, and under which condition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from interview_tui.errors import ScheduleError
from interview_tui.schedule.ids import MAX_LENGTH, derived
from interview_tui.schedule.paper import speech
from interview_tui.schedule.paper.draft import Draft, DraftItem, DraftSection
from interview_tui.schedule.paper.finishing import with_consents, without_empty
from interview_tui.schedule.paper.lines import Mark, PaperLine
from interview_tui.schedule.paper.loops import REPEAT, says_repeat, with_loops
from interview_tui.schedule.paper.speech import Role
from interview_tui.schedule.paper.structure import Placed, following, structure_of

MOST_LINES = 1500
MOST_CHARACTERS = 200_000
"""The bounds of what is taken in: a schedule of an hour has 100 lines."""
DEEPEST_ITEM = 4
LONGEST_KEY = MAX_LENGTH - 5
WORDS_OF_A_CUE = 6
WORDS_OF_A_FOLLOW_UP = 5
WORDS_OF_A_CONDITION = 3

_FOR_SEVERAL = re.compile(
    r"if (?P<answer>yes|no) (?:for|to|on) (?P<how>any|each|every|one|all|both|none)\b"
    r"(?: (?:of )?(?:these|them|those|four|three|two|the above))*\s*[,:;–-]?\s*(?P<then>.*)",
    re.IGNORECASE | re.DOTALL,
)
_FOLLOW_UP = re.compile(
    r"(?:why|how so|in what way|what else|anything else|can you (?:say|tell)|could you (?:say|tell|give))\b",
    re.IGNORECASE,
)


def first_draft(lines: Sequence[PaperLine], name: str) -> Draft:
    """The draft of a schedule; `name` is what it is called where it has no title.

    Raises:
        ScheduleError: there is nothing in it, or far more than a schedule.
    """
    if len(lines) > MOST_LINES or sum(len(line.text) for line in lines) > MOST_CHARACTERS:
        raise ScheduleError(
            "That is far more than an interview schedule.", "Save the schedule alone in a file of its own."
        )
    structure = structure_of(lines)
    drafting = _Drafting(structure.lines)
    sections, above = without_empty(drafting.sections())
    draft = Draft(
        structure.title or name, sections, unsure=[f"left out above the first section: {one}" for one in above]
    )
    if not structure.title:
        draft.unsure.append("no title was found")
    if not any(True for _ in draft.items()):
        raise ScheduleError("There is no question in it.", "Is it the right file, and is its text in the body of it?")
    with_loops(draft)
    with_consents(draft)
    return draft


class _Drafting:
    """Goes through the lines from top to bottom, and holds what the next line may belong to."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self._placed = placed
        self._tops: list[DraftSection] = []
        self._open: list[tuple[int, DraftSection]] = []
        self._above: list[tuple[int, DraftItem]] = []
        self._last: DraftItem | None = None
        self._checklist: list[PaperLine] = []
        self._stem: DraftItem | None = None  # the question that the checklist goes on with
        self._cues: list[PaperLine] = []
        self._condition: tuple[int, str, str] | None = None
        self._probing: tuple[int, Mark | None] | None = None
        self._ids: set[str] = set()

    def sections(self) -> list[DraftSection]:
        """The sections that the lines make."""
        for number, one in enumerate(self._placed):
            if one.heading:
                self._heading(one)
            else:
                self._line(number, one.line)
        return self._tops

    def _heading(self, one: Placed) -> None:
        text, asides = speech.taken_apart(one.line.text)
        while self._open and self._open[-1][0] >= one.heading:
            self._open.pop()
        section = DraftSection(text.rstrip(":") or one.line.text)
        section.minutes = next((speech.minutes_in(aside.text) for aside in asides if aside.role is Role.MINUTES), 0)
        if one.is_guessed:
            section.unsure.append("a heading, or a topic to be asked about?")
        section.unsure += [f"the heading goes on: ({aside.text})" for aside in asides if aside.role is not Role.MINUTES]
        (self._open[-1][1].parts if self._open else self._tops).append(section)
        self._open.append((one.heading, section))
        self._forget()

    def _forget(self) -> None:
        self._above, self._last, self._stem, self._checklist, self._cues = [], None, None, [], []
        self._condition = self._probing = None

    def _line(self, number: int, line: PaperLine) -> None:
        if any(line is one for one in self._checklist):
            self._checklist_line(line)
            return
        if any(line is one for one in self._cues) and self._last is not None:
            self._last.listen_for.append(line.text)
            return
        self._go_on_probing(line)
        if self._condition is not None and line.level <= self._condition[0]:
            self._condition = None
        if line.is_aside:
            self._instruction(line.text.strip("()[] ") or line.text, line)
            return
        spoken, asides = speech.taken_apart(line.text)
        if re.search(r"\w", spoken):
            self._spoken(number, line, spoken)
        for aside in asides:
            self._aside(aside, line)

    def _go_on_probing(self, line: PaperLine) -> None:
        """Whether a line is one of those below `Prompts:`, which are all marked alike."""
        if self._probing is None:
            return
        level, mark = self._probing
        goes_on = line.mark is not Mark.NONE and line.level >= level and mark in (None, line.mark)
        self._probing = (level, line.mark) if goes_on else None

    def _spoken(self, number: int, line: PaperLine, text: str) -> None:
        probe = speech.probe_of(text)
        if says_repeat(text):
            self._put(DraftItem(REPEAT, text), line)
        elif probe is not None:
            self._probe(probe, text, line)
        elif (consequence := speech.consequence(text)) is not None and self._depends(consequence, line):
            self._consequence(consequence, text, line, "ask")
        elif self._begins_list(number, line, text):
            pass
        else:
            self._sentences(line, text)

    def _depends(self, found: speech.Consequence, line: PaperLine) -> bool:
        """Whether a line that begins with `if` follows from an answer, and is not simply a question that begins so."""
        is_below = bool(self._above) and line.level > self._above[-1][0]
        is_short = bool(found.condition) and len(found.condition.split()) <= WORDS_OF_A_CONDITION
        return self._last is not None and (bool(found.answer) or is_below or is_short or not found.condition)

    def _begins_list(self, number: int, line: PaperLine, text: str) -> bool:
        """Whether a line opens a list whose lines go on with it; if so it is a question with a checklist, or cues."""
        if not text.endswith(("...", "…", ":")):
            return False
        run = [one for one in following(self._placed, number) if line.mark is Mark.NONE or one.level > line.level]
        is_stem = speech.is_yes_no(text) and all(one.text[:1].islower() for one in run)
        if text.endswith(":") and any(one.text.endswith("?") for one in run) and not is_stem:
            return False
        if len(run) < 2:
            return False
        item = DraftItem("ask", text)
        if not text.endswith(":") or speech.is_yes_no(text) or re.match(r"which\b", text, re.IGNORECASE):
            item.id = self._id(text)
            self._checklist, self._stem = run, item
            if text.endswith(":"):
                item.unsure.append("each of these answered by yes or no?")
        else:
            self._cues = run
            item.unsure.append("a question with words to listen for, or a question for each of them?")
        self._put(item, line)
        return True

    def _checklist_line(self, line: PaperLine) -> None:
        assert self._last is not None
        text, asides = speech.taken_apart(line.text)
        plain = key = derived(text or line.text, "line")[:LONGEST_KEY].rstrip("_")
        number = 1
        while key in self._last.checklist:
            number += 1
            key = f"{plain}_{number}"
        self._last.checklist[key] = text or line.text
        for aside in asides if text else ():
            self._aside(aside, line)

    def _sentences(self, line: PaperLine, text: str) -> None:
        said: list[str] = []
        asked = False
        found = speech.sentences(text)
        asks = any(sentence.rstrip('"”’)').endswith("?") for sentence in found)
        for sentence in found:
            if sentence.rstrip('"”’)').endswith("?"):
                self._say(said, line)
                said = []
                self._ask(sentence, line, below=asked)
                asked = True
            elif speech.is_request(sentence):
                self._say(said, line)
                said = []
                self._put(DraftItem("ask", sentence), line)
            else:
                said.append(sentence)
        if said and (asks or len(found) > 1 or line.mark is Mark.NONE):
            self._say(said, line)
        elif said:
            self._topic(" ".join(said), line)

    def _ask(self, text: str, line: PaperLine, *, below: bool = False) -> None:
        """A question; `below` another one in the same line it may be a probe."""
        kind = "ask" if self._probing is None else "probe"
        if below and self._last is not None and len(text.split()) <= WORDS_OF_A_FOLLOW_UP and _FOLLOW_UP.match(text):
            self._last.then.append(DraftItem("probe", text))
            return
        if kind == "probe":
            self._under(DraftItem(kind, text), line)
            return
        item = DraftItem(kind, text)
        consent = speech.consent_of(text)
        answers = speech.either_or(text)
        if consent:
            item.consent, item.answer, item.priority = consent, "yes/no", "must"
        elif answers:
            item.answer = answers
            item.unsure.append("these two answers, or free notes?")
        self._put(item, line)

    def _say(self, said: list[str], line: PaperLine) -> None:
        if not said:
            return
        text = " ".join(said)
        if speech.is_to_the_interviewer(text):
            self._put(DraftItem("interviewer", text), line, is_asked=False)
        else:
            doubt = ["read aloud, or a note to the interviewer?"] if line.mark is Mark.NONE else []
            self._put(DraftItem("say", text, unsure=doubt), line, is_asked=False)

    def _topic(self, text: str, line: PaperLine) -> None:
        """A marked line that asks nothing: a cue below a question, else a question in other words."""
        is_below = bool(self._above) and line.level > self._above[-1][0]
        if self._probing is not None:
            self._under(DraftItem("probe", text[:1].upper() + text[1:]), line)
        elif "?" in text:
            self._ask(text, line)
        elif speech.is_to_the_interviewer(text):
            self._put(DraftItem("interviewer", text), line, is_asked=False)
        elif is_below and self._last is not None and len(text.split()) <= WORDS_OF_A_CUE:
            if not self._last.listen_for:
                self._last.unsure.append("words to listen for, or questions of their own?")
            self._last.listen_for.append(text)
        else:
            self._put(DraftItem("ask", text, unsure=["a topic: word it as a question"]), line)

    def _aside(self, aside: speech.Aside, line: PaperLine) -> None:
        section = self._section()
        if aside.role is Role.MINUTES and not section.minutes:
            section.minutes = speech.minutes_in(aside.text)
        elif aside.role is Role.YES_NO and self._last is not None and self._last is not self._stem:
            self._last.answer = "yes/no"
        elif aside.role is Role.CUES and self._last is not None:
            self._last.listen_for += [word for word in map(str.strip, re.split(r"[/,;]", aside.text)) if word]
            self._last.unsure.append("words to listen for, or the answers there are (`answer: one of [...]`)?")
        else:
            self._instruction(aside.text, line, is_sure=aside.is_sure)

    def _instruction(self, text: str, line: PaperLine, *, is_sure: bool = True) -> None:
        for sentence in speech.sentences(text):
            for piece in re.split(r",?\s+(?:and |but )?also\s+(?=if\b)", sentence):
                self._instructed(piece, line, is_sure=is_sure)

    def _instructed(self, text: str, line: PaperLine, *, is_sure: bool) -> None:
        several = _FOR_SEVERAL.match(text)
        probe = speech.probe_of(text)
        if says_repeat(text):
            self._put(DraftItem(REPEAT, text), line)
        elif several and self._last is not None and self._last.checklist:
            self._for_several(several, text, self._last)
        elif probe is not None:
            self._probe(probe, text, line)
        elif (consequence := speech.consequence(text)) is not None:
            self._consequence(consequence, text, line, "probe")
        elif text.endswith("?"):
            self._under(DraftItem("probe", text, unsure=["asked, or only for the interviewer?"]), line)
        else:
            doubt = [] if is_sure else ["for the interviewer, or read aloud?"]
            self._put(DraftItem("interviewer", text[:1].upper() + text[1:], unsure=doubt), line, is_asked=False)

    def _for_several(self, found: re.Match[str], text: str, asked: DraftItem) -> None:
        """`If yes to any of these …`, below a checklist."""
        how, probe = found["how"].lower(), speech.probe_of(found["then"])
        doubt = f"made of: {text}"
        if found["answer"].lower() == "yes" and how in ("any", "each", "every", "one") and probe is not None:
            asked.for_each_yes.append(
                DraftItem("probe", speech.as_question(probe) or "Why?", unsure=[f"{doubt}. Word it as a question"])
            )
            return
        whole = how in ("all", "both")
        condition = f"{'all' if whole == (found['answer'].lower() == 'yes') else 'none'} of {asked.id}"
        condition = condition if whole or how == "none" else f"any of {asked.id}"
        then = found["then"] or text
        self._section().parts.append(
            DraftItem("interviewer", then[:1].upper() + then[1:], condition=condition, unsure=[doubt])
        )

    def _probe(self, probe: str, text: str, line: PaperLine) -> None:
        if not re.search(r"\w", probe):
            self._probing = line.level, None
            return
        cues = [part.strip() for part in re.split(r"[,/;]", probe)]
        if (
            len(cues) > 1
            and self._last is not None
            and all(0 < len(cue.split()) < WORDS_OF_A_CUE // 2 + 1 for cue in cues)
        ):
            self._last.listen_for += cues
            self._last.unsure.append(f"words to listen for, or questions of their own? Made of: {text}")
            return
        words = [part for part in probe.split(";") if re.search(r"\w", part)] if "?" not in probe else [probe]
        for word in words:
            self._under(DraftItem("probe", speech.as_question(word), unsure=[f"made of: {text}"]), line)

    def _consequence(self, found: speech.Consequence, text: str, line: PaperLine, kind: str) -> None:
        """`If not, why not?`: below the question that it is about, if that is one of yes and no."""
        about = self._last
        if (
            found.answer
            and about is not None
            and about.kind == "ask"
            and about is not self._stem
            and (about.answer.startswith("yes/no") or (not about.answer and speech.is_yes_no(about.text)))
        ):
            about.answer = about.answer or "yes/no"
            about.id = about.id or self._id(about.text)
            condition = about.id if found.answer == "yes" else f"{about.id} is no"
            if found.condition.lower() == "not":
                condition = f"{about.id} is not yes"
            doubt = f"made of: {text} Is it about the question above?"
            if not found.then.strip(" :.,"):
                self._condition = line.level, condition, doubt
                return
            probe = speech.probe_of(found.then)
            said = speech.as_question(found.then if probe is None else probe or "Why?")
            is_told = speech.is_to_the_interviewer(found.then)
            about.then.append(
                DraftItem("interviewer" if is_told else "ask" if kind == "ask" else "probe", said,
                          condition=condition, unsure=[doubt])
            )  # fmt: skip
            return
        item = DraftItem(kind if found.then.endswith("?") else "interviewer", text[:1].upper() + text[1:])
        item.unsure.append("its condition stands in its words: take it out and write `if:`")
        if item.kind == "interviewer":
            self._put(item, line, is_asked=False)
        else:
            self._under(item, line)

    def _under(self, item: DraftItem, line: PaperLine) -> None:
        """Put an item below the question that was asked last."""
        if self._last is not None and self._last.kind == "ask":
            self._last.then.append(item)
        else:
            self._put(item, line, is_asked=False)

    def _put(self, item: DraftItem, line: PaperLine, *, is_asked: bool = True) -> None:
        """Put an item where its depth says: below the last one that is less deep, else into the section."""
        while self._above and self._above[-1][0] >= line.level:
            self._above.pop()
        if self._condition is not None and not item.condition and item.kind != REPEAT:
            item.condition, doubt = self._condition[1:]
            item.unsure.append(doubt)
        is_child = bool(self._above) and len(self._above) < DEEPEST_ITEM and item.kind != REPEAT
        (self._above[-1][1].then if is_child else self._section().parts).append(item)
        if item.kind == "ask":
            self._above.append((line.level, item))
        if is_asked and item.kind != REPEAT:
            self._last = item

    def _section(self) -> DraftSection:
        if not self._open:
            section = DraftSection("Opening")
            self._tops.append(section)
            self._open.append((1, section))
        return self._open[-1][1]

    def _id(self, text: str) -> str:
        """An id from the words of a question, that no other has and no loop will have."""
        plain = derived(text, "ask")[: MAX_LENGTH - 4].rstrip("_")
        name, number = plain, 1
        while name in self._ids or name.startswith(("incident_", "again_", "gap_")):
            number += 1
            name = f"q_{plain[: MAX_LENGTH - 8]}_{number}"
        self._ids.add(name)
        return name
