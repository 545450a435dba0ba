"""Checks a document by all the proofs there are, for `mentorflow check` and before it is run."""

from mentorflow.definitions import measures, usage, ways
from mentorflow.definitions.document import Document
from mentorflow.definitions.finding import Finding
from mentorflow.definitions.names import unknown_names
from mentorflow.definitions.pack import Pack


def check(document: Document, pack: Pack | None = None) -> list[Finding]:
    """Return all that is wrong with a document, in the order of its lines.

    Without a pack, the names of guards and records and the payloads are not checked.
    """
    found = [
        *unknown_names(document, pack),
        *ways.findings(document),
        *measures.findings(document, pack),
        *usage.findings(document, pack),
    ]
    return sorted(found, key=lambda finding: finding.line)
