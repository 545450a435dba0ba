"""A small workflow whose messages stand in files, for tests to change."""

from dataclasses import dataclass, field
from pathlib import Path

from mentorflow.definitions.check import check
from mentorflow.definitions.finding import Finding
from mentorflow.definitions.load import load_document
from mentorflow.definitions.messages import templates_of
from mentorflow.definitions.pack import Pack
from mentorflow.definitions.templates import Templates

DOCUMENT = """
workflow: speaking
version: 1
help: Somebody is asked, and the request closes.
initial: asked
snooze: wait
roles:
  mentee: {help: Asks., at_least: 1}
  mentor: {help: Answers., at_least: 1}
timings:
  wait: {default: 3d, min: 1d, max: 9d, help: How long it waits.}
events:
  request.expired: {help: Nobody answered., by: []}
messages:
  reminder: {to: [mentee, mentor]}
states:
  asked:
    help: It is asked.
    events:
      request.expired: {to: closed, outcome: no_reply}
    timers:
      remind: {after: wait, do: [{notify: reminder}]}
      limit: {after: wait, fire: request.expired}
  closed: {help: It is over., final: true}
"""

REMINDER = """\
{% block subject %}{{ mentee }} is waiting{% endblock %}

{% block concise %}
Please answer {{ mentee }}.
{% endblock %}

{% block detailed %}
Please answer {{ mentee }}
when you can.

- a yes
- a no
{% endblock %}

{% block why %}
{{ mentee }} has asked you.
{% endblock %}

{% block next %}
The request closes.
{% endblock %}
"""

GERMAN = """\
{% block subject %}{{ mentee }} wartet{% endblock %}
{% block concise %}Bitte antworte {{ mentee }}.{% endblock %}
{% block detailed %}Bitte antworte {{ mentee }}, wenn du kannst.{% endblock %}
{% block why %}{{ mentee }} hat dich gefragt.{% endblock %}
{% block next %}Die Anfrage wird geschlossen.{% endblock %}
"""


@dataclass
class Speaking:
    """The small workflow in a folder, with its templates to be changed."""

    folder: Path
    document: str = DOCUMENT
    templates: dict[str, str] = field(default_factory=lambda: {"reminder.j2": REMINDER})

    def change(self, old: str, new: str) -> "Speaking":
        """Change the template of the reminder."""
        said = self.templates["reminder.j2"]
        assert old in said, f"the reminder has no {old!r}"
        self.templates["reminder.j2"] = said.replace(old, new, 1)
        return self

    @property
    def file(self) -> Path:
        """The document as it stands, written down with its templates."""
        for name, said in self.templates.items():
            file = self.messages / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(said, encoding="utf-8")
        (self.folder / "speaking.yaml").write_text(self.document, encoding="utf-8")
        return self.folder / "speaking.yaml"

    @property
    def messages(self) -> Path:
        """The folder of the templates."""
        return self.folder / "messages"

    @property
    def pack(self) -> Pack:
        """The workflow as a package would ship it."""
        return Pack(document=self.file, payloads={}, guards={}, records={}, messages=self.messages)

    def findings(self) -> list[Finding]:
        """All that `check` says."""
        return check(load_document(self.file), templates=self.messages)

    def told(self) -> list[str]:
        """All that `check` says, with files called as they are within the folder."""
        return [str(finding).replace(f"{self.folder}/", "") for finding in self.findings()]

    def loaded(self) -> Templates:
        """The templates, ready to be rendered."""
        return templates_of(load_document(self.file), self.messages)
