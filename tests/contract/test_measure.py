"""The measures behind the budgets see what they are meant to see."""

from pathlib import Path

from measure import Function, functions_of

SOURCE = '''
def f(a: int, b, *rest) -> None:
    """Do something.

    The docstring costs nothing.
    """
    if a:
        pass
    elif b:
        for _ in rest:
            with open(a):
                pass
    try:
        pass
    except ValueError:
        if a:
            pass
'''


def test_a_docstring_is_not_counted(tmp_path: Path) -> None:
    assert _measured(tmp_path).lines == 12


def test_an_elif_is_no_deeper_than_its_if(tmp_path: Path) -> None:
    assert _measured(tmp_path).nesting == 3


def test_names_without_annotation_are_found(tmp_path: Path) -> None:
    assert _measured(tmp_path).unannotated == ("b", "rest")


def _measured(folder: Path) -> Function:
    file = folder / "source.py"
    file.write_text(SOURCE)
    return next(functions_of(file, root=folder))
