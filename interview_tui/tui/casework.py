"""The keys of the cases, turned into what is noted of them: one line takes them all, so that none goes astray.

Keys that come in a burst are on their way to whatever had the focus when they were pressed. So list and card are two
views of one screen, and what is asked for is asked in the same line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from textual.message import Message

from interview_tui.errors import InterviewTuiError
from interview_tui.fieldwork.card import CaseCard, Standing
from interview_tui.fieldwork.identity import Identity, Lock
from interview_tui.tui import case_commands, case_sheet, commands
from interview_tui.tui.case_acts import CaseActs, Noting
from interview_tui.tui.case_list import CaseList
from interview_tui.tui.case_reading import Known, read
from interview_tui.tui.case_sheet import Entry
from interview_tui.tui.destinations import Go, GoOn, Ring, ToRecord
from interview_tui.tui.enquiry import Enquiry, Question
from interview_tui.tui.ports import Adapters
from interview_tui.tui.unlocking import Unlocking
from interview_tui.tui.widgets.key_line import KeyLine

LIST_KEYS = commands.by_key(case_commands.CASES)
CARD_KEYS = commands.by_key(case_commands.CARD)
ASKED_KEYS = commands.by_key(case_commands.ASKED)
LOCKED = "Who they are is locked again."
NO_CASE = "There is no case here: n adds one."

Run = Callable[[Coroutine[Any, Any, None]], object]


class Casework:
    """Takes the keys of the line (see `note_line.Typist`) in the order of typing, each at once.

    With a `case` it begins with that one's card. `run` starts what has to be waited for, `changed` asks for a repaint,
    `send` posts a message, `left` says that the user is through, `find_command` opens the palette. `message` is what
    the last command has to say, `refusal` why what was last answered is not taken.
    """

    def __init__(
        self,
        adapters: Adapters,
        case: str,
        run: Run,
        changed: Callable[[], None],
        send: Callable[[Message], object],
        left: Callable[[], object],
        find_command: Callable[[], object],
    ) -> None:
        self._adapters = adapters
        self._run, self._changed, self._send = run, changed, send
        self._left, self._find_command = left, find_command
        self.line = KeyLine(self, id="line")
        self.enquiry = Enquiry(self.line)
        self.unlocking = Unlocking(adapters.identities, adapters.idle_lock, self._begin, self._say)
        self._acts = CaseActs(adapters.cases.now_ms, adapters.cases.moment, self._note)
        self._came_for = case
        self.card_of = case
        self.known = Known()
        self.is_read = False
        self.message, self.refusal = "Reading the cases …", ""
        self.list = CaseList()
        self._spot = ""
        self._waiting: list[tuple[Question, str]] = []
        self._turn = asyncio.Lock()
        self._gone = False

    @property
    def asks(self) -> bool:
        """Whether something is asked for."""
        return self.enquiry.question is not None

    @property
    def declared(self) -> tuple[commands.Command, ...]:
        """The commands that there are now."""
        asked = self.enquiry.question
        if asked is not None:
            return tuple(one for one in case_commands.ASKED if asked.choices or one.id in ("take", "leave"))
        return case_commands.CARD if self.card_of else case_commands.CASES

    @property
    def card(self) -> CaseCard | None:
        """The card that commands are about: the one that is shown, or the one under the cursor of the list."""
        return self.known.card(self.card_of or self.list.at)

    @property
    def facts(self) -> tuple[Entry, ...]:
        """What the card says of its case, but for its attempts."""
        card, known = self.card, self.known
        if card is None:
            return ()
        interview = known.interviews.get(card.case)
        return case_sheet.facts(card, known.attributes, interview, known.now_ms, known.lock, self._who)

    @property
    def _who(self) -> Identity | None:
        """Who the case of the card is: never of another card that was read a moment ago."""
        return self.known.who if self.known.who_of == self.card_of else None

    @property
    def spot(self) -> Entry | None:
        """The line of the card under the cursor."""
        spots = [entry for entry in self.facts if entry.key]
        return next((entry for entry in spots if entry.key == self._spot), spots[0] if spots else None)

    def refresh(self) -> None:
        """Read what there is now, for something may have changed elsewhere."""
        self._gone = False
        self._begin(lambda: "")

    def forget(self) -> None:
        """Who it is was locked: what was shown or is being typed of it goes."""
        self.known = self.known.without_who(Lock.LOCKED)
        self._waiting = [(question, told) for question, told in self._waiting if not question.private]
        if self.enquiry.question is not None and self.enquiry.question.private:
            self.enquiry.close()
        self._say(LOCKED)

    def tell(self, sentence: str) -> None:
        """Say what has happened elsewhere."""
        self._gone = False
        self._say(sentence)

    def edited(self, text: str, first_key_ms: int) -> None:  # noqa: ARG002 - nothing is kept before Enter
        """What is asked for is looked at anew with each letter."""
        self._adapters.idle_lock.touch()
        self._try(self.enquiry.look)
        self._ask_what_waits()

    def emptied(self) -> None:
        """The line was emptied at one stroke."""
        self._try(self.enquiry.look)

    def spaced(self) -> bool:
        """A space is typed like any letter."""
        return False

    def pressed(self, key: str) -> bool:
        """A key that is no letter of an answer; whether it was a command."""
        self._adapters.idle_lock.touch()
        if self.asks:
            return self._answered(key)
        command = (CARD_KEYS if self.card_of else LIST_KEYS).get(key)
        if command is not None:
            self.give(command)
        elif self.card_of:
            self._move_on_card(key)
        else:
            self.list.move(key)
        self._changed()
        return True

    def give(self, command: str) -> None:
        """Do a command of the view that is shown."""
        self.message = ""
        self._try(lambda: self._do(command))

    def _do(self, command: str) -> None:
        card = self.card
        match command:
            case "leave":
                self._leave()
            case "palette":
                self._find_command()
            case "new":
                self._ask(self._acts.new([each.case for each in self.known.cards]))
            case "find":
                self._ask(
                    Question("find", "a case, or how it begins; Enter stays there", self.list.find, look=self._look_for)
                )
            case "filter":
                heading = "a word, or several; -word: without it; nothing: all cases"
                self._ask(Question("only", heading, self.list.only, value=self.list.filter, optional=True))
            case "sort":
                self.list.sort(self.list.column)
            case "by_due":
                self.list.sort_by_due()
            case _ if card is None:
                self.message = NO_CASE
            case "card":
                self.show_card(card.case)
            case "next" | "previous":
                self.show_card(self.list.beside(card.case, 1 if command == "next" else -1))
            case "ring":
                self._ring(card)
            case "attempt":
                self._ask(self._acts.attempt(card))
            case "appointment":
                self._ask(self._acts.appointment(card))
            case "remark":
                self._ask(self._acts.remark(card))
            case "due":
                self._ask(self._acts.due(card))
            case "close":
                self._ask(self._acts.close(card))
            case "unlock" if self.known.lock is Lock.UNLOCKED:
                self._adapters.identities.lock_again()
                self.forget()
            case "unlock":
                self._ask(self.unlocking.asked(self.known.lock))
            case "edit":
                self._edit(card)

    def show_card(self, case: str) -> None:
        """Show the card of a case; who it is has to be read."""
        self.card_of = case
        self.list.go(case)
        self.refresh()

    def _edit(self, card: CaseCard) -> None:
        entry = self.spot
        match entry.spot if entry is not None else "":
            case case_sheet.WHO if entry is not None:
                self._ask(self.unlocking.edit(card.case, entry.part, self._who))
            case case_sheet.REMARKED:
                self._ask(self._acts.remark(card))
            case case_sheet.APPOINTED:
                self._ask(self._acts.appointment(card))
            case case_sheet.DUE:
                self._ask(self._acts.due(card))
            case case_sheet.ATTRIBUTE if entry is not None:
                attribute = next(one for one in self.known.attributes if one.name == entry.part)
                self._ask(self._acts.attribute(card, attribute))

    def _ring(self, card: CaseCard) -> None:
        """On to the call, or to what came of it."""
        interview = self.known.interviews.get(card.case)
        if self._gone:
            return
        if card.standing is Standing.WITHDRAWN:
            self.message = f"{card.case} has withdrawn: nobody rings them any more."
        elif interview is not None and interview.ended:
            self._go(Go(ToRecord(card.case)))
        elif card.standing is Standing.CLOSED:
            self.message = f"{card.case} is closed: {card.closed}. x on its card opens it again."
        else:
            self._go(Ring(card.case) if interview is None else GoOn(card.case))

    def _go(self, message: Message) -> None:
        """Somewhere else, once: a second Enter of a burst asks for nothing new."""
        self._gone = True
        self._send(message)

    def _leave(self) -> None:
        if self.card_of and not self._came_for:
            self.card_of = ""
            self.known = self.known.without_who(self.known.lock)
        elif not self._gone:
            self._gone = True
            self._run(self._left_once_noted())

    async def _left_once_noted(self) -> None:
        """Leave once everything is noted; what cannot be is asked again instead."""
        async with self._turn:
            self._gone = not self._waiting and not self.asks
            if self._gone:
                self._left()

    def _look_for(self, typed: str) -> None:
        """The cursor goes there while it is typed."""
        self.list.find(typed)
        self._changed()

    def _move_on_card(self, key: str) -> None:
        spots = [entry.key for entry in self.facts if entry.key]
        if self.spot is not None:
            at = spots.index(self.spot.key)
            steps = {"up": -1, "down": 1, "home": -at, "end": len(spots)}
            self._spot = spots[max(0, min(len(spots) - 1, at + steps.get(key, 0)))]

    def _answered(self, key: str) -> bool:
        command = ASKED_KEYS.get(key)
        if command is None:
            return False
        self.message = self.refusal = ""
        if command == "take":
            self._try(self.enquiry.take)
        elif command == "leave":
            self.enquiry.close()
        else:
            self.enquiry.move(1 if command == "next" else -1)
        self._ask_what_waits()
        self._changed()
        return True

    def _ask(self, question: Question | None) -> None:
        if question is not None:
            self.refusal = ""
            self.enquiry.ask(question)

    def _ask_what_waits(self) -> None:
        """What could not be noted is asked again, as it was typed, once the line is free."""
        if self._waiting and not self.asks:
            question, self.refusal = self._waiting.pop(0)
            self.enquiry.ask(question)

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except InterviewTuiError as error:
            if self.asks:
                self.refusal = str(error)
            else:
                self.message = str(error)
        self._changed()

    def _note(self, noting: Noting) -> None:
        def note() -> str:
            self._adapters.cases.note(*noting.changes)
            return noting.told

        self._begin(note, noting.again)

    def _begin(self, act: Callable[[], str], again: Question | None = None) -> None:
        self._run(self._work(act, again))

    async def _work(self, act: Callable[[], str], again: Question | None = None) -> None:
        """Do something in a thread, one after the other, and read what came of it; `again` is asked if it cannot be."""
        async with self._turn:
            try:
                told = await asyncio.to_thread(act)
                again = None
                known = await asyncio.to_thread(read, self._adapters, self.card_of)
            except InterviewTuiError as error:
                told, known = str(error), None
        if known is not None:
            self._take_in(known)
            told = told or ("" if not self.is_read else self.message)
            self.is_read = True
        if again is not None:
            self._waiting.append((again, told))
            self._ask_what_waits()
            told = ""
        self._say(told)

    def _take_in(self, known: Known) -> None:
        if known.lock is Lock.UNLOCKED and self._adapters.identities.lock is not Lock.UNLOCKED:
            known = known.without_who(Lock.LOCKED)  # that happened while it was read
        self.known = known
        self.list.show(known)

    def _say(self, sentence: str) -> None:
        self.message = sentence
        self._changed()
