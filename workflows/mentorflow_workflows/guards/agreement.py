"""What must hold for an agreement, a pause and an end date."""

from mentorflow.core.workflow import View
from mentorflow_workflows.sides import everybody, holds_the_mentee, is_program, mentors_taking_part
from mentorflow_workflows.times import date_of, pause_end


def version_is_new(view: View) -> str | None:
    """Give every text its own version (E8)."""
    latest = max(_version(view, "agreement"), _version(view, "draft"))
    if view.data["version"] > latest:
        return None
    return f"Version {view.data['version']} is taken; the next one is {latest + 1}."


def draft_has_that_version(view: View) -> str | None:
    """Let people sign only the version that is put to them (E8)."""
    version = _version(view, "draft")
    if not version:
        return "Nothing is put up for signing; propose a version with agreement.proposed."
    if view.data["version"] == version:
        return None
    return f"Version {version} is up for signing, not version {view.data['version']}."


def signs_for_themselves(view: View) -> str | None:
    """Count the signatures of those who take part (E8)."""
    if view.event.by in everybody(view):
        return None
    return "Only the mentee and the mentors who accepted sign; accept first with mentor.accepted."


def everyone_signed(view: View) -> str | None:
    """Put an agreement in force when everybody has signed the same version (E8)."""
    missing = _unsigned(view)
    if missing is None:
        return "Nothing is put up for signing."
    return f"Still to sign: {', '.join(missing)}." if missing else None


def mentee_signed(view: View) -> str | None:
    """Know whether the mentee has signed what is put up (E8)."""
    if holds_the_mentee(view, _signatures(view)):
        return None
    return "The mentee has not signed yet."


def mentors_signed(view: View) -> str | None:
    """Know whether every mentor taking part has signed what is put up (E8)."""
    signed = _signatures(view)
    missing = [mentor for mentor in mentors_taking_part(view) if mentor not in signed]
    return f"Still to sign: {', '.join(missing)}." if missing else None


def a_draft_is_open(view: View) -> str | None:
    """Know whether a version is put up for signing (E3)."""
    return None if view.facts.get("draft") else "Nothing is put up for signing."


def no_draft_is_open(view: View) -> str | None:
    """Know that nothing is put up for signing (E3)."""
    return "A version is put up for signing." if view.facts.get("draft") else None


def agreement_is_optional(view: View) -> str | None:
    """Know whether the program can do without a signed agreement (E9)."""
    if view.facts.get("agreement_required", True) is False:
        return None
    return "The program asks for a signed agreement."


def waiver_is_allowed(view: View) -> str | None:
    """Let the program waive an agreement, and the pair where the policy allows it (E9)."""
    if is_program(view) or agreement_is_optional(view) is None:
        return None
    return "The program asks for a signed agreement; the coordinator can waive it."


def pause_is_short_enough(view: View) -> str | None:
    """Keep a break within what the program allows (S44)."""
    end, longest = pause_end(view), view.spans["active.pause_longest"]
    if end <= view.now:
        return f"A break until {end:%Y-%m-%d} would be over already."
    if end <= view.calendar.after(view.now, longest):
        return None
    return f"A break until {end:%Y-%m-%d} is longer than {longest}, the longest in one go."


def a_pause_runs(view: View) -> str | None:
    """Know whether the pair takes a break (S44)."""
    return None if view.facts.get("paused_until") else "No break is under way."


def the_end_is_near(view: View) -> str | None:
    """Ask nobody for further meetings in the last days (S8)."""
    ends_on = date_of(view, "ends_on")
    if ends_on is None:
        return "No end date is set."
    near = view.calendar.before(view.calendar.start_of(ends_on), view.spans["active.near_end"])
    return None if view.now >= near else f"The end on {ends_on} is still some way off."


def the_cadence_asks_first(view: View) -> str | None:
    """Leave the asking to the cadence where it is the quicker one (M7)."""
    cadence, patience = view.spans["cadence"], view.spans["active.no_next_meeting"]
    if cadence.length <= patience.length:
        return None
    return f"The cadence of {cadence} asks later than {patience} after a meeting."


def _version(view: View, fact: str) -> int:
    return int((view.facts.get(fact) or {}).get("version", 0))


def _signatures(view: View) -> frozenset[str]:
    return frozenset((view.facts.get("draft") or {}).get("signed_by", ()))


def _unsigned(view: View) -> list[str] | None:
    if not view.facts.get("draft"):
        return None
    signed = _signatures(view)
    return [person for person in everybody(view) if person not in signed]
