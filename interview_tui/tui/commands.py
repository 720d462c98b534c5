"""Every command of the screens, declared once: from here come the footers, the help and docs/keys.md.

A command of the live screen has a Ctrl key and a function key that does the same, both of them keys that old
terminals, tmux and ssh deliver and that neither the line nor the terminal wants for itself.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do: `keys` do it (the first is shown), `title` names it in the footer (empty: it is not
    shown there), `brief` in the list of keys, `help` in the manual.
    """

    id: str
    keys: tuple[str, ...]
    title: str
    brief: str
    help: str


LIVE = (
    Command(
        "record", ("ctrl+r", "f2"), "rec", "record, or back on record",
        "Start recording, once consent is given; resume it; come back on the record.",
    ),
    Command(
        "off_record", ("ctrl+o", "f3"), "off record", "off the record, at once",
        "Off the record, at once: nothing is recorded, notes are not kept.",
    ),
    Command("flag", ("ctrl+f", "f4"), "flag", "flag this moment", "Flag this moment."),
    Command("go_to", ("ctrl+g", "f5"), "go to", "go to a question", "Go to a question: type a word of it."),
    Command("back", ("ctrl+b", "f6"), "back", "back from the last jump", "Back to where you jumped from."),
    Command(
        "tick", ("ctrl+t", "f7"), "tick", "tick other questions",
        "Tick other questions as covered, with the note you have just typed.",
    ),
    Command(
        "open_round", ("ctrl+n", "f8"), "round", "another incident, relationship",
        "Open another round, an incident or a relationship, out of order if need be.",
    ),
    Command(
        "call_menu", ("ctrl+l", "f9", "ctrl+q"), "call", "dropped, time, distress, end …",
        "The call: the line dropped, call back, somebody listens in, time, distress, undo, end, leave unfinished.",
    ),
    Command(
        "palette", ("ctrl+p", "f12"), "keys", "every command, by a word",
        "Every command with its key: type a word of it and press Enter, or only look.",
    ),
    Command(
        "take", ("enter",), "", "take the line; empty: next",
        "Take the line: an answer or a note; empty, on to the next question.",
    ),
    Command(
        "clear", ("escape",), "", "clear; again: bring back", "Clear the line; again: bring it back. Leaves a list.",
    ),
    Command("saved", ("ctrl+s",), "", "nothing: all is saved", "Nothing to do: every key is saved as you type."),
    Command("previous_item", ("up",), "", "item before", "The item before, whether suggested or not."),
    Command("next_item", ("down",), "", "item after", "The item after, whether suggested or not."),
    Command("previous_section", ("pageup",), "", "section before", "The section before."),
    Command("next_section", ("pagedown",), "", "section after", "The section after."),
)  # fmt: skip

HOME = (
    Command(
        "open", ("enter",), "open", "go on with it, or read it",
        "Go on with an unfinished interview, or read the record of one that has ended.",
    ),
    Command("new", ("n",), "new", "a new interview", "A new interview: type the case and press Enter."),
    Command(
        "sound_check", ("p",), "", "a sound check",
        "A sound check: hear both ends, and see what room there is. Nothing of it is kept.",
    ),
    Command("transcribe", ("t",), "transcribe", "transcribe it", "Transcribe the interview, on this computer."),
    Command(
        "cancel", ("c",), "", "cancel the transcription", "Cancel the transcription; what is finished is kept."
    ),
    Command("export", ("e",), "export", "write it as files", "Export the interview: choose formats, write them."),
    Command("study", ("s",), "study", "all interviews as a table", "All interviews as a table, for review."),
    Command("search", ("/",), "", "search the study", "Search the notes and the talk of the whole study."),
    Command(
        "cases", ("l",), "cases", "whom to ring, and when",
        "The cases: whom to ring next, appointments, attempts.",
    ),
    Command(
        "figures", ("f",), "", "the study's figures",
        "The figures of the study: fidelity, exhaustiveness, participation, agreement.",
    ),
    Command(
        "tallies", ("y",), "", "how many there are of each kind",
        "The tallies: how many interviews, relationships or incidents there are of each kind, and what is short.",
    ),
    Command(
        "debrief", ("d",), "debrief", "its debrief",
        "Write the debrief of an interview that has ended, or go on with it.",
    ),
    Command(
        "palette", ("ctrl+p",), "find", "a command or theme, by a word",
        "Find a command or a theme by a word of it.",
    ),
    Command("quit", ("q", "ctrl+q"), "quit", "leave the program", "Leave the program."),
)  # fmt: skip

TALLIES = (
    Command("again", ("r",), "count again", "count again", "Count again."),
    Command("leave", ("escape", "ctrl+q"), "back", "back to the list", "Back to the list of interviews."),
)  # fmt: skip

