"""Keys and the ids made of them: there and back again."""

import pytest

from mentorflow.core.keys import effect_id, effect_key, entry_id

MENTORSHIP = "0190f2c4-7a00-7000-8000-000000000001"


def test_the_id_of_an_effect_begins_with_that_of_its_entry() -> None:
    assert entry_id((MENTORSHIP, 3)) == f"{MENTORSHIP}-3"
    assert effect_id((MENTORSHIP, 3, 12)) == f"{MENTORSHIP}-3:12"


def test_an_id_is_taken_apart_into_the_key_it_was_made_of() -> None:
    key = (MENTORSHIP, 3, 12)

    assert effect_key(effect_id(key)) == key


@pytest.mark.parametrize(
    "text",
    ["", MENTORSHIP, f"{MENTORSHIP}-3", f"{MENTORSHIP}-3:", f"{MENTORSHIP}-:1", "-3:1", "a-1:b"],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no id of an effect"):
        effect_key(text)
