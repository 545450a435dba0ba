"""Every claim the workflow makes, by the name it uses."""

from collections.abc import Mapping

from mentorflow.core.workflow import Guard
from mentorflow_workflows.guards import agreement, beginnings, closing, conflict, meetings, work
from mentorflow_workflows.naming import functions_of

GUARDS: Mapping[str, Guard] = functions_of(beginnings, meetings, agreement, work, conflict, closing)
"""What `require`, `when` and `unless` name."""
