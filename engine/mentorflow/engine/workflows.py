"""The versions of workflows: published for every engine of a database, listed, moved between."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from mentorflow.core.bounds import clashes
from mentorflow.core.leaving import all_ways
from mentorflow.core.migrating import migration_event
from mentorflow.core.publication import Publication
from mentorflow.core.workflow import Workflow
from mentorflow.engine.asking import said_if_any
from mentorflow.engine.library import Library
from mentorflow.engine.migration import MOST_SHOWN, Migration, MigrationReport, Moving
from mentorflow.engine.payload import name_text
from mentorflow.errors import InvalidPayload, VersionTaken
from mentorflow.store import workload
from mentorflow.store.store import Store
from mentorflow.store.transaction import Transaction

if TYPE_CHECKING:
    from mentorflow.definitions.document import Document

_ALL = -1


def _nobody_watches(_moved: int) -> None:
    """Take no notice."""


def _never() -> bool:
    """Go on."""
    return False


class WorkflowVersion(NamedTuple):
    """One version of a workflow that mentorships can be pinned to."""

    name: str
    version: int
    digest: str
    help: str
    is_latest: bool
    """Whether new mentorships are started by it."""
    is_installed: bool
    """Whether a package has it; else only this database does."""
    published_at: datetime | None
    """None where it came with a package alone."""
    published_by: str | None
    reason: str | None


class Published(NamedTuple):
    """What became of a document that was to be published."""

    name: str
    version: int
    digest: str
    is_new: bool
    """Whether it was not known before."""
    clashes: tuple[str, ...] = ()
    """What operators have set that it would not have let pass; it stays in force all the same."""


class Workflows:
    """The versions of the workflows this database has mentorships run by."""

    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library

    def publish(
        self,
        text: str,
        *,
        by: str | None = None,
        reason: str | None = None,
        source: str = "the document",
    ) -> Published:
        """Publish a workflow document: what is started from now on is started by it.

        The Python behind its names and the templates of its messages are those of the installed
        pack of that workflow. `source` is what findings call the document.

        Raises:
            WorkflowInvalid: with all that `mentorflow check` finds.
            VersionTaken: if the version is known with another content.
        """
        reason, by = said_if_any(reason, by)
        self._library.catch_up(self._store)
        workflow = self._checked(text, source)
        clashing = tuple(clashes(workflow, self._library.overrides(workflow.name)))
        with self._store.transaction() as transaction:
            if not _is_published(transaction, workflow):
                counted = transaction.count_revision()
                if not _is_published(transaction, workflow):  # nobody was faster
                    found = Publication(
                        *(workflow.name, workflow.version, workflow.digest, text),
                        *(transaction.now(), by, reason, counted),
                    )
                    transaction.put_publication(found)
                    return Published(*found[:3], is_new=True, clashes=clashing)
        known = (workflow.name, workflow.version, workflow.digest)
        return Published(*known, is_new=False, clashes=clashing)

    def list(self, name: str | None = None) -> Sequence[WorkflowVersion]:
        """Return all versions of all workflows, or of one, the oldest first.

        Raises:
            NotFound: if there is no such workflow.
        """
        with self._store.transaction() as transaction:
            self._library.refresh(transaction)
            found = {one[:2]: one for one in transaction.publications(after=_ALL)}
        versions = self._library.all_versions() if name is None else self._library.versions(name)
        latest = {one.name: one.version for one in versions}
        return [
            _version(one, found.get((one.name, one.version)), self._library, latest)
            for one in versions
        ]

    def show(self, name: str, version: int | None = None) -> str:
        """Return the document of a version as it was published, or of the installed one.

        Raises:
            NotFound: if there is no such workflow or version.
        """
        self._library.catch_up(self._store)
        found = self._library.latest(name) if version is None else self._library.get(name, version)
        workflow = found.workflow
        with self._store.transaction() as transaction:
            for one in transaction.publications(after=_ALL):
                if one[:2] == (workflow.name, workflow.version):
                    return one.document
        return self._library.packs.text_of(workflow)

    def preview(
        self,
        name: str,
        *,
        from_version: int,
        to_version: int,
        states: Mapping[str, str] | None = None,
        timers: Mapping[str, str] | None = None,
        program: str | None = None,
    ) -> MigrationReport:
        """Return what `migrate` would do to the mentorships as they stand; nothing is written.

        Raises:
            InvalidPayload, NotFound: as `migrate`.
        """
        from mentorflow.store.pinned import Pinned

        moving = self._moving(
            name,
            from_version=from_version,
            to_version=to_version,
            states=states,
            timers=timers,
            program=program,
        )
        now = workload.now_of(self._store)
        migration = Migration(self._library, moving)
        pinned = Pinned(self._store, name, from_version, program)
        migration.try_all(pinned.mentorships(), now)
        return migration.report()

    def migrate(
        self,
        name: str,
        *,
        from_version: int,
        to_version: int,
        states: Mapping[str, str] | None = None,
        timers: Mapping[str, str] | None = None,
        program: str | None = None,
        by: str | None = None,
        reason: str | None = None,
        moved: Callable[[int], object] = _nobody_watches,
        stop: Callable[[], bool] = _never,
    ) -> MigrationReport:
        """Move the mentorships of a version to another, in batches, and report.

        `states` maps a state of the old version to one of the new, where it is not the state of
        the same name; `timers` does so for timers, which then keep what they count from. What it
        would make overdue is spread over the waking hours of a day. A mentorship that cannot be
        moved stays with its version, with the reason. `moved` is told how many each batch was of;
        `stop` is asked between two. It can be called again, and goes on with the rest.

        Raises:
            InvalidPayload: if a map names what there is not, or ends or revives a mentorship.
            NotFound: if a version is not known here.
        """
        reason, by = said_if_any(reason, by)
        moving = self._moving(
            name,
            from_version=from_version,
            to_version=to_version,
            states=states,
            timers=timers,
            program=program,
            by=by,
            reason=reason,
        )
        migration = Migration(self._library, moving)
        migration.run(self._store, moved=moved, stop=stop)
        return migration.report()._replace(stranded=self.stranded())

    def count(self, name: str, version: int, *, program: str | None = None) -> int:
        """Return how many mentorships are pinned to a version.

        Raises:
            NotFound: if the version is not known here.
        """
        from mentorflow.store.pinned import Pinned

        self._library.catch_up(self._store)
        self._library.get(name, version)
        return Pinned(self._store, name, version, program).count()

    def stranded(self) -> Sequence[str]:
        """Return mentorships that cannot go on: of no known version or state, or held for good.

        At most a hundred, and none where the database is too busy to look through.
        """
        self._library.catch_up(self._store)
        ways = (way for workflow in self._library.all_versions() for way in all_ways(workflow))
        found = workload.stuck(self._store, ways, most=MOST_SHOWN)
        return tuple(one.id for one in found or ())

    def _checked(self, text: str, source: str) -> Workflow:
        from mentorflow.definitions.check import check_version
        from mentorflow.definitions.finding import refuse
        from mentorflow.definitions.load import document_of, load_with

        document: Document = document_of(text, source=source)
        pack = self._library.packs.for_document(document)
        errors = [found for found in check_version(document, pack) if found.is_error]
        if errors:
            refuse(source, errors)
        workflow = load_with(document, pack)
        known = {(one.name, one.version): one for one in self._library.all_versions()}
        _require_same(known.get((workflow.name, workflow.version)), workflow)
        return workflow

    def _moving(
        self,
        name: str,
        *,
        from_version: int,
        to_version: int,
        states: Mapping[str, str] | None,
        timers: Mapping[str, str] | None,
        program: str | None,
        by: str | None = None,
        reason: str | None = None,
    ) -> Moving:
        self._library.catch_up(self._store)
        old, new = (
            self._library.get(name, version).workflow for version in (from_version, to_version)
        )
        if from_version == to_version:
            raise InvalidPayload(f"they are at version {to_version} already")
        if program is not None:
            name_text(program, what="program")
        chosen, renamed = dict(states or {}), dict(timers or {})
        _require_map(old, new, chosen)
        _require_timers(old, new, chosen, renamed)
        event = migration_event(old, new, chosen, timers=renamed, by=by, reason=reason)
        return Moving(name, from_version, to_version, program, event)


def _require_map(old: Workflow, new: Workflow, states: Mapping[str, str]) -> None:
    for was, state in states.items():
        _require_known("state", was, old.states, old)
        _require_known("state", state, new.states, new)
        if old.states[was].is_final != new.states[state].is_final:
            wrong = "would end" if new.states[state].is_final else "would revive"
            raise InvalidPayload(f"{was}={state} {wrong} mentorships; a migration does neither")


def _require_timers(
    old: Workflow, new: Workflow, states: Mapping[str, str], timers: Mapping[str, str]
) -> None:
    """Refuse a map by which a timer would go to another state, or two would become one."""
    taken: dict[str, str] = {}
    for rule in old.timers.values():
        owner = states.get(rule.owner, rule.owner)
        name = timers.get(rule.name, owner + rule.name.removeprefix(rule.owner))
        if rule.name in timers:
            _require_known("timer", name, new.timers, new)
            if new.timers[name].owner != owner:
                raise InvalidPayload(f"{rule.name}={name}: {name!r} is no timer of {owner!r}")
        if name in taken and {rule.name, taken[name]} & timers.keys():
            raise InvalidPayload(f"{rule.name!r} and {taken[name]!r} would both become {name!r}")
        taken[name] = rule.name
    for was in timers:
        _require_known("timer", was, old.timers, old)


def _require_known(what: str, name: str, known: Iterable[str], version: Workflow) -> None:
    from mentorflow.definitions.finding import nearest

    if name not in known:
        hint = nearest(str(name), known)
        said = f"version {version.version} has no {what} {name!r}"
        raise InvalidPayload(f"{said}; {hint}" if hint else said)


def _require_same(known: Workflow | None, workflow: Workflow) -> None:
    if known is not None and known.digest != workflow.digest:
        raise VersionTaken(
            f"{workflow.name} version {workflow.version} is known with another content; "
            "mentorships run by it, so give the document a new version"
        )


def _is_published(transaction: Transaction, workflow: Workflow) -> bool:
    for found in transaction.publications(after=_ALL):
        if found[:2] == (workflow.name, workflow.version):
            if found.digest != workflow.digest:
                raise VersionTaken(
                    f"{found.name} version {found.version} was published with another content; "
                    "give the document a new version"
                )
            return True
    return False


def _version(
    workflow: Workflow,
    found: Publication | None,
    library: Library,
    latest: Mapping[str, int],
) -> WorkflowVersion:
    return WorkflowVersion(
        name=workflow.name,
        version=workflow.version,
        digest=workflow.digest,
        help=workflow.help,
        is_latest=latest[workflow.name] == workflow.version,
        is_installed=library.is_own(workflow),
        published_at=found.published_at if found else None,
        published_by=found.published_by if found else None,
        reason=found.reason if found else None,
    )
