"""The host's app, by the name of its engine: whose callbacks and channels a Carrier works with."""

import sys
from importlib import import_module
from pathlib import Path

from mentorflow import Engine
from mentorflow.errors import NotFound


def engine_named(name: str) -> Engine:
    """Import the engine of an app, named as `package.module:engine`.

    Raises:
        NotFound: if there is no such module, or no engine of that name in it.
    """
    module_name, _, attribute = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(import_module(module_name), attribute)
    except ModuleNotFoundError as missing:
        raise NotFound(
            f"there is no app {name!r}: {missing}; name it as package.module:engine"
        ) from missing
    except (AttributeError, ValueError):
        found = None
    if not isinstance(found, Engine):
        raise NotFound(f"{name!r} is no Engine; name it as package.module:engine")
    return found
