"""The plain line mode, one line at a time: what is typed is done at once, and what was done is said in words.

A line is what it is on the live screen: a code answers, nothing goes on, everything else is a note. A word after a
slash commands. A command may ask back; a line that is no answer to that is what any line is, and is never lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from interview_tui import printed_call as printed
from interview_tui.errors import InterviewTuiError, Refused
from interview_tui.interview import rounds, route
from interview_tui.interview.call import Call
from interview_tui.interview.events import Consented, Event, Level, Place
from interview_tui.interview.line import PROCEDURAL, Meaning
from interview_tui.interview.ports import Moment
from interview_tui.interview.sound import SpanEnd
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import Consent
from interview_tui.switchboard import NoAnswer, Question, Switchboard, TypedLine, may_record

FRESH_MS = 60_000
"""A note typed so recently is what a tick is about."""
DISTRACTS = 15.0
"""How much worse than the best (of 100) a find may fit to be offered."""
MS_PER_KEY = 240
"""Between two keys on average: Dhakal, Feit, Kristensson and Oulasvirta 2018, 136 million keystrokes."""
NOTES_SAID = 10
FOLLOW_AGAIN_MS = 1000


@dataclass(frozen=True, slots=True)
class Command:
    """A word after a slash; its `letter`, if it has one, does as well."""

    word: str
    letter: str
    help: str


COMMANDS = (
    Command("record", "r", "record, or back on the record"),
    Command("off", "o", "off the record, at once; what follows it is kept as a note"),
    Command("flag", "f", "flag this moment"),
    Command("go", "g", "go to a question: a word of it"),
    Command("back", "b", "back to where you went from"),
    Command("up", "u", "the item before"),
    Command("down", "d", "the item after"),
    Command("section", "x", "the next section; /section back: the one before"),
    Command("tick", "t", "tick other questions as covered, with the last note: a word of it"),
    Command("move", "m", "file the last note elsewhere: a word of the question; /move 2 WORD: the last but one"),
    Command("new", "n", "another incident or relationship: its name"),
    Command("attach", "a", "attach this round to another one"),
    Command("call", "c", "dropped, call back, distress, deadline, trim, take talk back"),
    Command("end", "e", "end the interview"),
    Command("leave", "", "leave it unfinished; no letter does, as what is typed next would be the shell's"),
    Command("where", "w", "where you are, what was noted here, must-asks left, time"),
    Command("incident", "i", "what is known of the incident; also /card"),
    Command("notes", "k", "the last notes"),
    Command("status", "s", "recorded, saved, time"),
    Command("help", "h", "these commands"),
)
ALIASES = {"card": "incident", "exit": "leave", "quit": "leave", "?": "help"}
KEYS = {"Ctrl+R": "/record", "Ctrl+O": "/off", "Ctrl+G": "/go", "Ctrl+L e": "/end", "Ctrl+L": "/call"}
TAKES_WORDS = ("off", "go", "section", "tick", "move", "new", "attach", "call", "end", "notes")


class Dialogue:
    """A call as it is conducted line by line. `say` is given one line at a time.

    `is_over` once the interview has ended, `is_left` once it was left unfinished.
    """

    def __init__(self, call: Call, say: Callable[[str], None]) -> None:
        self.call = call
        self.is_left = False
        self._say = say
        self._switchboard = Switchboard(call, say)
        self._asked: Question | None = None
        self._said_at: Place | None = None
        self._entered_ms = self._follow_again_ms = call.clock.now().at_ms
        self._commands: dict[str, Callable[[str, TypedLine], Question | None]] = {
            "record": lambda _, line: self._switchboard.record(line),
            "off": self._switchboard.off,
            "flag": self._flag,
            "go": self._go,
            "back": lambda _, line: self._moved(self.call.session.back(line.entered)),
            "up": lambda _, line: self._moved(self.call.session.step(-1, line.entered)),
            "down": lambda _, line: self._moved(self.call.session.step(1, line.entered)),
            "section": self._section,
            "tick": self._tick,
            "move": self._move,
            "new": self._new,
            "attach": self._attach,
            "call": self._switchboard.errand,
            "end": self._switchboard.end,
            "leave": self._leave,
            "where": lambda _, line: self._say_all(printed.where(self._interview, line.entered.at_ms)),
            "incident": lambda _, line: self._say_all(printed.incident(self._interview)),  # noqa: ARG005
            "notes": self._notes,
            "status": lambda _, line: self._say_all(printed.status(self.call)),  # noqa: ARG005
            "help": self._help,
        }

    @property
    def is_over(self) -> bool:
        """Whether the interview has ended."""
        return self._interview.ended

    @property
    def _interview(self) -> Interview:
        return self.call.interview

    def begin(self, draft: tuple[str, int] | None = None) -> None:
        """Say where the interview stands. A half-typed line that the live screen left is kept as a note."""
        if self._interview.resumed:
            self._say_all(printed.resumed(self.call))
        if draft is not None and draft[0].strip() and not self._interview.is_off_record:
            self.call.enter(f" {draft[0]}", draft[1])
            self._say(f"Half typed when it was left, kept as a note: {draft[0]}")
        self._guarded(self._switchboard.begin)
        self._say_question()

    def hear(self, text: str, entered: Moment) -> None:
        """Take a line that was typed; says what it has done, or why it has done nothing.

        When its first key was pressed nobody can tell where lines are edited by the terminal: it is reckoned back from
        Enter by the length of the line, and never before the line before it.
        """
        reckoned_ms = entered.at_ms - MS_PER_KEY * (len(text) + 1)
        line = TypedLine(text, entered, max(reckoned_ms, min(self._entered_ms, entered.at_ms)))
        self._entered_ms = entered.at_ms
        self._guarded(lambda: self._hear(line))

    def look(self) -> None:
        """Follow the recorder where it has begun or ended a span by itself."""
        now_ms = self.call.clock.now().at_ms
        if now_ms >= self._follow_again_ms and self.call.is_behind(self.call.recorder.status()):
            self._follow_again_ms = now_ms + FOLLOW_AGAIN_MS
            self._guarded(self._switchboard.follow)

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except InterviewTuiError as error:
            self._say(in_words_of_lines(str(error)))

    def _hear(self, line: TypedLine) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            if not line.text.startswith("/"):
                try:
                    self._asked = asked.hear(line)
                    return
                except NoAnswer:
                    pass
            if asked.unanswered:
                self._say(asked.unanswered)
            if not line.text.strip():  # meant for what was asked: it does not go on
                return
        word, words = _command(line.text)
        if not word:
            self._take(line)
            return
        if word not in self._commands:
            self._say(f"There is no command /{word}: kept as a note.")
            self._take(line)
            return
        if words and word not in TAKES_WORDS:
            self._guarded(lambda: self._take(TypedLine(f" {words}", line.entered, line.first_key_ms)))
        try:
            self._asked = self._commands[word](words, line)
        except NoAnswer:
            self._say(f"/{word} can do nothing with that: kept as a note.")
            self._take(line)

    def _take(self, line: TypedLine) -> None:
        """Take the line as an answer, a note, or the wish to go on."""
        reading = self.call.session.reading(line.text, line.first_key_ms)
        before = self._interview.place
        events = self.call.enter(line.text, line.first_key_ms, line.entered)
        if reading.meaning is Meaning.NEXT:
            self._say_question()
            return
        self._say(printed.taken(reading, max(0, line.first_key_ms - self.call.session.lag_ms)))
        self._heed(events)
        here = self._interview.place
        if before is not None and here is not None and here.whole != before.whole:
            self._say_question()
        elif reading.meaning is Meaning.ANSWER:
            self._say_all(printed.checklist_line(self._interview))

    def _heed(self, events: Sequence[Event]) -> None:
        """Consent unlocks the recorder; consent refused or taken back stops it."""
        for consented in (event for event in events if isinstance(event, Consented)):
            if not consented.given:
                if self.call.recording:
                    self._switchboard.close(SpanEnd.STOP)
                self._say("Notes only." if consented.consent == Consent.RECORDING.value else "/end ends the interview.")
            elif may_record(self.call) and not self.call.recording:
                self._say("/record starts recording.")

    def _moved(self, events: Iterable[Event]) -> None:
        self.call.keep(tuple(events))
        self._say_question()

    def _flag(self, _words: str, line: TypedLine) -> None:
        self.call.keep(self.call.session.flag(line.entered))
        self._say(f"Flagged at {printed.clock(line.entered.at_ms)}.")

    def _section(self, words: str, line: TypedLine) -> None:
        self._moved(self.call.session.section(-1 if words.startswith(("b", "-")) else 1, line.entered))

    def _go(self, words: str, line: TypedLine) -> Question | None:
        def go(places: Sequence[Place], _words: str, now: Moment) -> None:
            self._moved(self.call.session.go(places[0], now))

        return self._choose("Go to what? A word of it.", words, line, go)

    def _tick(self, words: str, line: TypedLine) -> Question | None:
        note = _fresh_note(self._interview, line.entered.at_ms)

        def tick(places: Sequence[Place], words: str, now: Moment) -> None:
            for place in places:
                is_open = self._interview.covered(place).level is Level.OPEN and "done" not in words
                level = Level.TOUCHED if is_open else Level.DONE
                self.call.keep(self.call.session.tick([place], level, now, note))
                self._say(f"{level.value.capitalize()}: {printed.place_in_words(self._interview, place)}")
            if note:
                self._say(f"With the note {printed.note_in_words(self._interview.notes[note])}")

        return self._choose("Tick what? A word of it.", words, line, tick)

    def _move(self, words: str, line: TypedLine) -> Question | None:
        numbered = re.fullmatch(r"(\d{1,3})\b\s*(.*)", words)
        number, words = (int(numbered[1]), numbered[2]) if numbered else (1, words)
        newest = list(self._interview.notes.values())[::-1]
        if not 1 <= number <= len(newest):
            raise Refused("There is no such note.", "/notes numbers them.")
        note = newest[number - 1].id

        def refile(places: Sequence[Place], _words: str, now: Moment) -> None:
            self.call.keep(self.call.session.refile(note, places, now))
            homes = "; ".join(printed.place_in_words(self._interview, place) for place in places)
            self._say(f"Filed under {homes}.")

        return self._choose("Move the note where? A word of the question.", words, line, refile)

    def _choose(
        self, prompt: str, words: str, line: TypedLine, take: Callable[[Sequence[Place], str, Moment], None]
    ) -> Question | None:
        """Give `take` the questions that fit some words; where there are several, ask by number which are meant."""
        if not words.strip():
            self._say(prompt)
            return Question(lambda answer: self._choose(prompt, answer.text, answer, take) if answer.text else None)
        fitting = route.find(self._interview, words)
        found = [one.place for one in fitting if one.score >= fitting[0].score - DISTRACTS][: printed.LISTED]
        if not found:
            self._say("No question has such words.")
            raise NoAnswer
        if len(found) == 1:
            take(found, words, line.entered)
            return None
        for number, place in enumerate(found, 1):
            self._say(f"{number}: {printed.place_in_words(self._interview, place)}")
        self._say("Which? Enter: the first.")

        def chosen(answer: TypedLine) -> None:
            numbers = [int(part) for part in re.findall(r"\d+", answer.text)] or [1] * (not answer.text.strip())
            known = all(1 <= number <= len(found) for number in numbers)
            if not numbers or not known or re.sub(r"[\d\s,]|done", "", answer.text):
                raise NoAnswer
            take([found[number - 1] for number in numbers], answer.text, answer.entered)

        return Question(chosen)

    def _new(self, words: str, line: TypedLine) -> Question | None:
        """Another round, by the beginning of its name or of its loop's."""
        wanted = words.strip().casefold()
        openable = list(_openable(self._interview))
        fitting = [asked for names, asked in openable if wanted and any(name.startswith(wanted) for name in names)]
        if wanted and not fitting:
            raise NoAnswer
        if len(fitting) != 1:
            self._say(f"Which round? {', '.join(names[0] for names, _ in openable)}.")
            return Question(lambda answer: self._new(answer.text, answer) if answer.text.strip() else None)
        self._moved(self.call.session.open_round(*fitting[0], line.entered, is_being_told=True))
        return None

    def _attach(self, words: str, line: TypedLine) -> Question | None:
        """Attach the round where she is to another one of the loop around it, named by its label, or to a new one."""
        interview, session = self._interview, self.call.session
        chain = interview.round_chain(interview.place.round) if interview.place is not None else []
        around = interview.schedule.parent_loop(chain[0].loop) if chain else ""
        if not around:
            raise Refused("This belongs to no other round.")
        others = {
            route.label(interview, found.id).casefold(): found.id
            for found in interview.rounds.values()
            if found.loop == around and found.id != chain[0].parent
        }
        wanted = words.strip().casefold()
        if wanted in others:
            self.call.keep(session.attach_round(chain[0].id, others[wanted], line.entered))
        elif wanted == "new":
            self.call.keep(session.attach_to_new_round(chain[0].id, line.entered))
        elif wanted:
            raise NoAnswer
        else:
            self._say(f"Attach it to which {around}? {', '.join((*map(str.upper, others), 'new'))}.")
            return Question(lambda answer: self._attach(answer.text, answer) if answer.text.strip() else None)
        self._say(f"It is {route.label(interview, chain[0].id)} now; its notes and answers went with it.")
        return None

    def _leave(self, _words: str, _line: TypedLine) -> None:
        if self.call.recording:
            raise Refused("Recording is on.", "/off first, or /end. Ctrl+D leaves and lets the recorder run.")
        self._switchboard.close(SpanEnd.STOP)
        self.is_left = True

    def _notes(self, words: str, _line: TypedLine) -> None:
        most = int(words) if words.isdecimal() else len(self._interview.notes) if words else NOTES_SAID
        self._say_all(printed.notes(self._interview, most))

    def _help(self, _words: str, _line: TypedLine) -> None:
        self._say("Enter: the next question. A code answers: y, n, p, 1 3, dk, rf, na, nt. Anything else is a note.")
        self._say(
            f'In front of a note: ! important, " quote, ? come back to, {PROCEDURAL} procedural; a space: no code.'
        )
        for command in COMMANDS:
            self._say(f"/{command.word}{' or /' if command.letter else ''}{command.letter}: {command.help}.")

    def _say_question(self) -> None:
        self._say_all(printed.question(self._interview, self._said_at))
        self._said_at = self._interview.place

    def _say_all(self, lines: Iterable[str]) -> None:
        for words in lines:
            self._say(words)


