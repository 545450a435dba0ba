"""The keys of what events leave behind, and the texts by which those outside know them."""

EntryKey = tuple[str, int]
"""The mentorship and the revision of a history entry."""
EffectKey = tuple[str, int, int]
"""The mentorship, the revision and the position of an effect: what makes it one."""


def entry_id(key: EntryKey) -> str:
    """Return the id of a history entry, unique over all mentorships."""
    mentorship_id, revision = key
    return f"{mentorship_id}-{revision}"


def effect_id(key: EffectKey) -> str:
    """Return the id of an effect, which every consumer is idempotent by."""
    mentorship_id, revision, position = key
    return f"{mentorship_id}-{revision}:{position}"


def effect_key(id_: str) -> EffectKey:
    """Return the key of an effect by its id.

    Raises:
        ValueError: if it is the id of no effect.
    """
    mentorship_id, _, place = id_.rpartition("-")
    revision, _, position = place.partition(":")
    if not mentorship_id or not revision.isdecimal() or not position.isdecimal():
        message = f"{id_!r} is no id of an effect, which is <mentorship>-<revision>:<position>"
        raise ValueError(message)
    return mentorship_id, int(revision), int(position)
