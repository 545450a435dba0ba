"""Checks a document by all the proofs there are, for `mentorflow check` and before it is run."""

from pathlib import Path

from mentorflow.definitions import measures, messages, usage, ways
from mentorflow.definitions.document import Document
from mentorflow.definitions.finding import Finding
from mentorflow.definitions.names import unknown_names
from mentorflow.definitions.pack import Pack


def check(
    document: Document, pack: Pack | None = None, *, templates: Path | None = None
) -> list[Finding]:
    """Return all that is wrong with a document, in the order of its lines, and its templates.

    Without a pack, the names of guards and records and the payloads are not checked. The folder of
    the templates is the pack's, unless one is given.
    """
    folder = templates or (pack.messages if pack else None)
    found = [*_rules(document, pack), *messages.missing(document, folder)]
    found += measures.examples(document, pack) if pack else ()
    return _in_order(document, [*found, *messages.findings(document, folder)])


def check_version(document: Document, pack: Pack) -> list[Finding]:
    """Return all that is wrong with one version of several that share a pack."""
    found = [*proofs(document, pack), *measures.examples(document, pack)]
    return _in_order(document, [*found, *messages.worded(document, pack.messages)])


def proofs(document: Document, pack: Pack) -> list[Finding]:
    """Return what keeps a document from running: all but what is wrong in examples and templates.

    Examples teach and are never run; trying them would build every payload model at each start.
    Reading a hundred templates takes longer than all the rest. A message that cannot be worded is
    tried again and then shown as failed, and takes nothing with it.
    """
    return [*_rules(document, pack), *messages.missing(document, pack.messages)]


def _in_order(document: Document, found: list[Finding]) -> list[Finding]:
    return sorted(
        found,
        key=lambda finding: (finding.file != document.source.name, finding.file, finding.line),
    )


def _rules(document: Document, pack: Pack | None) -> list[Finding]:
    return [
        *unknown_names(document, pack),
        *ways.findings(document),
        *measures.findings(document, pack),
        *usage.findings(document, pack),
    ]