def in_words_of_lines(sentence: str) -> str:
    """A sentence about keys of the live screen, in the commands of this mode."""
    for key, command in KEYS.items():
        sentence = sentence.replace(key, command)
    return sentence


def _command(text: str) -> tuple[str, str]:
    """The command that a line gives and what follows it; no command in a note, which may be procedural."""
    if not text.startswith("/") or text.startswith(PROCEDURAL):
        return "", ""
    typed, _, words = text[1:].partition(" ")
    word = typed.casefold()
    names = {command.letter: command.word for command in COMMANDS if command.letter} | ALIASES
    known = names.get(word) or next(
        iter({command.word for command in COMMANDS if len(word) > 1 and command.word.startswith(word)}), ""
    )
    return known or typed or " ", words.strip()


def _fresh_note(interview: Interview, now_ms: int) -> str:
    """The id of the last note, if it belongs to what is being talked about; else empty."""
    last = next(reversed(interview.notes.values()), None)
    visited_ms = interview.moves[-1][0] if interview.moves else 0
    is_fresh = last is not None and (last.entered_ms >= visited_ms or now_ms - last.entered_ms <= FRESH_MS)
    return last.id if last is not None and is_fresh else ""


def _openable(interview: Interview) -> Iterable[tuple[tuple[str, ...], tuple[str, str, str]]]:
    """Every round that can be opened from here: the names it goes by, and what opens it (loop, key, parent)."""
    for loop_id, (loop, _) in interview.schedule.loops().items():
        parent = _parent(interview, loop_id)
        for key in [named.key for named in loop.named] or [""]:
            numbered = key or rounds.next_key(loop, parent, interview.rounds)
            yield (
                tuple(name.casefold() for name in (key or loop_id, rounds.own_name(loop, numbered))),
                (loop_id, key, parent),
            )


def _parent(interview: Interview, loop: str) -> str:
    """The round in which another round of a loop would be opened: the present one, else the last, else the first."""
    around = interview.schedule.parent_loop(loop)
    chain = interview.round_chain(interview.place.round) if interview.place is not None else []
    here = [found.id for found in chain if found.loop == around]
    opened = [found.id for found in interview.rounds.values() if found.loop == around]
    laid = [found.id for found in interview.expected.values() if found.loop == around]
    return next(iter([*here, *reversed(opened), *laid]), "") if around else ""
