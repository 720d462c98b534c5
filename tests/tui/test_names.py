"""The names of an interview: twenty of them are twenty Enters, each with its words before the reviewer's eyes."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from textual.widgets import Input

from interview_tui.errors import StorageError
from interview_tui.record.pseudonyms.occurrences import Occurrence
from interview_tui.record.pseudonyms.pseudonym import NameKind, Pseudonym
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Provenance, Transcript, Turn, Word
from interview_tui.tui import naming
from interview_tui.tui.app import InterviewApp
from interview_tui.tui.destinations import Destination, ToTranscript
from interview_tui.tui.naming import Name, Standing
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.home import HomeScreen
from interview_tui.tui.screens.names import AFTER_MS, BEFORE_MS, NamesScreen
from tests.tui.gallery import pictured
from tests.tui.staging import Pasted, Stage, staged
from tests.tui.test_home import conducted

CASE = "P07"


def turn(number: int, speaker: str, at_ms: int, text: str) -> Turn:
    """A turn, a word every 400 ms."""
    words = (Word(word, at_ms + 400 * n, at_ms + 400 * n + 350, 0.9) for n, word in enumerate(text.split()))
    return Turn(number, speaker, tuple(words))


TALK = (
    turn(1, INTERVIEWER, 5_000, "How did you meet Philip Fennimore, if I may ask?"),
    turn(2, RESPONDENT, 10_000, "I knew Denise. She was a friend of Fennimore, and Denise knew Councillor Teague."),
    turn(3, RESPONDENT, 20_000, "It was in Marlbury, with Phenymor and his wife. We went to Marlbury every May."),
    turn(4, RESPONDENT, 32_000, "The letter said that Seriously was no word, and so we laughed."),
)


def stage_with_names() -> Stage:
    stage = Stage()
    conducted(stage, CASE)
    stage.study.transcripts[CASE] = Transcript(TALK, Provenance("none", "none", "0" * 64, "en"))
    return stage


async def shown(stage: Stage) -> NamesScreen:
    screen = NamesScreen(stage.adapters, CASE)
    await stage.app.push_screen(screen)
    await stage.until(lambda: "May be names" in stage.screen)
    await stage.settled()
    return screen


async def decided(stage: Stage, *keys: str) -> None:
    """Keys, and then nothing until what they decide is logged and shown."""
    await stage.press(*keys)
    await stage.until(lambda: not any(worker.group == "log" for worker in stage.app.workers))
    await stage.settled()


async def asked(stage: Stage, key: str, *answer: str) -> None:
    """A key that asks for something, and the answer."""
    await stage.press(key)
    dialog = stage.app.screen
    assert not isinstance(dialog, NamesScreen)
    await stage.until(lambda: isinstance(dialog.focused, Input))
    dialog.query_one("#line", Input).clear()
    await stage.press(*answer)
    await stage.until(lambda: isinstance(stage.app.screen, NamesScreen))
    await decided(stage)


def given(stage: Stage) -> dict[str, str]:
    return {each.name: each.replacement for each in stage.pseudonyms.held(CASE)}


def is_last(played: list[tuple[int, int]], stretch: tuple[int, int]) -> bool:
    return played[-1:] == [stretch]


def cursor(stage: Stage) -> str:
    """The name that the cursor is at, by the pane that shows where it is said."""
    (heading,) = [line for line in stage.screen.splitlines() if ", place " in line]
    return heading.split(", place ")[0].strip()


async def test_enter_after_enter_gives_every_proposal_in_its_order():
    async with staged(Home(), stage=stage_with_names()) as stage:
        await shown(stage)
        assert cursor(stage) == "Philip Fennimore"
        assert "as Philip Fennimore?" in stage.screen
        stage.burst(*["enter"] * 5)
        await decided(stage)
        assert stage.pseudonyms.none == []
        assert given(stage) == {
            "Philip Fennimore": "[Person A]",
            "Denise": "[Person B]",
            "Teague": "[Councillor A]",
            "Marlbury": "[Place A]",
        }
        [philip] = [each for each in stage.pseudonyms.held(CASE) if each.name == "Philip Fennimore"]
        assert philip.forms == ("Philip Fennimore", "Fennimore", "Phenymor")
        assert cursor(stage) == "Seriously"
        assert "Replaced (4)" in stage.screen
        assert "✓ no replaced name is left" in stage.screen.splitlines()[0]


async def test_where_a_name_is_said_is_shown_played_and_gone_to(monkeypatch):
    async with staged(Home(), stage=stage_with_names()) as stage:
        await shown(stage)
        assert "How did you meet Philip Fennimore, if I may ask?" in stage.screen
        await stage.press("down", "down")
        assert cursor(stage) == "Denise"
        first, second = (word.start_ms for each in TALK for word in each.words if word.text.startswith("Denise"))
        for at_ms in (first, second, first):
            await stage.press("space")
            heard = (at_ms - BEFORE_MS, at_ms + 350 + AFTER_MS)
            await stage.until(partial(is_last, stage.player.played, heard))
        await stage.press("f4")
        assert "Denise, place 2 of 2" in stage.screen
        went: list[Destination] = []
        monkeypatch.setattr(InterviewApp, "on_go", lambda _, message: went.append(message.to), raising=False)
        await stage.press("v")
        await stage.until(lambda: went)
        assert went == [ToTranscript(CASE, second)]


async def test_another_wording_another_form_a_new_name_and_the_whole_study():
    async with staged(Home(), stage=stage_with_names()) as stage:
        await shown(stage)
        await stage.press("o")
        assert "No name is replaced yet" in stage.screen
        await asked(stage, "e", Pasted("Leader"), "enter")
        assert given(stage) == {"Philip Fennimore": "[Leader]"}
        await asked(stage, "o", "enter")  # of the other spelling, which is next
        assert stage.pseudonyms.held(CASE)[0].forms[-1] == "Phenymor"
        await asked(stage, "n", Pasted("Marlbury Arms=[Leader]"), "enter")
        assert "So it does for Philip Fennimore." in stage.screen
        await asked(stage, "n", Pasted("Marlbury Arms=Inn A"), "enter")
        assert given(stage)["Marlbury Arms"] == "[Inn A]"
        assert cursor(stage) == "Denise"
        await stage.press("w")
        assert "holds in the whole study" in stage.screen
        await decided(stage, "enter")
        [denise] = [each for each in stage.pseudonyms.held("P99") if each.name == "Denise"]
        assert denise.replacement == "[Person A]"
        await stage.press("home", *["down"] * 2)
        assert cursor(stage) == "Denise"
        await decided(stage, "w")
        assert stage.pseudonyms.held("P99") == ()
        assert given(stage)["Denise"] == "[Person A]"
        await decided(stage, "home", "w")  # which puts it behind those of the case
        assert cursor(stage) == stage.pseudonyms.held(CASE)[-1].name == "Philip Fennimore"


async def test_what_is_no_name_goes_to_the_end_and_what_is_dropped_comes_back():
    async with staged(Home(), stage=stage_with_names()) as stage:
        await shown(stage)
        await decided(stage, "enter")
        await decided(stage, "x", "x")
        assert stage.pseudonyms.none == [("Phenymor", CASE), ("Denise", CASE)]
        assert "No names (2)" in stage.screen
        await decided(stage, "home", "x")
        assert given(stage) == {}
        await stage.press("end")
        assert cursor(stage) == "Denise"
        await stage.press("x")
        assert "is no name already" in stage.screen
        await decided(stage, "enter")
        assert list(given(stage)) == ["Denise"]
        await decided(stage, "home", "enter")
        assert "stands for it already" in stage.screen


async def test_decisions_on_one_name_in_a_burst_are_all_kept():
    async with staged(Home(), stage=stage_with_names()) as stage:
        await shown(stage)
        book = stage.pseudonyms
        book.give(CASE, Pseudonym("Philip Fennimore", "[Person A]", case=CASE))
        await decided(stage, "end", "x")  # reads it anew
        await stage.press("home", "down")
        logging = threading.Event()
        give = book.give
        book.give = lambda *given, **how: (logging.wait(), give(*given, **how))[1]
        names = []
        for number in range(2):
            names.append(cursor(stage))
            await stage.press("o")
            await stage.until(lambda: isinstance(stage.app.screen.focused, Input))
            await stage.press("enter")
            await stage.until(lambda: isinstance(stage.app.screen, NamesScreen))
            await stage.settled()
            assert stage.screen.count("◐") == number + 1
        logging.set()
        await decided(stage)
        [philip] = book.held(CASE)
        assert set(philip.forms) == {"Philip Fennimore", "Fennimore", *names}


async def test_a_burst_decides_on_one_name_after_the_other_and_on_none_twice():
    async with staged(Home(), stage=stage_with_names()) as stage:
        await shown(stage)
        book, logging = stage.pseudonyms, threading.Event()
        say = book.say_it_is_none
        book.say_it_is_none = lambda *told: (logging.wait(), say(*told))[1]
        await stage.press("end", "x", "x", "x")
        assert stage.screen.count("◐") == 3
        logging.set()
        await decided(stage)
        assert [name for name, _ in book.none] == ["She", "Seriously", "Teague"]


async def test_what_cannot_be_logged_is_said_and_changes_nothing():
    async with staged(Home(), stage=stage_with_names()) as stage:
        await shown(stage)
        stage.pseudonyms.failure = StorageError("The stick is not there.", "Connect it.")
        await decided(stage, "enter")
        assert "The stick is not there." in stage.screen
        assert "Replaced" not in stage.screen
        stage.pseudonyms.failure = None
        await asked(stage, "n", Pasted("Denise=Denise B"), "enter")
        assert "give away" in stage.screen
        await stage.press("escape")
        await stage.until(lambda: isinstance(stage.app.screen, HomeScreen))


async def test_without_sound_and_without_names_it_says_so():
    stage = stage_with_names()
    stage.player.available = False
    async with staged(Home(), stage=stage):
        await shown(stage)
        await stage.press("space")
        assert "No sound device" in stage.screen
        assert stage.player.played == []
        conducted(stage, "P08")
        await stage.app.push_screen(NamesScreen(stage.adapters, "P08"))
        await stage.until(lambda: "No name is found" in stage.screen)
        await stage.press("enter", "v", "x")
        assert "Choose a name." in stage.screen


async def test_an_interview_that_is_not_there_is_said_in_a_sentence():
    async with staged(Home()) as stage:
        await stage.app.push_screen(NamesScreen(stage.adapters, "P99"))
        await stage.until(lambda: "P99" in stage.screen.splitlines()[-2])


async def test_what_the_names_of_an_interview_look_like():
    async with staged(Home(), stage=stage_with_names()) as stage:
        await shown(stage)
        await pictured(stage, "names")
        await decided(stage, "enter", "down", "x")
        await stage.press("home")
        await pictured(stage, "names-decided")


def place(at_ms: int) -> Occurrence:
    return Occurrence(at_ms, at_ms + 300, RESPONDENT, "before ", "a name", " after")


def test_what_is_no_name_in_the_study_but_one_here_is_shown_as_the_one():
    record = stage_with_names().study.record(CASE)
    held = [Pseudonym("Denise", "[Person A]", case=CASE)]
    names = naming.names_of(record, held, [], ["Denise", "Gosh"])
    assert [(one.standing, one.name, len(one.places)) for one in names] == [
        (Standing.REPLACED, "Denise", 2),
        (Standing.NONE, "Gosh", 0),
    ]


def test_the_tally_counts_names_and_places():
    names = [
        Name(Standing.REPLACED, ("Denise",), Pseudonym("Denise", "[Person A]"), (place(1), place(2))),
        Name(Standing.PROPOSED, ("Bell",), Pseudonym("Bell", "[Person C]", case=CASE), (place(3),)),
        Name(Standing.NONE, ("Gosh",), Pseudonym("Gosh", "", case=CASE), (place(4),)),
    ]
    assert naming.tally(names) == "1 replaced (2 ×) · 1 may be names (1 ×)"
    assert [one.remarks for one in names] == ["person · whole study", "person?", ""]


@pytest.mark.parametrize(
    ("line", "name", "replacement"),
    [("Denise", "Denise", ""), (" Denise = [Person B] ", "Denise", "[Person B]"), ("", None, ""), ("=X", None, "")],
)
def test_a_typed_name_may_say_what_stands_for_it(line: str, name: str | None, replacement: str):
    made = naming.typed(line, CASE)
    assert (made and made.name) == name
    assert made is None or (made.replacement, made.case) == (replacement, CASE)


def test_a_name_of_its_own_leaves_the_one_it_was_taken_for():
    whole = Pseudonym("Philip Fennimore", "[Person A]", NameKind.PERSON, CASE, ("Phenymor",))
    name = Name(Standing.PROPOSED, ("Phenymor",), whole, spelling_of="Philip Fennimore")
    assert name.own == Pseudonym("Phenymor", "", NameKind.PERSON, CASE)
