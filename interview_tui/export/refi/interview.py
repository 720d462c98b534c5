"""An interview on its way into a project: its text, its names and identities, whom it was made by and when."""

from __future__ import annotations

from functools import cached_property

from interview_tui.export.document import Block, Document, stamp
from interview_tui.export.options import Options
from interview_tui.export.refi.characters import filed
from interview_tui.export.refi.codes import InterviewCodes
from interview_tui.export.refi.identity import Identity, moment
from interview_tui.export.refi.profiles import PROFILES
from interview_tui.export.refi.transcript import Transcript, clock, transcribed
from interview_tui.export.refi.users import Users


class Interview:
    """What all parts of a project say of one interview."""

    def __init__(self, document: Document, options: Options, identity: Identity) -> None:
        self.document = document
        self.record = document.record
        self.recording = document.enclosed.recording
        self.options = options
        self.profile = PROFILES[options.target]
        self.identity = identity
        self.audio_ms = clock(document)
        users = Users(identity)
        self.person = users.person(self.record.interviewer)
        self.automatic = users.automatic
        self.codes = InterviewCodes(document)
        self.transcript: Transcript = transcribed(document, options, times=options.times or self.profile.stamps)

    @cached_property
    def case(self) -> str:
        """The case as names have it."""
        return filed(self.record.case)

    @property
    def text_name(self) -> str:
        """What the transcript is called: QualCoder looks for that of an audio file under this name."""
        if self.profile.links_by_name and self.recording is not None:
            return f"{self.audio_name}.transcribed"
        return f"{self.case} transcript"

    @property
    def audio_name(self) -> str:
        """What the audio is called."""
        return f"{self.case}{self.suffix}"

    @property
    def suffix(self) -> str:
        """How the names of its audio end; empty where there is none."""
        return self.recording.file.suffix.lower() if self.recording is not None else ""

    def guid(self, *parts: str | int) -> str:
        """The identity of a part of this interview."""
        return self.identity.of("interview", self.record.case, *parts)

    def created(self, at_ms: int = 0) -> str:
        """A moment of the call clock as a date and time."""
        return moment(max(self.record.opened_wall_ms + at_ms, 0))

    def by(self, user: str, at_ms: int = 0) -> dict[str, str]:
        """The attributes that say who made something and when: several programs cannot do without."""
        return {"creatingUser": user, "creationDateTime": self.created(at_ms)}

    def stamp(self, at_ms: int) -> str:
        """A moment of the call clock as the text shows it."""
        return stamp(self.audio_ms(at_ms))

    def at(self, block: Block) -> str:
        """What a selection is called: the case, and when it begins."""
        return f"{self.case} {self.stamp(block.start_ms).replace(':', '.')}"
