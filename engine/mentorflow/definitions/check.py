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
    found = [*proofs(document, pack), *(measures.examples(document, pack) if pack else ())]
    return sorted(found, key=lambda finding: finding.line)


def proofs(document: Document, pack: Pack | None) -> list[Finding]:
    """Return what keeps a document from running: all but what its examples get wrong.

    Examples teach and are never run; trying them would build every payload model at each start.
    """
    return [
        *unknown_names(document, pack),
        *ways.findings(document),
        *measures.findings(document, pack),
        *usage.findings(document, pack),
    ]
