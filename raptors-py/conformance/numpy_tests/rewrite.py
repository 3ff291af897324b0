"""Turns a test file's imports of NumPy into imports of what stands in its place."""

from __future__ import annotations

import ast
import re

HELPER = "__import__('numpy_tests.stand_in', fromlist=['module'])"


def rewrite(source: str) -> str:
    """``source`` with NumPy's imports replaced; every line keeps its number."""
    source = source.replace("np._core.umath.__dict__", f"{HELPER}.ufuncs()")
    source = re.sub(
        r"pytest\.importorskip\(\s*['\"]numpy['\"]\s*\)", f"{HELPER}.imported('numpy')", source
    )
    lines = source.splitlines(keepends=True)
    imports = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Import | ast.ImportFrom))
    for node in sorted(imports, key=lambda node: -node.lineno):
        replaced = _plain(node) if isinstance(node, ast.Import) else _from(node)
        if not replaced:
            continue
        first, last = node.lineno - 1, node.end_lineno - 1
        before = lines[first][: node.col_offset]
        after = lines[last].encode()[node.end_col_offset :].decode().rstrip("\n")
        lines[first : last + 1] = [f"{before}{'; '.join(replaced)}{after}\n" + "\n" * (last - first)]
    return "".join(lines)


def _plain(node: ast.Import) -> list[str]:
    statements, others = [], []
    for alias in node.names:
        if alias.name.partition(".")[0] != "numpy":
            others.append(ast.unparse(alias) if alias.asname is None else f"{alias.name} as {alias.asname}")
        elif alias.asname:
            statements.append(f"{alias.asname} = {HELPER}.imported({alias.name!r})")
        else:
            statements.append(f"numpy = {HELPER}.imported_top({alias.name!r})")
    if statements and others:
        statements.append("import " + ", ".join(others))
    return statements


def _from(node: ast.ImportFrom) -> list[str]:
    name = node.module or ""
    if node.level or name.partition(".")[0] != "numpy":
        return []
    if node.names[0].name == "*":
        return [f"globals().update({HELPER}.imported_star({name!r}))"]
    return [
        f"{alias.asname or alias.name} = {HELPER}.imported_from({name!r}, {alias.name!r})"
        for alias in node.names
    ]
