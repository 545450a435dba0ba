"""A workflow that has everything a workflow can have, for tests that do anything to it."""

import tempfile
from pathlib import Path

from builders import Note, take_facts, tiny_pack
from mentorflow.core.workflow import View, Workflow
from mentorflow.definitions.load import load
from mentorflow.definitions.pack import Pack

CIRCUS = """
states:
  open:
    enter: {do: [notify: hello, escalate: waiting]}
    events:
      noted: {}
      accepted: {to: ring}
      again: {do: [restart: [open.nudge]]}
      open.over: {to: closed, outcome: no_reply}
    timers:
      nudge: {after: d3, unless: [all_is_quiet], do: [notify: nudge]}
      low: {after: d2, do: [escalate: stalled]}
      high: {after: d4, do: [{escalate: stalled, at: coordinator}]}
      limit: {after: d14, fire: open.over}
  ring:
    events:
      noted: {}
      quarrel: {to: conflict}
      feast: {to: party}
      talk: {to: talk}
      hold: {do: [suspend: [ring.weekly]]}
      unhold: {do: [resume: [ring.weekly]]}
      stall: {do: [{escalate: stalled, at: coordinator}]}
      tick: {when: [all_is_quiet], to: party}
      anew: {to: ring}
      ring.over: {to: closed, outcome: over}
    timers:
      weekly: {every: cadence, unless: [all_is_quiet], do: [notify: weekly]}
      missed: {after: cadence, times: 2, anchor: last, do: [{escalate: stalled, at: coordinator}]}
      pulse: {after: d1, every: d10, fire: tick}
      soon: {before: d7, anchor: ends_on, do: [notify: soon]}
      asked: {after: d2, anchor: asked, do: [restart: [ring.weekly]]}
      limit: {after: d180, fire: ring.over}
  party:
    detour: true
    resumable: false
    passes: [noted, tick, ring.over, hold]
    events: {quarrel: {to: conflict}, back: {to: return}, party.over: {to: return}}
    timers: {over: {after: d14, fire: party.over}}
  talk:
    detour: true
    suspends: [ring.weekly, meeting.remind]
    passes: [noted, ring.over, tick]
    events: {quarrel: {to: conflict}, back: {to: return}, talk.over: {to: return}}
    timers:
      hurry: {every: d3, do: [escalate: waiting]}
      over: {after: d20, fire: talk.over}
  conflict:
    detour: true
    suspends: [ring.weekly, ring.soon, ring.missed, talk.hurry]
    passes: [noted, ring.over, talk.over, tick]
    enter: {do: [escalate: trouble]}
    events: {back: {to: return}, quit: {to: closed, outcome: quit}, conflict.over: {to: return}}
    timers: {over: {after: d30, fire: conflict.over}}
  closed: {final: true}
anywhere:
  alarm: {to: closed, outcome: safety, do: [escalate: alarm, call: block]}
events:
  noted: {help: A note., by: [mentee, mentor, host], record: [take_facts]}
  accepted: {help: A yes., by: [mentor]}
anchors:
  last: {fact: last_meeting_at, or: entered}
  asked: {fact: asked_at}
  ends_on: {date: ends_on}
timings:
  cadence: {default: 7d, min: 1d, max: 90d, help: A length., fact: agreement.cadence}
ladders:
  stalled:
    rungs:
      - {to: [mentor], after: d0, message: pair}
      - {to: [coordinator], after: d5, message: office}
  waiting:
    unless: [all_is_quiet]
    rungs:
      - {to: [mentor], after: d1, message: first}
      - {to: [coordinator], after: d6, message: more}
  trouble:
    repeat: d3
    rungs: [{to: [coordinator, mediator], after: d0, message: trouble}]
  alarm:
    outlives_state: true
    repeat: h12
    rungs: [{to: [program_owner], after: h1, message: alarm}]
collections:
  meeting:
    fact: meetings
    anchors: {meeting_start: starts_at}
    states: [ring, conflict, talk]
    timers:
      remind: {before: d1, anchor: meeting_start, do: [notify: remind]}
      missed: {after: h1, anchor: meeting_start, unless: [all_is_quiet], do: [escalate: stalled]}
"""


def all_is_quiet(view: View) -> str | None:
    """Claim that the facts say so."""
    return None if view.facts.get("quiet") else "it is not quiet"


def circus() -> Workflow:
    """Return the circus, ready to run."""
    with tempfile.TemporaryDirectory() as folder:
        return load(circus_pack(Path(folder) / "circus.yaml"))


def circus_pack(file: Path) -> Pack:
    """Return the pack of the circus, its document in a file."""
    return tiny_pack(
        CIRCUS,
        file,
        payloads={"noted": Note},
        records={"take_facts": take_facts},
        guards={"all_is_quiet": all_is_quiet},
    )
