"""The mentorship workflow, loaded once for all tests of it."""

import pytest

from mentorflow.core.workflow import Workflow
from mentorflow.definitions.load import load
from mentorflow_workflows.mentorship import pack


@pytest.fixture(scope="session")
def workflow() -> Workflow:
    """The mentorship workflow, ready to run."""
    return load(pack)
