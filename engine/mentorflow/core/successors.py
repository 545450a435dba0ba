"""Which timers of another version stand in for those a mentorship has: carried over, or planned.

Nothing new is due at once: what an added timer would have said long ago is not said, and what it
would have done long ago is done its whole length from now.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from mentorflow.core.draft import Draft
from mentorflow.core.duration import Duration
from mentorflow.core.escalating import TIMER_PREFIX
from mentorflow.core.leaving import has_way_out, needs_way_out, resumed_somewhere, sure_exits
from mentorflow.core.mentorship import Setting, Timer
from mentorflow.core.planning import (
    LAST_FIRED,
    RESTART,
    SUSPENDED,
    anchor_instant,
    anchor_of,
    due_instant,
    has_gone_by,
    suspend_and_resume,
)
from mentorflow.core.timings import Rules
from mentorflow.core.workflow import CollectionRule, TimerRule


class Level(NamedTuple):
    """A state whose timers run, in one version and in the other."""

    was: str
    state: str
    entered_at: datetime


class Succession:
    """Bring the timers of a draft, which stands in its new states already, to the new version."""

    def __init__(
        self, draft: Draft, old: Rules, levels: tuple[Level, ...], renamed: Mapping[str, str]
    ) -> None:
        self._draft = draft
        self._renamed = renamed
        self._old, self._old_timings = old
        self._new = draft.workflow
        self._levels = levels
        self.names = dict(self._counterparts())
        """For each timer of the old version that may run on, its name in the new one."""

    def settle(self) -> None:
        """Carry timers over, plan those that are new, and see that one can lead out."""
        self._rename_suspended()
        self._carry_over()
        for level in self._levels:
            self._plan_state(level)
        for collection in self._new.collections:
            if self._draft.state in collection.states:
                self._plan_collection(collection)
        suspend_and_resume(self._draft)
        if needs_way_out(self._new, self._draft.state) and not self._has_way_out():
            self._open_way_out()

    def setting_then(self, timing: str) -> Setting:
        """Return the value that a timing of the old version has for the mentorship."""
        return self._old_timings.setting(self._old.timings[timing], self._draft.before)

    def _counterparts(self) -> Iterator[tuple[str, str]]:
        for level in self._levels:
            known = self._old.states.get(level.was)
            for rule in known.timers if known else ():
                same = level.state + rule.name.removeprefix(level.was)
                name = self._renamed.get(rule.name, same)
                if name in self._new.timers:
                    yield rule.name, name
        for collection in self._old.collections:
            for rule in collection.timers if self._is_live(collection) else ():
                name = self._renamed.get(rule.name, rule.name)
                if name in self._new.timers:
                    yield rule.name, name

    def _is_live(self, collection: CollectionRule) -> bool:
        """Whether a collection of the old version has timers now, and had them before."""
        same = self._new.collections_by_name.get(collection.name)
        return (
            same is not None
            and same.fact == collection.fact
            and self._draft.state in same.states
            and self._draft.before.state in collection.states
        )

    def _rename_suspended(self) -> None:
        """Keep standing still what does so by an action, where another can set it going again."""
        held = self._draft.facts.get(SUSPENDED) or ()
        names = {self.names.get(name, name) for name in held} & resumed_somewhere(self._new)
        if names != {*held}:
            self._draft.record({SUSPENDED: sorted(names) or None})

    def _carry_over(self) -> None:
        draft = self._draft
        found = [timer for timer in draft.before.timers if not timer.name.startswith(TIMER_PREFIX)]
        for timer in found:
            draft.drop_timer(timer.key)
        for timer in found:
            rule = self._new.timers.get(self.names.get(timer.name, ""))
            carried = None if rule is None else self._carried(timer, rule)
            if carried is not None:
                draft.put_timer(carried)

    def _carried(self, timer: Timer, rule: TimerRule) -> Timer | None:
        was = self._old.timers[timer.name]
        anchor, anchor_at = timer.anchor, timer.anchor_at
        keeps_anchor = anchor in {RESTART, LAST_FIRED} or self._anchor(was) == self._anchor(rule)
        if not keeps_anchor:
            found = self._anchored(rule, timer.instance)
            if found is None:
                return None
            anchor, anchor_at = rule.anchor, found
        setting = self._draft.setting(_timing(rule, timer))
        then = self.setting_then(_timing(was, timer))
        if keeps_anchor and _counts(rule, setting) == _counts(was, then):
            return timer._replace(name=rule.name, timing=setting.timing)
        if has_gone_by(self._draft, rule, anchor_at):
            return None
        due = due_instant(self._draft.calendar, rule, anchor_at, setting.value)
        at = rule.name, timer.instance, max(due, self._draft.now)
        after = Timer(
            *at, setting.timing, setting.value.text, setting.scope, anchor, anchor_at, None
        )
        if timer.due_at is not None or (timer.is_set_aside and due > self._draft.now):
            return after
        return self._still(timer, was, after, due)

    def _still(self, timer: Timer, was: TimerRule, after: Timer, due: datetime) -> Timer:
        """Return a timer that stands still, with as much more or less left as it is longer.

        One that was set aside keeps when it came due, which is its place among the others.
        """
        if timer.is_set_aside:
            return after._replace(due_at=None, remaining=timer.remaining)
        value = Duration.parse(timer.value)
        due_then = due_instant(self._draft.calendar, was, timer.anchor_at, value)
        left = (timer.remaining or 0.0) + (due - due_then).total_seconds()
        return after._replace(due_at=None, remaining=max(left, 0.0))

    def _anchor(self, rule: TimerRule) -> tuple[str | None, ...]:
        """Return what a timer counts from, whatever it is called and falls back to."""
        version = self._new if self._new.timers.get(rule.name) is rule else self._old
        collection = version.collections_by_name.get(rule.owner)
        if collection is not None:
            return ("item", collection.anchors[rule.anchor])
        anchor = version.anchors[rule.anchor]
        return (anchor.fact, anchor.date)

    def _anchored(self, rule: TimerRule, instance: str) -> datetime | None:
        """Return what a timer of the new version counts from."""
        collection = self._new.collections_by_name.get(rule.owner)
        facts = self._draft.facts
        if collection is not None:
            item = (facts.get(collection.fact) or {}).get(instance) or {}
            return _instant(item.get(collection.anchors[rule.anchor]))
        entered_at = self._draft.live_states()[rule.owner]
        return anchor_instant(self._new, self._draft.calendar, facts, rule, entered_at)

    def _plan_state(self, level: Level) -> None:
        had = {name: self._old.timers[old] for old, name in self.names.items()}
        for rule in self._new.states[level.state].timers:
            was = had.get(rule.name)
            if self._draft.timer((rule.name, "")) is not None:
                continue
            if was is None or self._begins_anew(was, rule, level):
                self._plan_added(rule, self._anchored(rule, ""))

    def _begins_anew(self, was: TimerRule, rule: TimerRule, level: Level) -> bool:
        """Whether a timer of both versions is to run now, though it does not run in the old one.

        One that has fired is over; but it recurs if it now recurs, and it begins if what it counted
        from was never there.
        """
        if rule.every is not None and was.every is None:
            return True
        calendar, facts = self._draft.calendar, self._draft.before.facts
        return anchor_instant(self._old, calendar, facts, was, level.entered_at) is None

    def _plan_collection(self, collection: CollectionRule) -> None:
        old = self._old.collections_by_name.get(collection.name)
        fields = {}
        if old is not None and self._is_live(old):
            for rule in old.timers:
                fields[self.names.get(rule.name, rule.name)] = old.anchors[rule.anchor]
        items: Mapping[str, Any] = self._draft.facts.get(collection.fact) or {}
        for instance, item in items.items():
            for rule in collection.timers:
                had = item.get(fields[rule.name]) if rule.name in fields else None
                if had is None and self._draft.timer((rule.name, instance)) is None:
                    self._plan_added(rule, self._anchored(rule, instance), instance)

    def _plan_added(self, rule: TimerRule, anchor_at: datetime | None, instance: str = "") -> None:
        draft = self._draft
        if anchor_at is None or has_gone_by(draft, rule, anchor_at):
            return
        timing, value, scope = draft.setting(rule.first)
        anchor, due = rule.anchor, due_instant(draft.calendar, rule, anchor_at, value)
        if due <= draft.now:
            if self._belongs_to_the_past(rule, value):
                return
            anchor, due, anchor_at = RESTART, *self._from_now(rule, value, anchor_at)
        draft.put_timer(
            Timer(rule.name, instance, due, timing, value.text, scope, anchor, anchor_at)
        )

    def _belongs_to_the_past(self, rule: TimerRule, value: Duration) -> bool:
        """Whether a late timer would only say what had its time: at an entry, before a date."""
        is_appointment = rule.owner not in self._new.states
        return rule.fires is None and (rule.is_before or value.is_zero or is_appointment)

    def _from_now(
        self, rule: TimerRule, value: Duration, anchor_at: datetime
    ) -> tuple[datetime, datetime]:
        """Return when a late timer is due, and what it then counts from."""
        calendar, now = self._draft.calendar, self._draft.now
        if not rule.is_before:
            return due_instant(calendar, rule, now, value), now
        due = calendar.after(now, value.times(rule.factor))
        due = min(due, anchor_at) if anchor_at > now else due
        return due, anchor_of(calendar, rule, due, value)

    def _has_way_out(self) -> bool:
        draft = self._draft
        timers = (draft.timer(key) for key in draft.timer_keys())
        found = [timer for timer in timers if timer is not None]
        return has_way_out(self._new, draft.state, found)

    def _open_way_out(self) -> None:
        """Set going what leads out of the state, where it has fired, stands still or is gone."""
        draft = self._draft
        exits = sure_exits(self._new, draft.state)
        held = {*(draft.facts.get(SUSPENDED) or ())}
        names = {rule.name for rule in exits}
        if held & names:
            draft.record({SUSPENDED: sorted(held - names) or None})
        for rule in exits:
            if draft.timer((rule.name, "")) is None:
                self._plan_added(rule, self._anchored(rule, ""))
        suspend_and_resume(draft)


def _timing(rule: TimerRule, timer: Timer) -> str:
    """Return the timing that a pending timer follows by a rule."""
    return rule.every if timer.anchor == LAST_FIRED and rule.every else rule.first


def _counts(rule: TimerRule, setting: Setting) -> tuple[object, ...]:
    span = setting.value.times(rule.factor)
    return rule.is_before, rule.at, span.days, span.business_days, span.exact


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
