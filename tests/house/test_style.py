"""The rules of the house that a linter does not know: each is one function over the source tree."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "kanhe"

# Loops that must survive whatever a stage or a peer does to them; each is named here or does not exist.
MAY_CATCH_EVERYTHING = {
    "doors/http/serve.py": "one request must not take the door down: it is answered 500 and reported",
    "kit/stream.py": "a session whose timer fails ends its own socket and no other",
    "kit/faults.py": "what breaks a loop on one item is noted, told to the operator, and the rest goes on",
    "app/opinions.py": "a model of the operator's own may raise anything; nothing waits for its word",
    "gate/desk.py": "a stage that throws parks its messages and never lets them by",
}


def files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def handlers(tree: ast.AST) -> Iterator[ast.ExceptHandler]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler))


def test_nothing_catches_everything_but_the_named_loops() -> None:
    found = set()
    for path in files():
        for handler in handlers(ast.parse(path.read_text("utf-8"))):
            names = (
                {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else {"all"}
            )
            reraises = any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))
            if names & {"Exception", "BaseException", "all"} and not reraises:
                found.add(str(path.relative_to(SOURCE)))
    assert found <= set(MAY_CATCH_EVERYTHING), "catches everything without being named in this test"


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT)) for path in files() if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not silent


# Past a screenful a function is a question to answer; these have been answered.
LONG_FUNCTIONS = {
    "store/migrations/versions/0001_first.py:upgrade",  # a list of tables, one after the other
}
FUNCTION_LINES_MAX = 60


def test_functions_fit_a_screen() -> None:
    long = set()
    for path in files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES_MAX:
                    long.add(f"{path.relative_to(SOURCE)}:{node.name}")
    assert long <= LONG_FUNCTIONS


# A file is one idea; past this it has been two each time it was looked at.
FILE_LINES_MAX = 400


def test_files_hold_one_idea() -> None:
    lines = {str(path.relative_to(SOURCE)): path.read_text("utf-8").count("\n") for path in files()}
    assert not {path: count for path, count in lines.items() if count > FILE_LINES_MAX}


def test_the_tree_names_no_machine_of_ours() -> None:
    pattern = re.compile(r"/[w]ork/|\.\./shared|registry\.npmjs|files\.pythonhosted")
    suspects = [*files(), *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.py")]
    guilty = [
        str(path.relative_to(ROOT))
        for path in suspects
        if path != Path(__file__) and pattern.search(path.read_text("utf-8"))
    ]
    assert not guilty


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    """Calls of a function or a method of that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name == getattr(node.func, "attr", getattr(node.func, "id", None)):
            yield node


# Where a message begins its way to a carrier: each has the gate's verdict in its hand (`Live` cannot be made without one).
MAY_MAKE_LIVES = {"steps/intake.py", "upkeep/recovery.py", "journey.py"}


def test_one_place_hands_messages_to_a_carrier_and_few_bring_them_there() -> None:
    trees = {str(path.relative_to(SOURCE)): ast.parse(path.read_text("utf-8")) for path in files()}
    handing = {
        path
        for path, tree in trees.items()
        for call in calls(tree, "submit")
        if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "attr", "") == "link"
    }
    assert handing == {"steps/dispatch.py"}, "after the claim, and nowhere else"
    making = {path for path, tree in trees.items() for _ in calls(tree, "Live")}
    assert making == MAY_MAKE_LIVES, making ^ MAY_MAKE_LIVES
