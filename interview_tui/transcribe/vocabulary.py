"""What an engine is told before it hears a stretch: the names and terms that may be said in it, nearest in time first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PLACEHOLDER = True
