"""The time that somebody means when a call is agreed on: `tomorrow 9:00`, by the clock on the wall."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from interview_tui.errors import Refused

WAYS = "Write it as 2026-11-24 14:30, 24 Nov 14:30, tomorrow 9:00, Tue 14:30, 14:30, 2pm, or in 20 min."
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6}
_MONTHS |= {"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
LONGEST_MIN = 60 * 24 * 365
_CLOCK = r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?\s?(?P<half>am|pm)?"
_LAST = re.compile(rf"(?:(?P<day>.+?)(?:,? at |,? ))?{_CLOCK}")
_FIRST = re.compile(rf"{_CLOCK},? (?P<day>.+)")
_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})")
_SHORT_DATE = re.compile(r"(?P<day>[0-9]{1,2})[./](?P<month>[0-9]{1,2})(?:[./](?P<year>[0-9]{4})?)?")
_SPOKEN_DATE = re.compile(
    r"(?:[a-z]+,? )?(?P<day>[0-9]{1,2})(?:st|nd|rd|th|[.])? (?P<month>[a-z]{3,})[.]?(?: (?P<year>[0-9]{4}))?"
)
_FROM_NOW = re.compile(r"in\s+(?P<number>[0-9]{1,5})\s*(?P<unit>m|min|minutes?|h|hours?|d|days?)")
_AGO = re.compile(_FROM_NOW.pattern.removeprefix(r"in\s+") + r"\s+ago")
_UNITS = {"m": 1, "h": 60, "d": 60 * 24}


def meant(text: str, now_ms: int, zone: tzinfo | None = None, *, ago: bool = False) -> int:
    """The moment that is meant (wall clock, ms), as seen now; in a time zone, without one in that of this machine.

    A time without a day is the next one that is still to come; a weekday is the next of that name, today among them if
    the time is still to come; a date without a year is the next one. Of something that was `ago` it is the last one
    instead. Where clocks go back and a time comes twice, the first is meant.

    Raises:
        Refused: it cannot be understood, or clocks go forward over it.
    """
    said = " ".join(text.casefold().split())
    now = datetime.fromtimestamp(now_ms / 1000, zone)
    if said == "now":
        return now_ms
    found = _FROM_NOW.fullmatch(said) or _AGO.fullmatch(said)
    if found:
        minutes = int(found["number"]) * _UNITS[found["unit"][0]]
        if minutes > LONGEST_MIN:
            raise Refused(f"{text!r} is more than a year away.", WAYS)
        return now_ms + minutes * 60_000 * (-1 if said.endswith(" ago") else 1)
    for reading in (_LAST.fullmatch(said), _FIRST.fullmatch(said)):
        clock = _clock(reading) if reading else None
        day = (
            _day(reading["day"] or "", now.replace(tzinfo=None), clock, ago=ago)
            if reading and clock is not None
            else None
        )
        if clock is not None and day is not None:
            return _on_the_wall(datetime.combine(day, clock), zone)
    raise Refused(f"{text!r} is no time of a day that can be understood.", WAYS)


def _clock(match: re.Match[str]) -> time | None:
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), match["half"]
    if match["minute"] is None and half is None:
        return None  # a bare number may be a day as well as an hour
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(said: str, now: datetime, clock: time, *, ago: bool) -> date | None:
    """The day that is meant, the nearest after now that fits, or with `ago` the nearest before."""
    today, is_past = now.date(), clock <= now.time()
    if not said:
        return today + timedelta(days=(0 if is_past else -1) if ago else (1 if is_past else 0))
    if said in _DAYS:
        return today + timedelta(days=_DAYS[said])
    weekday = _named(said.removeprefix("next ").removeprefix("last ").removeprefix("on "), WEEKDAYS)
    if weekday is not None:
        ahead = (weekday - today.weekday()) % 7
        if ago or said.startswith("last "):
            return today - timedelta(days=-ahead % 7 or (7 if said.startswith("last ") or not is_past else 0))
        return today + timedelta(days=ahead or (7 if is_past or said.startswith("next ") else 0))
    written = _DATE.fullmatch(said) or _SHORT_DATE.fullmatch(said) or _SPOKEN_DATE.fullmatch(said)
    if written is None:
        return None
    month = int(written["month"]) if written["month"].isdecimal() else _MONTHS.get(written["month"][:3], 0)
    try:
        if written["year"]:
            return date(int(written["year"]), month, int(written["day"]))
        this_year = date(today.year, month, int(written["day"]))
        is_over = datetime.combine(this_year, clock) <= now
        return this_year.replace(year=today.year + (is_over - 1 if ago else is_over))
    except ValueError:
        return None


def _named(said: str, names: tuple[str, ...]) -> int | None:
    """Which of the names begins so, if only one does; two letters at least."""
    found = [number for number, name in enumerate(names) if len(said) > 1 and name.startswith(said)]
    return found[0] if len(found) == 1 else None


def _on_the_wall(meant_there: datetime, zone: tzinfo | None) -> int:
    """A reading of the clocks there as a moment."""
    try:
        moment = meant_there.replace(tzinfo=zone).timestamp()
        read_again = datetime.fromtimestamp(moment, zone).replace(tzinfo=None)
    except (OverflowError, OSError, ValueError) as error:
        raise Refused(f"The year {meant_there.year} is too far away.", WAYS) from error
    if read_again != meant_there:
        raise Refused(
            f"There is no {meant_there:%H:%M} on {meant_there:%Y-%m-%d}: the clocks go forward over it.",
            "Give an hour later or earlier.",
        )
    return round(moment * 1000)


def in_words(wall_ms: int, zone: tzinfo | None = None) -> str:
    """A moment as it is written and can be read again: `2026-11-24 14:30`."""
    return f"{datetime.fromtimestamp(wall_ms / 1000, zone):%Y-%m-%d %H:%M}"
