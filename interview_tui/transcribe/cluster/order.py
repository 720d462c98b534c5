"""What a worker is to hear with, and whether what it has is the same."""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui import __version__
from interview_tui.transcribe.engines.engine import Engine
from interview_tui.transcribe.weights.kept_models import kept_model
from interview_tui.transcribe.weights.models import PACKAGED, Model

Means = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Order:
    """An engine and a model by their names, a language, and all that this amounts to."""

    engine: str
    model: str
    language: str
    means: Means


def order_for(ears: Engine, model: Model) -> Order:
    """The order to hear with what is here: a model that came from a folder is looked for in the same one there."""
    has_name = model.name in PACKAGED or kept_model(model.name, model.cache) is not None
    name = model.name if has_name else str(model.folder.resolve())
    return Order(ears.name, name, ears.language, means(ears, model.sha256))


def means(ears: Engine, sha256: str) -> Means:
    """Everything that words depend on besides sound and prompt: whoever has the same hears the same."""
    parameters = ((f"{ears.name}'s {name}", value) for name, value in ears.parameters.items())
    return (("interview-tui", __version__), ("weights", sha256), *ears.versions.items(), *parameters)


def difference(wanted: Means, found: Means) -> str:
    """What two means differ in, as `ctranslate2 4.7.0 instead of 4.8.5`; empty if they are the same."""
    here, there = dict(wanted), dict(found)
    names = [name for name in here | there if here.get(name) != there.get(name)]
    return ", ".join(f"{name} {_short(there.get(name))} instead of {_short(here.get(name))}" for name in names)


def _short(value: str | None) -> str:
    """A value in words; of a hash as much as tells it from another."""
    if value is None:
        return "none"
    return f"{value[:12]}…" if len(value) == 64 else value
