"""Write in the host's own transaction: both rows are there, or neither. Makes host.db."""

from datetime import UTC, datetime

from sqlalchemy import create_engine
from sqlmodel import Field, Session, SQLModel, select

from mentorflow import Engine, EventRejected, ManualClock


class Application(SQLModel, table=True):
    """A table of the host's."""

    id: int | None = Field(default=None, primary_key=True)
    mentorship: str
    status: str


URL = "sqlite:///host.db"
database = create_engine(URL)
SQLModel.metadata.create_all(database)
engine = Engine(URL, clock=ManualClock(datetime(2025, 3, 3, 9, tzinfo=UTC)))

# Both in one transaction: an application, and the mentorship it leads to.
with Session(database) as session:
    m = engine.start(mentee="mentee-1", mentors=["mentor-1"], program="spring", session=session)
    application = Application(mentorship=m.id, status="sent")
    session.add(application)
    session.commit()

# The event is refused, so the status must not change either.
with Session(database) as session:
    found = session.exec(select(Application)).one()
    found.status = "confirmed"
    session.flush()
    try:
        engine.send(m.id, "fit.confirmed", by="mentee-1", session=session)
        session.commit()
    except EventRejected as refused:
        session.rollback()
        print(f"refused: {refused.code}")

# The event is taken, but the host changes its mind.
with Session(database) as session:
    engine.send(m.id, "mentor.accepted", by="mentor-1", session=session)
    session.rollback()

with Session(database) as session:
    print(session.exec(select(Application)).one().status, engine.get(m.id).state)

engine.close()
database.dispose()
