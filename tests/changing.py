"""Random changes of a workflow document, such as people make from one version to the next."""

import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from mentorflow.core.workflow import Workflow
from mentorflow.definitions.load import load
from mentorflow.definitions.pack import Pack
from mentorflow.errors import WorkflowInvalid

Written = dict[str, Any]
Way = Callable[[Written, Random, dict[str, str]], str | None]
"""Changes a document in place, notes which states have another name, and says what it did."""
_TRIES = 100
_TRIES_OF_A_KIND = 4


@dataclass
class Changed:
    """A version that was made of another, and which states of that have another name now."""

    said: Written
    workflow: Workflow
    states: dict[str, str] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)


def written(pack: Pack) -> Written:
    """Return a pack's document as plain values."""
    import yaml

    found: Written = yaml.safe_load(pack.document.read_text("utf-8"))
    return found


def compiled(said: Mapping[str, Any], pack: Pack) -> Workflow:
    """Return the workflow of plain values, with the Python of a pack.

    Raises:
        WorkflowInvalid: if it does not hold up.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "changed.yaml"
        file.write_text(json.dumps(said))  # which is YAML too
        payloads = {name: pack.payloads[name] for name in pack.payloads if name in said["events"]}
        return load(replace(pack, document=file, payloads=payloads))


def change(said: Written, pack: Pack, random: Random, *, first: int = 0) -> Changed:
    """Return a version with one to three random changes that holds up; the first is of a kind."""
    found = Changed(deepcopy(said), compiled(said, pack))
    found.said["version"] += 1
    kinds = [WAYS[first % len(WAYS)], *(random.choice(WAYS) for _ in range(_TRIES))]
    most = random.randint(1, 3)
    for way in (kind for kind in kinds for _ in range(_TRIES_OF_A_KIND)):
        if len(found.changes) == most:
            break
        found = _changed(found, pack, random, way) or found
    assert found.changes, "no change holds up"
    return found


def _changed(before: Changed, pack: Pack, random: Random, way: Way) -> Changed | None:
    said, states = deepcopy(before.said), dict(before.states)
    done = way(said, random, states)
    if done is None:
        return None
    _drop_unused_events(said)
    with suppress(WorkflowInvalid):
        return Changed(said, compiled(said, pack), states, [*before.changes, done])
    return None


def _drop_timer(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    owner, name = _any_timer(said, random)
    del owner["timers"][name]
    _forget(said, lambda text: text.rpartition(".")[2] == name)
    return f"drop the timer {name}"


def _rename_timer(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    owner, name = _any_timer(said, random)
    owner["timers"][f"{name}_anew"] = owner["timers"].pop(name)
    _forget(said, lambda text: text.rpartition(".")[2] == name)
    return f"rename the timer {name}"


def _add_timer(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    state = random.choice([one for one in said["states"].values() if not one.get("final")])
    fired = sorted({rule["fire"] for rule in state.get("timers", {}).values() if "fire" in rule})
    timer: Written = {random.choice(("after", "every")): random.choice(sorted(said["timings"]))}
    if random.random() < 0.4 and fired:
        timer["fire"] = random.choice(fired)
    else:
        timer["do"] = [{"notify": random.choice(sorted(said["messages"]))}]
    if random.random() < 0.4:
        timer["anchor"] = random.choice([*said.get("anchors", {}), "entered"])
    state.setdefault("timers", {})[f"added_{len(state.get('timers', {}))}"] = timer
    return f"add a timer to a state: {timer}"


def _add_item_timer(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    if not said.get("collections"):
        return None
    collection = random.choice(list(said["collections"].values()))
    way = random.choice(("before", "after"))
    timer = {
        way: random.choice(sorted(said["timings"])),
        "anchor": random.choice(sorted(collection["anchors"])),
        "do": [{"notify": random.choice(sorted(said["messages"]))}],
    }
    collection["timers"]["added"] = timer
    return f"add a timer to a collection: {timer}"


def _change_timing(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    name = random.choice(sorted(said["timings"]))
    said["timings"][name] |= {
        "default": f"{random.choice((1, 2, 5, 12, 40, 200))}d",
        "min": "0d",
        "max": "9999d",
    }
    return f"change the timing {name} to {said['timings'][name]['default']}"


def _follow_another(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    owner, name = _any_timer(said, random)
    timer = owner["timers"][name]
    key = random.choice([key for key in ("after", "every", "before") if key in timer])
    timer[key] = random.choice(sorted(said["timings"]))
    return f"have the timer {name} follow {timer[key]}"


def _recur(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    owner, name = _any_timer(said, random)
    timer = owner["timers"][name]
    if "after" not in timer or "every" in timer:
        return None
    timer["every"] = timer["after"]
    return f"have the timer {name} recur"


def _count_otherwise(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    owner, name = _any_timer(said, random)
    anchors = owner["anchors"] if "fact" in owner else [*said.get("anchors", {}), "entered"]
    owner["timers"][name]["anchor"] = random.choice(sorted(anchors))
    return f"have the timer {name} count from {owner['timers'][name]['anchor']}"


def _exchange_timers(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    owner, name = _any_timer(said, random)
    other = random.choice(sorted(owner["timers"]))
    timers = owner["timers"]
    timers[name], timers[other] = timers[other], timers[name]
    return None if name == other else f"exchange the timers {name} and {other}"


def _rename_state(said: Written, random: Random, states: dict[str, str]) -> str | None:
    name = random.choice(list(said["states"]))
    new = f"{name}_anew"
    if name in states.values():
        return None
    said["states"] = {new if one == name else one: rule for one, rule in said["states"].items()}
    said["initial"] = new if said["initial"] == name else said["initial"]
    _replace(said, {name: new}, keys={"to", "states"})
    _replace(said, _timer_names(said, new, name), keys={"restart", "suspend", "resume", "suspends"})
    states[name] = new
    return f"rename the state {name}"


def _drop_state(said: Written, random: Random, states: dict[str, str]) -> str | None:
    kept = [one for one, rule in said["states"].items() if not rule.get("final")]
    name, other = random.choice(kept), random.choice(kept)
    if name in {other, said["initial"]} or name in states.values():
        return None
    del said["states"][name]
    _replace(said, {name: other}, keys={"to"})
    for collection in said.get("collections", {}).values():
        collection["states"] = [one for one in collection["states"] if one != name]
    _forget(said, lambda text: text.startswith(f"{name}."))
    states[name] = other
    for was, now in states.items():
        states[was] = other if now == name else now
    return f"drop the state {name} for {other}"


def _add_state(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    living = [rule for rule in said["states"].values() if rule.get("events")]
    entering, leaving = random.choice(living), random.choice(sorted(said["states"]))
    if said["states"][leaving].get("detour"):
        return None
    branch: Written = {"to": leaving}
    if said["states"][leaving].get("final"):
        branch["outcome"] = "added"
    said["events"]["added.entered"] = {"help": "Into it.", "by": []}
    said["events"]["added.over"] = {"help": "Out of it.", "by": []}
    timing = random.choice(sorted(said["timings"]))
    entering["events"]["added.entered"] = {"to": "added"}
    entering.setdefault("timers", {})["into_added"] = {"after": timing, "fire": "added.entered"}
    said["states"]["added"] = {
        "help": "A state that was not there before.",
        "events": {"added.over": branch},
        "timers": {"limit": {"after": timing, "fire": "added.over"}},
    }
    return f"add a state that leads to {leaving}"


def _drop_event(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    state = random.choice([one for one in said["states"].values() if one.get("events")])
    name = random.choice(sorted(state["events"]))
    del state["events"][name]
    state["timers"] = {
        one: rule for one, rule in state.get("timers", {}).items() if rule.get("fire") != name
    }
    return f"drop the event {name} in a state"


def _drop_ladder(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    if not said.get("ladders"):
        return None
    name = random.choice(sorted(said["ladders"]))
    del said["ladders"][name]
    _without(said, lambda item: isinstance(item, dict) and item.get("escalate") == name)
    return f"drop the ladder {name}"


def _change_rungs(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    if not said.get("ladders"):
        return None
    ladder = said["ladders"][random.choice(sorted(said["ladders"]))]
    rungs = ladder["rungs"]
    if len(rungs) > 1 and random.random() < 0.5:
        del rungs[random.randrange(len(rungs))]
        return "drop a rung"
    rungs.append({**rungs[-1], "after": random.choice(sorted(said["timings"]))})
    return "add a rung"


def _toggle_suspension(said: Written, random: Random, _states: dict[str, str]) -> str | None:
    detours = [one for one in said["states"].values() if one.get("detour")]
    if not detours:
        return None
    detour = random.choice(detours)
    held = list(detour.get("suspends", ()))
    if held and random.random() < 0.5:
        held.remove(random.choice(held))
    else:
        state = random.choice(sorted(said["states"]))
        timers = sorted(said["states"][state].get("timers", ()))
        held += [f"{state}.{random.choice(timers)}"] if timers else []
    detour["suspends"] = sorted(set(held))
    return f"suspend {detour['suspends']} in a detour"


def _stop_suspending(said: Written, _random: Random, _states: dict[str, str]) -> str | None:
    _without(said, lambda item: isinstance(item, dict) and ("suspend" in item or "resume" in item))
    return "suspend nothing by an action"


WAYS: tuple[Way, ...] = (
    _drop_timer,
    _rename_timer,
    _add_timer,
    _add_item_timer,
    _change_timing,
    _follow_another,
    _recur,
    _count_otherwise,
    _exchange_timers,
    _rename_state,
    _drop_state,
    _add_state,
    _drop_event,
    _drop_ladder,
    _change_rungs,
    _toggle_suspension,
    _stop_suspending,
)


def _any_timer(said: Written, random: Random) -> tuple[Written, str]:
    owners = [*said["states"].values(), *said.get("collections", {}).values()]
    owner = random.choice([one for one in owners if one.get("timers")])
    return owner, random.choice(sorted(owner["timers"]))


def _timer_names(said: Written, state: str, was: str) -> dict[str, str]:
    timers = said["states"][state].get("timers", {})
    return {f"{was}.{name}": f"{state}.{name}" for name in timers}


def _replace(value: Any, names: Mapping[str, str], *, keys: set[str]) -> None:
    """Put other names in place of some, wherever they stand under one of the keys."""
    if isinstance(value, list):
        for one in value:
            _replace(one, names, keys=keys)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in keys and isinstance(one, str):
                value[key] = names.get(one, one)
            elif key in keys and isinstance(one, list):
                value[key] = [names.get(name, name) for name in one]
            else:
                _replace(one, names, keys=keys)


def _forget(said: Written, is_gone: Callable[[str], bool]) -> None:
    """Take names of timers out of whatever lists them, and what then does nothing."""
    for state in said["states"].values():
        state["suspends"] = [name for name in state.get("suspends", ()) if not is_gone(name)]
    _without(
        said,
        lambda item: (
            isinstance(item, dict)
            and any(
                key in item and all(is_gone(name) for name in item[key])
                for key in ("restart", "suspend", "resume")
            )
        ),
    )


def _drop_unused_events(said: Written) -> None:
    """Take out events that nothing offers or nobody sends, with all that names them."""
    states = said["states"].values()
    owners = [*states, *said.get("collections", {}).values()]
    taking = [said.get("anywhere", {}), *(state.get("events", {}) for state in states)]
    for name in list(said["events"]):
        fired = any(
            rule.get("fire") == name for one in owners for rule in one.get("timers", {}).values()
        )
        is_sent = fired or said["events"][name]["by"]
        if is_sent and any(name in events for events in taking):
            continue
        del said["events"][name]
        for events in taking:
            events.pop(name, None)
        for state in states:
            state["passes"] = [event for event in state.get("passes", ()) if event != name]
        for one in owners:
            timers = one.get("timers", {}).items()
            one["timers"] = {key: rule for key, rule in timers if rule.get("fire") != name}


def _without(value: Any, is_gone: Callable[[Any], bool]) -> None:
    """Take things out of every list they stand in."""
    if isinstance(value, list):
        value[:] = [one for one in value if not is_gone(one)]
    for one in value.values() if isinstance(value, dict) else value:
        if isinstance(one, dict | list):
            _without(one, is_gone)
