"""Every command of the cases, declared once: see `commands`."""

from __future__ import annotations

from interview_tui.tui.commands import Command
from interview_tui.tui.review_commands import FIND, LEAVE

_ATTEMPT = Command(
    "attempt", ("a",), "attempt", "note a call that was tried",
    "Note a call that was tried: the key of what came of it, then a remark.",
)  # fmt: skip
_APPOINTMENT = Command(
    "appointment", ("t",), "time", "an appointment",
    "Note when they are to be rung, as agreed with them: `tomorrow 14:30`; nothing: the appointment holds no more.",
)  # fmt: skip
CASES = (
    Command(
        "ring", ("enter",), "ring", "ring them, or read it",
        "Ring: the check before the call; go on with an unfinished interview; read the record of one that has ended.",
    ),
    Command("card", ("space",), "card", "the card of the case", "The card of the case: all that is known of it."),
    _ATTEMPT,
    _APPOINTMENT,
    Command("new", ("n",), "new", "add a case", "Add a case to the list: type its name and press Enter."),
    Command("find", ("/",), "find", "go to a case", "Go to a case: type its name, or how it begins."),
    Command("filter", ("f",), "filter", "only some", "Show only cases with a word; `-word`: without it."),
    Command("sort", ("o",), "order", "in another order", "Order by the column under the cursor; again: turn it round."),
    Command("by_due", ("d",), "", "whom to ring next on top", "Whom to ring next on top again."),
    FIND,
    LEAVE,
)  # fmt: skip
CARD = (
    Command(
        "ring", ("c",), "ring", "ring them, or read it",
        "Ring: the check before the call; go on with an unfinished interview; read the record of one that has ended.",
    ),
    _ATTEMPT,
    _APPOINTMENT,
    Command("edit", ("enter", "e"), "edit", "what is under the cursor", "Change what is under the cursor."),
    Command(
        "remark", ("r",), "remark", "what to know before ringing",
        "Write what is to be known before ringing; it is shown before the call.",
    ),
    Command(
        "due", ("d",), "due", "when to ring next",
        "Say from when on they are to be rung, whatever came of the last attempt; nothing: as that has it.",
    ),
    Command(
        "close", ("x",), "close", "ring no more, or again",
        "Nobody rings them any more, and why; of a case that is closed: they may be rung again.",
    ),
    Command(
        "unlock", ("u",), "who", "who it is: unlock, lock",
        "Unlock who the cases are, with the passphrase; again: lock it. It is locked by itself after ten minutes "
        "without a key on these screens, and when the program is left.",
    ),
    Command("next", ("pagedown",), "", "the next case", "The card of the next case of the list."),
    Command("previous", ("pageup",), "", "the case before", "The card of the case before."),
    FIND,
    LEAVE,
)  # fmt: skip
ASKED = (
    Command("take", ("enter",), "take it", "take what is typed or chosen", "Take what is typed or chosen."),
    Command("previous", ("up",), "↓ choose", "the choice before", "The choice before."),
    Command("next", ("down",), "", "the next choice", "The next choice."),
    Command("leave", ("escape",), "leave it", "leave it as it is", "Leave it as it is."),
)
"""While the line asks for something."""
