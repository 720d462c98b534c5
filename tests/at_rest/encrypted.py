"""An encrypted study made and unlocked at once: what takes a second or more is trying its passphrase, on purpose."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pyrage

from interview_tui.at_rest import study_key
from interview_tui.at_rest.encrypted_folder import KEY_FILE
from interview_tui.at_rest.study_key import StudyKey
from tests.at_rest.quick_lock import quickly_locked

PASSPHRASE = "four words that go together"
"""Of every study that is made here; `unlock` takes it, here and in any other process, and takes no time."""

ENOUGH = 50
"""So many keys a process holds in tests: they are handed on in the environment, which has its end. The rest is found in
the folder of the day."""


def encrypted_study(folder: Path) -> StudyKey:
    """Make a folder (if need be) an encrypted study, with a key of its own; it is unlocked, for child processes too."""
    identity = pyrage.x25519.Identity.generate()
    key = StudyKey(str(identity.to_public()), str(identity), secrets.token_hex(32))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    plain = json.dumps({"secret": key.secret, "database": key.database}).encode("ascii")
    file = folder / KEY_FILE
    file.write_text(f"recipient = {key.recipient}\n{quickly_locked(plain, PASSPHRASE)}", encoding="ascii")
    file.chmod(0o600)
    if len(study_key._held) > ENOUGH:
        study_key._held.clear()
    study_key._held[key.recipient] = key
    study_key.keep_for_the_day(key)
    return key
