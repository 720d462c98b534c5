"""Every error a user can meet.

    InterviewTuiError        message, hint           exit
    ├─ ScheduleError         a schedule that cannot be read: file, line, what to write instead   2
    ├─ ConfigError           a setting or an argument that cannot be used                        2
    ├─ Refused               a command the interview cannot take now (nothing has changed)       2
    ├─ StorageError          disk full, locked, newer database, unknown case                     3
    ├─ AudioError            no device, device lost, unreadable file                             4
    ├─ TranscriptionError    no model, wrong hash, job failed                                    5
    └─ ExportError           an export that must not or cannot be written                        6

`message` is one sentence with the place; `hint` is the way out.
"""

from __future__ import annotations


class InterviewTuiError(Exception):
    """An error with a sentence for the person who meets it and the way out of it."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ScheduleError(InterviewTuiError):
    """An interview schedule cannot be read; `problems` holds every problem found, in file order."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "", problems: tuple[object, ...] = ()) -> None:
        super().__init__(message, hint)
        self.problems = problems


class ConfigError(InterviewTuiError):
    """A setting or an argument cannot be used."""

    exit_code = 2


class Refused(InterviewTuiError):
    """A command that the interview cannot take now; nothing was changed."""

    exit_code = 2


class StorageError(InterviewTuiError):
    """The study on disk cannot be read or written."""

    exit_code = 3


class AudioError(InterviewTuiError):
    """Audio cannot be captured, read or played."""

    exit_code = 4


class TranscriptionError(InterviewTuiError):
    """A transcription cannot be made."""

    exit_code = 5


class ExportError(InterviewTuiError):
    """An export cannot be written, or must not be."""

    exit_code = 6
