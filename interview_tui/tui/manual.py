"""The manual of the keys: docs/keys.md, made from the commands."""

from __future__ import annotations

from interview_tui.tui import case_commands, commands, credibility_commands, review_commands
from interview_tui.tui.commands import Command, spoken

PAGES = (
    ("The live screen", commands.LIVE),
    ("The debrief", commands.DEBRIEF),
    ("The list of interviews", commands.HOME),
    ("The tallies", commands.TALLIES),
    ("The cases", case_commands.CASES),
    ("The card of a case", case_commands.CARD),
    ("Before a call", commands.PREFLIGHT),
    ("Choosing devices before a call", commands.DEVICES),
    ("The study", review_commands.STUDY),
    ("A record", review_commands.RECORD),
    ("A transcript", review_commands.TRANSCRIPT),
    ("What is doubtful", review_commands.DOUBTS),
    ("Names and pseudonyms", review_commands.NAMES),
    ("Every change", review_commands.HISTORY),
    ("Exporting", review_commands.EXPORT),
    ("Search", review_commands.SEARCH),
    ("Incidents side by side", review_commands.COMPARISON),
    ("The figures", credibility_commands.FIGURES),
    ("Sorting incidents into categories", credibility_commands.SORTING),
    ("Lining up by ear", commands.BY_EAR),
    ("A rehearsal", commands.TOUR),
)


def manual() -> str:
    """docs/keys.md."""
    parts = [_HEAD]
    for title, page in PAGES:
        parts.append(f"## {title}\n\n| key | what it does |\n|---|---|\n")
        parts.extend(f"| {_keys(command)} | {command.help} |\n" for command in page)
        parts.append("\n")
    return "".join(parts) + _TAIL


def _keys(command: Command) -> str:
    return ", ".join(f"`{spoken(key).replace('^', 'Ctrl+')}`" for key in command.keys)


_HEAD = """\
# Keys

This page is made from `interview_tui/tui/commands.py` and `review_commands.py`; a test compares them.

"""
_TAIL = """\
## The line

The one line at the bottom always has the cursor. Type and press Enter: a code of the question (`y`, `n`, `p`, `1 3`;
`dk` don't know, `rf` refused, `na` not applicable, `nt` not asked) answers it, everything else is a note. The line says
which before you press Enter. A space in front makes a note of what would be a code.

| in front | what it means |
|---|---|
| `!` | important |
| `"` | nearly verbatim |
| `?` | come back to this |
| `//` | about the procedure; the only kind that is kept off the record |
| `@Name` | a person or place to be anonymised |

In the lists that `Ctrl+G`, `Ctrl+T`, `Ctrl+N` and `Ctrl+P` open above the line, type to narrow the list; `↓` and `↑`
choose, `Enter` takes, `Esc` returns to what you were typing. Under `Ctrl+T`, `Space` in the list marks several: once
for touched `◐`, twice for done `●`; `Ctrl+T` marks without leaving the word you type; a number moves the last note to
that part of its incident. `Ctrl+L`, and the question how far back under `Ctrl+O`, act on their letter at once; typing
anything else there goes on as the note.

In every terminal both the Ctrl key and the function key work; where a terminal or tmux keeps one of them for itself
(`Ctrl+B` is tmux's, `F2` byobu's), use the other.

## Your own keys and colours

`Ctrl+P` finds every command, and the themes, by a word. What you choose is kept for you on this machine in
`preferences.toml`, in the system's folder for settings (`INTERVIEW_TUI_PREFERENCES` names another file). A damaged file
never stops a call: what cannot be read has its default, and the screen says so.

    theme = "high-contrast"    # dark, high-contrast, blue-orange, high-contrast-light, blue-orange-light
    plain = false              # true: the call line by line, without a screen
    source = "USB headset"     # the devices chosen on this computer; they go before the study's
    line = ""                  # a second one for the other end of the line; empty: none
    reviewer = "AB"            # who you are beside what you change in review; empty: your name on this machine
    [keys]
    flag = ["ctrl+z", "f4"]    # the first is shown

`high-contrast` has at least 7:1 everywhere; `blue-orange` is for colour-blind eyes. Without colours (`NO_COLOR`) every
state still has its word and glyph. Usable keys: `ctrl+` with b f g l n o p q r s t y z, and F2 to F9, F12; each for one
command. Enter, Esc and the arrows stay where they are. `ctrl+b` is never alone: tmux keeps it.

## Line by line

`interview-tui conduct P07 --plain` is the same call without a screen, for screen readers and poor connections. Nothing
is drawn, coloured or moved: every change is a new line in words. A line is what it is on the screen: a code answers,
Enter goes on, the rest is a note; a space in front prevents a code or a command. Commands are words after a slash, most
with a letter: `/record` `/off` `/flag` `/go WORD` `/back` `/tick WORD` `/move WORD` `/new` `/call` `/where` `/incident`
`/notes` `/status` `/end` `/help`. The terminal edits the line, so half a line is not saved, and a note's first key is
reckoned from Enter, 240 ms a character. Ctrl+C ends nothing; Ctrl+D twice leaves, and the recorder goes on for two
hours at most.
"""
