"""How long: a duration as people write it (`10d`, `36h`, `3bd`, ISO 8601), kept apart by kind."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache

_SHORT = re.compile(r"(?:(\d{1,5})(bd|d|h|m|s|w))", re.ASCII)
_ISO = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?(?:(?P<seconds>\d{1,8})S)?)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Duration:
    """A length of time: calendar days, business days and an exact rest."""

    text: str
    days: int = 0
    """Calendar days in the zone of the program."""
    business_days: int = 0
    exact: timedelta = timedelta()
    """Hours, minutes and seconds, the same length everywhere."""

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read a duration such as `10d`, `36h`, `1d12h`, `3bd`, `2w` or `P10DT6H`.

        Raises:
            ValueError: if the text is not a duration; the message says what would be.
        """
        found = _parsed(text.strip())
        if found is None:
            raise ValueError(
                f"{text!r} is not a duration; write 10d, 36h, 45m, 3bd (business days) or P10D"
            )
        return found

    def times(self, factor: int) -> "Duration":
        """Return the duration taken several times."""
        if factor == 1:
            return self
        return Duration(
            text=f"{factor} x {self.text}",
            days=self.days * factor,
            business_days=self.business_days * factor,
            exact=self.exact * factor,
        )

    @cached_property
    def fixed(self) -> timedelta:
        """The length where every day has 24 hours, as in UTC; without the business days."""
        return timedelta(days=self.days) + self.exact

    @property
    def is_zero(self) -> bool:
        """Whether it takes no time at all."""
        return not (self.days or self.business_days or self.exact)

    @property
    def length(self) -> timedelta:
        """The usual length, to compare durations; a business day counts 7/5 of a day."""
        return timedelta(days=self.days + self.business_days * 1.4) + self.exact

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Duration | None:
    return _parse_short(text) or _parse_iso(text)


def _parse_short(text: str) -> Duration | None:
    parts = _SHORT.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    total = {"w": 0, "d": 0, "bd": 0, "h": 0, "m": 0, "s": 0}
    for number, unit in parts:
        total[unit] += int(number)
    return Duration(
        text=text,
        days=total["d"] + 7 * total["w"],
        business_days=total["bd"],
        exact=timedelta(hours=total["h"], minutes=total["m"], seconds=total["s"]),
    )


def _parse_iso(text: str) -> Duration | None:
    match = _ISO.fullmatch(text)
    if match is None or text in {"P", "PT"} or text.endswith("T"):
        return None
    part = {name: int(value or 0) for name, value in match.groupdict().items()}
    return Duration(
        text=text,
        days=part["days"] + 7 * part["weeks"],
        exact=timedelta(hours=part["hours"], minutes=part["minutes"], seconds=part["seconds"]),
    )
