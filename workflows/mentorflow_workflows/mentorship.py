"""The mentorship workflow as the engine finds it."""

from pathlib import Path

from mentorflow.definitions.pack import Pack
from mentorflow_workflows.guards import GUARDS
from mentorflow_workflows.payloads import PAYLOADS
from mentorflow_workflows.records import RECORDS

pack = Pack(
    document=Path(__file__).with_name("mentorship.yaml"),
    payloads=PAYLOADS,
    guards=GUARDS,
    records=RECORDS,
    messages=Path(__file__).with_name("messages"),
)
