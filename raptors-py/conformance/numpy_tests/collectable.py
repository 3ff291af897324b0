"""Makes a test file importable with a module that lacks names: the smallest unit that cannot be
executed at import (a test, an assignment, a statement) is replaced by one that fails when used.

``python -m numpy_tests.collectable FILE TREE`` rewrites FILE and prints how many units it replaced.
"""

from __future__ import annotations

import ast
import pathlib
import sys
import traceback
import types
import warnings

ABSENT = "__import__('numpy_tests.absent', fromlist=['Absent']).Absent"


def units(tree: ast.Module):
    """First and last line and node of what can be replaced, innermost first."""
    found = []

    def visit(body):
        for node in body:
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            found.append((first, node.end_lineno, node))
            if isinstance(node, ast.ClassDef | ast.If | ast.Try | ast.For | ast.With):
                visit([*node.body, *getattr(node, "orelse", [])])

    visit(tree.body)
    return sorted(found, key=lambda unit: unit[1] - unit[0])


def assigned(target) -> list[str]:
    """The names that an assignment binds."""
    if isinstance(target, ast.Name):
        return [target.id]
    items = target.elts if isinstance(target, ast.Tuple | ast.List) else []
    return [name for item in items for name in assigned(item)]


def replacement(node, why: str) -> str:
    """Code for ``node`` that can be executed and fails when it is used."""
    indent = " " * node.col_offset
    if isinstance(node, ast.FunctionDef):
        parameter = "self" if indent else ""
        return f"{indent}def {node.name}({parameter}): raise AttributeError({why!r})\n"
    if isinstance(node, ast.ClassDef):
        return f"{indent}class {node.name}: pass\n"
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    names = [name for target in targets for name in assigned(target)]
    lines = [f"{indent}{name} = {ABSENT}({name!r})\n" for name in names]
    return "".join(lines) or f"{indent}pass\n"


def unusable_parameters(names: dict, module: str):
    """The line of a test whose parameters cannot be listed, and why."""
    for value in list(names.values()):
        if isinstance(value, type) and value.__module__ == module:
            found = unusable_parameters(vars(value), module)
            if found:
                return found
        if not isinstance(value, types.FunctionType) or value.__module__ != module:
            continue
        for mark in getattr(value, "pytestmark", []):
            if mark.name == "parametrize":
                values = mark.args[1] if len(mark.args) > 1 else mark.kwargs.get("argvalues", ())
                try:
                    list(values)
                except Exception as error:
                    code = getattr(value, "__wrapped__", value).__code__
                    return code.co_firstlineno, repr(error)
    return None


def obstacle(path: pathlib.Path, module: str):
    """The line at which the file cannot be imported, and why; nothing where it can."""
    names = {"__name__": module, "__file__": str(path), "__package__": module.rpartition(".")[0]}
    try:
        exec(compile(path.read_text(), path, "exec"), names)
    except BaseException as error:  # pytest's Skipped is none of Exception
        if type(error).__name__ == "Skipped":
            return None
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
        if not frames:
            raise
        top = [f for f in frames if f.name == "<module>" or f.name[:1].isupper()]
        return (top or frames)[-1 if top else 0].lineno, repr(error)
    return unusable_parameters(names, module)


def make_collectable(path: pathlib.Path, tree: pathlib.Path) -> int:
    """Replaces units of the file until it can be imported; the number of them."""
    module = ".".join(path.relative_to(tree).with_suffix("").parts)
    for count in range(200):
        found = obstacle(path, module)
        if found is None:
            return count
        line, why = found
        source = path.read_text()
        lines = source.splitlines(keepends=True)
        first, last, node = next(u for u in units(ast.parse(source)) if u[0] <= line <= u[1])
        new = replacement(node, why[:160])
        blank = ["\n"] * (last - first + 1 - new.count("\n"))
        lines[first - 1 : last] = [new, *blank]
        path.write_text("".join(lines))
    raise SystemExit(f"{path} cannot be imported: {why}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.path.insert(0, sys.argv[2])
    print(make_collectable(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()))
