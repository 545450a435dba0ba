"""A workflow that writes to people, and who brings it."""

from dataclasses import dataclass, field

from builders import Host
from mentorflow import Mentorship
from mentorflow.engine.channels import Message
from mentorflow.errors import ChannelRefused

NEWS = """
states:
  active:
    events:
      told: {do: [notify: news]}
      alarm: {do: [escalate: alarm]}
      stall: {do: [escalate: stalled]}
      leave: {to: closed, outcome: left}
      over: {to: closed, outcome: over}
    timers:
      nudge: {after: d3, do: [notify: nudge]}
      limit: {after: d99, fire: over}
  closed: {final: true}
ladders:
  alarm:
    urgent: true
    rungs: [{to: [mentor], after: d0, message: danger}]
  stalled:
    rungs:
      - {to: [mentor], after: d0, message: stuck}
      - {to: [coordinator], after: d1, message: office}
"""
"""START is Monday, 3 March 2025, 9:00 in UTC."""


@dataclass
class Mailman:
    """A channel that needs an address, and can be out of order."""

    name: str = "email"
    needs_address: bool = True
    is_broken: bool = False
    refuses: bool = False
    messages: list[Message] = field(default_factory=list)

    def deliver(self, message: Message) -> None:
        if self.is_broken:
            raise ConnectionError("the server is down")
        if self.refuses:
            raise ChannelRefused(self.name, "there is no such address")
        self.messages.append(message)


def tell(host: Host, *of: Mentorship, times: int = 1) -> None:
    for one in of * times:
        host.send(one, "told")
    host.engine.run_due()


def outcomes(host: Host, person: str = "mentor-1") -> list[tuple[str, str | None]]:
    found = host.engine.people.messages(person)
    return [(one.status.value, one.why) for one in reversed(found)]
