"""The program's own themes: a dark one, one of high contrast, one for colour-blind eyes, the last two on white as well.

Textual's colours for texts are tints of a theme's, and its grey ones are thinned out: on its light theme the keys have
1.5:1, on its dark one what is off route has 3.7:1. So every colour that the screens put words in is said here. Two are
the program's own: `$quiet`, of what stands beside something more important, and `$faint`, of what is not to be asked.
Whatever a colour says, a word or a glyph says too.
"""

from __future__ import annotations

import difflib

from textual.theme import Theme

from interview_tui.errors import ConfigError

DARK = Theme(
    name="dark",
    primary="#0178d4",
    secondary="#7fa6cc",
    warning="#ffa62b",
    error="#ba3c5b",
    success="#4ebf71",
    accent="#ffa62b",
    foreground="#e0e0e0",
    background="#121212",
    surface="#1e1e1e",
    panel="#242f38",
    variables={
        "quiet": "#adadad",
        "faint": "#969696",
        "text-disabled": "#969696",
        "text-secondary": "#7fa6cc",
        "text-error": "#e08ba0",
        "panel-lighten-1": "#4a5a68",
    },
)

HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#66b8ff",
    secondary="#d9b8ff",
    warning="#ffd633",
    error="#ff8080",
    success="#66ff99",
    accent="#80e5ff",
    foreground="#ffffff",
    background="#000000",
    surface="#101010",
    panel="#1c1c1c",
    variables={
        "quiet": "#d0d0d0",
        "faint": "#b4b4b4",
        "text": "#ffffff",
        "text-muted": "#d0d0d0",
        "text-disabled": "#b4b4b4",
        "text-primary": "#8ccbff",
        "text-secondary": "#d9b8ff",
        "text-warning": "#ffd633",
        "text-error": "#ffb3b3",
        "text-success": "#66ff99",
        "text-accent": "#80e5ff",
        "primary-muted": "#00386b",
        "warning-muted": "#332900",
        "error-muted": "#4d0000",
        "panel-lighten-1": "#8c8c8c",
        "border": "#80e5ff",
        "block-cursor-foreground": "#000000",
        "input-selection-background": "#00386b",
        "input-selection-foreground": "#ffffff",
    },
)

HIGH_CONTRAST_LIGHT = Theme(
    name="high-contrast-light",
    dark=False,
    primary="#00458a",
    secondary="#5b1a8f",
    warning="#6b4300",
    error="#8a0000",
    success="#00522b",
    accent="#004d66",
    foreground="#000000",
    background="#ffffff",
    surface="#f5f5f5",
    panel="#ebebeb",
    variables={
        "quiet": "#333333",
        "faint": "#434343",
        "text": "#000000",
        "text-muted": "#333333",
        "text-disabled": "#434343",
        "text-primary": "#00458a",
        "text-secondary": "#5b1a8f",
        "text-warning": "#593800",
        "text-error": "#7a0000",
        "text-success": "#004d26",
        "text-accent": "#004d66",
        "primary-muted": "#cce3ff",
        "warning-muted": "#ffeec7",
        "error-muted": "#ffdede",
        "panel-lighten-1": "#707070",
        "border": "#004d66",
        "block-cursor-foreground": "#ffffff",
        "input-selection-background": "#cce3ff",
        "input-selection-foreground": "#000000",
    },
)

BLUE_ORANGE = Theme(
    name="blue-orange",
    primary="#4f9fe8",
    secondary="#b8c9e0",
    warning="#ffe08a",
    error="#f07818",
    success="#4f9fe8",
    accent="#ffe08a",
    foreground="#e8ecf1",
    background="#0f141b",
    surface="#19212b",
    panel="#212c39",
    variables={
        "quiet": "#a9b5c2",
        "faint": "#98a5b3",
        "text": "#e8ecf1",
        "text-muted": "#a9b5c2",
        "text-disabled": "#98a5b3",
        "text-primary": "#a5cdf5",
        "text-secondary": "#b8c9e0",
        "text-warning": "#ffe08a",
        "text-error": "#f8832a",
        "text-success": "#5aa9f0",
        "text-accent": "#ffe08a",
        "panel-lighten-1": "#5d6f83",
        "primary-muted": "#1d4468",
        "warning-muted": "#40361a",
        "error-muted": "#401c00",
    },
)

BLUE_ORANGE_LIGHT = Theme(
    name="blue-orange-light",
    dark=False,
    primary="#0059b3",
    secondary="#3d5166",
    warning="#332600",
    error="#c24100",
    success="#0059b3",
    accent="#332600",
    foreground="#14181d",
    background="#ffffff",
    surface="#f4f6f8",
    panel="#e9edf1",
    variables={
        "quiet": "#4d5966",
        "faint": "#5c6875",
        "text": "#14181d",
        "text-muted": "#4d5966",
        "text-disabled": "#5c6875",
        "text-primary": "#0a3a6b",
        "text-secondary": "#3d5166",
        "text-warning": "#332600",
        "text-error": "#b83d00",
        "text-success": "#0059b3",
        "text-accent": "#332600",
        "panel-lighten-1": "#8594a3",
        "primary-muted": "#cfe3f7",
        "warning-muted": "#fdf0c4",
        "error-muted": "#ffe9dc",
    },
)

THEMES: tuple[Theme, ...] = (DARK, HIGH_CONTRAST, HIGH_CONTRAST_LIGHT, BLUE_ORANGE, BLUE_ORANGE_LIGHT)
"""What the app registers. None is an ANSI theme: those are black on black where NO_COLOR is set."""
CHOICES = tuple(theme.name for theme in THEMES)
"""What a person may choose; the first is what a screen looks like before that."""


def chosen(name: str, file: str = "preferences.toml") -> str:
    """The name of a theme that may be chosen.

    Raises:
        ConfigError: there is no such theme; names `file`.
    """
    if name in CHOICES:
        return name
    alike = difflib.get_close_matches(name, CHOICES, n=1)
    hint = f"Did you mean {alike[0]}?" if alike else f"There are {', '.join(CHOICES)}."
    raise ConfigError(f"{file}: there is no theme {name!r}.", hint)
