"""Every change of facts the workflow makes, by the name it uses.

The facts are what guards, anchors and timings need to know, no more: who accepted, confirmed or
signed, the open meetings and goals, latest scores, dates. What people wrote in confidence stays in
the history entry of its event.

Facts a host may set when it starts a mentorship: `dates`, `agreement_required` (true), `pulse_low`
(2), `requests_per_week` (2) and `managers`.
"""

from collections.abc import Mapping

from mentorflow.core.workflow import Record
from mentorflow_workflows.naming import functions_of
from mentorflow_workflows.records import agreement, beginnings, closing, conflict, meetings, work

RECORDS: Mapping[str, Record] = functions_of(
    beginnings, meetings, agreement, work, conflict, closing
)
"""What `record` names."""
