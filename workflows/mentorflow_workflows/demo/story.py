"""One mentorship's history, told in sentences."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from string import Template

from mentorflow.core.mentorship import HistoryEntry, Mentorship

_MET = "meeting.held"
_EVENTS: Mapping[str, str] = {
    "mentorship.started": "$mentee asks $mentors for a mentorship.",
    "mentor.accepted": "$who says yes.",
    "mentor.declined": "$who says no.",
    "mentor.asked_question": "$who asks a question first.",
    "mentee.answered": "$who answers it.",
    "meeting.missed": "A meeting is missed.",
    "fit.confirmed": "$who would like to go on.",
    "agreement.proposed": "$who puts version $version of an agreement to everybody.",
    "agreement.amended": "$who puts a changed agreement to everybody: $reason",
    "agreement.signed": "$who signs version $version.",
    "agreement.waived": "$who waives the agreement.",
    "goal.set": "A goal is written down: $statement.",
    "goal.reached": "The goal is reached.",
    "feedback.given": "$who gives feedback.",
    "feedback.disputed": "$who sees it differently.",
    "evaluation.given": "$who hands in the $kind evaluation.",
    "pause.requested": "$who asks for a break of $length.",
    "concern.raised": "$who raises a concern: $text",
    "concern.acknowledged": "$who takes it in hand.",
    "statement.given": "$who tells their side.",
    "dialogue.booked": "A talk about it is set.",
    "dialogue.held": "They talk about it.",
    "concern.resolved": "$who calls it settled.",
    "mediation.requested": "$who asks somebody neutral to help.",
    "mediation.accepted": "$who consents to that.",
    "mediation.settled": "$who calls it settled, with help.",
    "end.agreed": "$who would rather end it.",
    "end.decided": "$who decides to end it.",
    "milestone.reached": "A milestone: $title.",
    "celebration.acknowledged": "$who finds words for it.",
    "celebration.done": "They have celebrated.",
    "celebration.lapsed": "The celebration has had its time.",
    "end.approaching": "The end is near; they begin to wind down.",
    "extension.agreed": "$who would like to go on until $ends_on.",
    "party.withdrew": "$who leaves.",
    "closing_meeting.held": "They look back together.",
    "gratitude.sent": "$who says thank you.",
    "transition.completed": "$who completes it.",
    "transition.lapsed": "The time to wind down is over.",
    "contact.consent_given": "$who would like to stay in touch.",
    "follow_up.answered": "$who writes, months later: $text",
    "reengagement.agreed": "$who would like to begin anew together.",
    "escalation.acknowledged": "$who takes an escalation up.",
}
_TIMERS: Mapping[str, str] = {
    "contact.nudge_1": "No answer yet: the mentors are reminded.",
    "contact.nudge_2": "Still no answer: they are reminded once more.",
    "contact.escalate": "The coordinator hears that nobody answers.",
    "rapport.book_first_meeting": "No meeting is booked: the mentee is reminded.",
    "rapport.not_booked": "Still no meeting is booked: both are told that it stands still.",
    "agreement.draft_due": "There is no agreement yet: the mentee is reminded.",
    "agreement.sign_due_mentee": "The mentee is reminded to sign.",
    "agreement.sign_due_mentor": "The mentors are reminded to sign.",
    "active.missed_cadence": "They have not met for long: the coordinator is told.",
    "active.goal_first": "There is no goal yet: the mentee is reminded.",
    "conflict.acknowledge": "Nobody has taken it in hand: the coordinator is told again.",
    "conflict.mediation_due": "It is not settled: a mediator is offered.",
    "celebration.congratulate": "The mentor is reminded to say a word.",
    "transition.book_closing": "No closing meeting is set: both are reminded.",
    "alumni.follow_up_1": "They are asked how they have been.",
}


def tell(mentorship: Mentorship, history: Sequence[HistoryEntry]) -> Iterator[tuple[datetime, str]]:
    """Yield what happened and when, the oldest first; routine is left out."""
    met = 0
    for entry in history:
        met += entry.event == _MET
        sentence = _sentence(mentorship, entry)
        if sentence is None:
            continue
        if met:
            yield entry.at, "They meet." if met == 1 else f"They meet {met} times."
            met = 0
        yield entry.at, sentence


def _sentence(mentorship: Mentorship, entry: HistoryEntry) -> str | None:
    template = _EVENTS.get(entry.event)
    if entry.event == "timer.fired":
        template = _TIMERS.get(str(entry.data["timer"]))
    if template is None and not _moved(entry):
        return None
    values = {
        **{name: str(value).rstrip(".") for name, value in entry.data.items()},
        "who": _who(mentorship, entry.by),
        "mentee": mentorship.parties["mentee"][0],
        "mentors": " and ".join(mentorship.parties["mentor"]),
    }
    told = Template(template or "").safe_substitute(values).strip()
    if told and not told.endswith("."):
        told += "."
    return f"{told} It is now in {entry.to_state}.".strip() if _moved(entry) else told


def _moved(entry: HistoryEntry) -> bool:
    return entry.from_state is not None and entry.from_state != entry.to_state


def _who(mentorship: Mentorship, person: str | None) -> str:
    if person is None:
        return "The program"
    role = min(mentorship.roles_of(person), default="somebody").replace("_", " ")
    is_alone = len(mentorship.parties.get(role, ())) == 1
    return f"The {role}" if is_alone else f"{role.capitalize()} {person}"