PREFLIGHT = (
    Command(
        "start", ("enter",), "to the call", "go to the call",
        "Go to the call, whatever the checks say; nothing is recorded before there is consent.",
    ),
    Command(
        "play_back", ("p", "space"), "play back", "play the last 5 s",
        "Play the last 5 s that were heard, of both of you.",
    ),
    Command(
        "choose", ("d",), "devices", "choose the devices",
        "Choose the devices: yours, then a second one for the line, if one is needed. They are remembered on this "
        "computer.",
    ),
    Command("again", ("r",), "listen again", "open the source again", "Open the source again, and hear both anew."),
    Command("leave", ("escape", "ctrl+q"), "back", "back to the list", "Back to the list of interviews."),
)  # fmt: skip

DEVICES = (
    Command("take", ("enter",), "take it", "take the device", "Take the device."),
    Command("as_it_was", ("escape",), "as it was", "leave all as it was", "Leave all as it was."),
    Command("previous", ("up",), "", "the device before", "The device before; it is opened, and its level shown."),
    Command("next", ("down",), "", "the device after", "The device after."),
)  # fmt: skip
"""While the devices are chosen; the first two have the keys of `PREFLIGHT`."""

DEBRIEF = (
    Command(
        "take", ("enter",), "keep, next", "keep it, and the next box",
        "Keep what is typed and go to the next box; under *Taken back*, destroy it once the case is typed.",
    ),
    Command("next", ("down", "tab"), "", "the next box", "The next box; what is typed is kept."),
    Command("previous", ("up", "shift+tab"), "", "the box before", "The box before; what is typed is kept."),
    Command("next_part", ("pagedown",), "", "the next part", "The next part of the debrief."),
    Command("previous_part", ("pageup",), "", "the part before", "The part before."),
    Command("finish", ("ctrl+f", "f4"), "done", "the debrief is done", "The debrief is done; it can be opened again."),
    Command(
        "leave", ("escape", "ctrl+q"), "later", "leave it open", "Leave the debrief open; the list says so."
    ),
    Command("saved", ("ctrl+s",), "", "nothing: all is saved", "Nothing to do: every key is saved as you type."),
)  # fmt: skip

BY_EAR = (
    Command("listen", ("space",), "listen", "play 5 s here", "Play the five seconds around the moment that is chosen."),
    Command("above", ("up",), "", "the moment before", "The moment before."),
    Command("below", ("down",), "", "the moment after", "The moment after."),
    Command("earlier_fine", ("left",), "→ 10 ms", "10 ms earlier", "The file begins 10 ms earlier."),
    Command("later_fine", ("right",), "", "10 ms later", "10 ms later."),
    Command(
        "earlier_step", ("[", "shift+left"), "] 0.1 s", "0.1 s earlier", "The file begins a tenth of a second earlier."
    ),
    Command("later_step", ("]", "shift+right"), "", "0.1 s later", "A tenth of a second later."),
    Command("accept", ("enter",), "attach", "attach it so", "Attach the file where it lies now."),
    Command(
        "leave", ("escape", "ctrl+q"), "leave", "leave without a trace", "Leave; nothing is attached, nothing is kept."
    ),
    Command("earlier_second", ("pageup",), "PgDn 1 s", "1 s earlier", "The file begins a second earlier."),
    Command("later_second", ("pagedown",), "", "1 s later", "A second later."),
    Command("earlier_far", ("{",), "} 10 s", "10 s earlier", "The file begins ten seconds earlier."),
    Command("later_far", ("}",), "", "10 s later", "Ten seconds later."),
)  # fmt: skip
"""While a file is lined up by ear. Where two keys move it both ways, the title of the first names the second too."""

TOUR = (
    Command("skip_step", ("tab",), "skip", "skip this step", "In a rehearsal: skip this step of the tour."),
    Command(
        "hide_tour", ("shift+tab",), "hide", "hide or show the tour", "In a rehearsal: hide the tour, or show it again."
    ),
)  # fmt: skip
"""The tour's own keys, which mean nothing where there is no tour."""

_SPOKEN = {
    "escape": "Esc", "enter": "Enter", "space": "Space", "up": "↑", "down": "↓", "pageup": "PgUp", "pagedown": "PgDn",
    "tab": "Tab", "shift+tab": "Shift+Tab", "left": "←", "right": "→", "shift+left": "Shift+←",
    "shift+right": "Shift+→",
}  # fmt: skip


def spoken(key: str) -> str:
    """What a key is called on the screen and in the manual: `^R`, `F2`, `Esc`."""
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+").upper()
    return _SPOKEN.get(key, key.upper() if len(key) > 1 else key)


def by_key(commands: tuple[Command, ...]) -> dict[str, str]:
    """The id of the command that each key gives."""
    return {key: command.id for command in commands for key in command.keys}
