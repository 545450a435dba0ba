"""How functions get the names a workflow calls them by: the public ones of a module, as written."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any


def functions_of(*parts: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the public functions that some modules define themselves, by name.

    Raises:
        ValueError: if two modules use the same name.
    """
    found: dict[str, Callable[..., Any]] = {}
    for part in parts:
        for name, function in inspect.getmembers(part, inspect.isfunction):
            if function.__module__ != part.__name__ or name.startswith("_"):
                continue
            if name in found:
                raise ValueError(f"{name} is defined in {part.__name__} and before")
            found[name] = function
    return found
