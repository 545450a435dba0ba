"""A cohort lives its year in virtual time: made-up people act on real rows, through `Engine` alone.

Nobody here knows the workflow's rules. People hear the messages the engine sends (`engine.on`) and
act on them, late or never; a few things they plan themselves, such as their next meeting. Every act
is an event sent by `send_many`; what the workflow refuses is given up, and time passes by moving a
ManualClock to the next act or to the next thing the engine has to do.

- `people`: what a person is like (prompt or slow, diligent or not) and which fate a mentorship is
  dealt.
- `pair`, `agenda`: one mentorship as its people see it, and what they mean to do when.
- `beginning`, `meetings`, `work`, `trouble`, `ending`, `program`: who does what on hearing a
  message; a function that takes what was heard is named after the message it answers.
- `world`: the loop. `tally`, `story`, `report`: what was counted, and how a person is told.

Chance comes from the seed alone: each mentorship and each person has a generator of their own, so
that what one of them does never depends on the order in which the engine serves the others.
"""
