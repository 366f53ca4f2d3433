"""``__all__`` is what a module offers: it lists every public name that the module defines, and no other."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "crisismap"
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def definitions(tree: ast.Module) -> set[str]:
    """The public names that a module defines at its top; constants are public only if ``__all__`` says so."""
    return {
        node.name
        for node in tree.body
        if isinstance(node, _Definition) and not node.name.startswith("_") and not is_command(node)
    }


def is_command(node: _Definition) -> bool:
    """Whether click registers it: a command is reached by its name on the command line, not by import."""
    called = [ast.unparse(decorator).partition("(")[0] for decorator in node.decorator_list]
    return any(name.endswith((".command", ".group")) and name != "click.group" for name in called)


def bindings(tree: ast.Module) -> set[str]:
    """Every name that a module binds at its top, by definition, assignment or import."""
    names = {node.name for node in tree.body if isinstance(node, _Definition)}
    body = list(tree.body)
    if "__getattr__" in names:  # It imports late what a type checker is told at once.
        body += [node for part in tree.body if isinstance(part, ast.If) for node in part.body]
    for node in body:
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
    return names


def listed(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets
        ):
            names: list[str] = ast.literal_eval(node.value)
            return names
    return None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_all_lists_what_is_public(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = listed(tree)
    assert names is not None, "give the module an __all__"
    assert len(names) == len(set(names)), "a name is listed twice"
    assert not [name for name in names if name.startswith("_")], "a private name is listed"
    assert definitions(tree) - set(names) == set(), "list these in __all__, or begin them with an underscore"
    assert set(names) - bindings(tree) == set(), "these are listed but not there"
