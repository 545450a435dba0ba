"""Embed the engine: start a mentorship, send events, let time pass. Makes mentorships.db."""

# mypy: allow-untyped-defs

from datetime import UTC, date, datetime, timedelta

from mentorflow import Engine, EventRejected, ManualClock

clock = ManualClock(datetime(2025, 3, 3, 9, tzinfo=UTC))  # leave it out, and time is real
engine = Engine("sqlite:///mentorships.db", clock=clock)


@engine.on("mentorship.state_changed")
def tell_my_app(notice):
    """Hear of every change, after it is committed."""
    print(f"{notice.mentorship.key} is in {notice.to_state} by {notice.event}")


m = engine.start(
    mentee="mentee-1",
    mentors=["mentor-1"],
    program="spring",
    key="spring-001",
    coordinator="coordinator-1",
    dates={"ends_on": date(2025, 8, 29)},
)
try:
    engine.send(m.id, "fit.confirmed", by="mentee-1")
except EventRejected as refused:
    print(f"Refused: {refused.reason}.")
    print(f"It takes: {', '.join(refused.allowed_events)}.")
for timer in engine.upcoming(m.id):
    print(f"{timer.due_at:%d %B}: {timer.timer}, {timer.value} from {timer.anchor}")

clock.set(clock.now() + timedelta(days=4))
report = engine.run_due()
print(f"{report.timers_fired} timer fired, {report.effects_done} effects carried out")
m = engine.send(m.id, "mentor.accepted", by="mentor-1", key="evt-1")
engine.run_due()
print(m.state, m.revision)
engine.close()
