"""Takes the shape and the effect out of texts that come from outside."""

import re

LONGEST_VALUE = 500

# Line ends would forge paragraphs and headers, the others steer a terminal or turn text around, and
# half of a surrogate pair cannot be sent.
_SHAPE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")


def inert(text: str) -> str:
    """Return a text as one line, of a length that can be read, with nothing in it that acts."""
    flat = _SHAPE.sub(" ", text)
    return flat if len(flat) <= LONGEST_VALUE else flat[: LONGEST_VALUE - 1] + "…"
