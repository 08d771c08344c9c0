"""The manual is held to the code: pages made from it are in step, links lead somewhere, commands exist, tables are the tables.

That the tutorial does what it says stands in `tests/contract/manual/`: it starts the platform.
"""

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kanhe.app.orders import ORDERS
from kanhe.domain.category import Category
from kanhe.domain.state import MOVES, State
from kanhe.domain.verdict import Outcome
from kanhe.gate.stages.table import STAGES
from kanhe.journey import DISPATCH, INBOUND, INTAKE, RECEIPT
from kanhe.store.schema import metadata

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\(([^)\s]+)\)")
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
KINDS_OF_FRAGMENTS = {"added", "changed", "fixed", "removed", "security", "law"}


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "changes").glob("*.md")])


def pairs() -> list[tuple[Path, Path]]:
    """Pages that stand in both languages."""
    return [
        (page.with_name(page.name.replace(".zh.md", ".md")), page) for page in pages() if page.name.endswith(".zh.md")
    ]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "reference" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = generate()
COMMANDS = {path for path, _ in GENERATE.commands()}


def prose(page: Path) -> str:
    """A page without its blocks of code: what stands there is no link."""
    return re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def table(page: Path, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, its head left out."""
    below = page.read_text("utf-8").split(f"\n{heading}\n", 1)[1]
    rows = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert rows is not None, heading
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[0].splitlines()[2:]]


def words(cell: str) -> list[str]:
    return CODE.findall(cell)


# --- what is made from the code ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", GENERATE.PAGES)
def test_a_page_made_from_the_code_is_in_step(page: str) -> None:
    made = GENERATE.PAGES[page]()
    assert (DOCS / "reference" / page).read_text("utf-8") == made, "write it again: python docs/reference/generate.py"


def test_every_meaning_of_a_setting_is_of_one_that_exists() -> None:
    assert set(GENERATE.MEANINGS) == {key for key, _ in GENERATE.settings_keys()}


# --- links, commands, pairs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages(), ids=name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = [link.partition("#")[0] for link in LINK.findall(prose(page)) if "://" not in link]
    missing = [link for link in links if link and not (page.parent / link).exists()]
    assert not missing


def typed() -> Iterator[tuple[str, str]]:
    """(page, command) of everything in the manual that looks like a command of ours."""
    for page in pages():
        text = page.read_text("utf-8")
        spans = [
            *CODE.findall(prose(page)),
            *(line for block in SHELL_BLOCK.findall(text) for line in block.splitlines()),
        ]
        for span in spans:
            for command in re.findall(r"(?:^|\(|&& )(?:uv run )?(kanhe [a-z][a-z ]*|make [a-z]+)", span):
                yield name(page), command.strip()


def is_command(said: str) -> bool:
    """Whether a command begins so; what follows it are arguments."""
    if said.startswith("make "):
        return re.search(rf"^{said.split()[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE) is not None
    begun = said.split()
    return any(begun[: len(path.split())] == path.split() or path.startswith(f"{said} ") for path in COMMANDS)


def test_every_command_of_the_manual_exists() -> None:
    said = list(typed())
    assert ("README.md", "kanhe demo") in said
    assert ("README.md", "make check") in said
    assert not [each for each in said if not is_command(each[1])]


def outline(page: Path) -> dict[str, object]:
    """What two languages of one page have in common: headings by depth, code, links, rows of tables."""
    text = page.read_text("utf-8")
    return {
        "headings": [len(marks) for marks in re.findall(r"^(#+) ", prose(page), re.MULTILINE)],
        "commands": SHELL_BLOCK.findall(text),
        "links": sum(1 for link in LINK.findall(prose(page)) if "://" not in link),
        "rows": len(re.findall(r"^\|", text, re.MULTILINE)),
        "items": len(re.findall(r"^(?:- |\d+\. )", prose(page), re.MULTILINE)),
    }


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: name(pair[0]))
def test_both_languages_say_as_much(pair: tuple[Path, Path]) -> None:
    english, chinese = pair
    assert outline(english) == outline(chinese)


@pytest.mark.parametrize("page", [page for page in pages() if page.is_relative_to(DOCS)], ids=name)
def test_every_page_is_reached_from_the_index(page: Path) -> None:
    indexes = [DOCS / "index.md", DOCS / "decisions" / "index.md"]
    reached = {(index.parent / link).resolve() for index in indexes for link in LINK.findall(index.read_text("utf-8"))}
    assert page.resolve() in reached | {DOCS / "index.md"}, "give it a line in docs/index.md"


# --- the architecture is the code's --------------------------------------------------------------------------------------------

FIGURE = re.compile(r"\d[\d,.]*")


def figures(page: Path) -> list[list[str]]:
    """The figures of each row of each table, in any order, and of each block of code as it stands."""
    rows = [line for line in prose(page).splitlines() if line.startswith("|")]
    return [sorted(FIGURE.findall(row)) for row in rows]


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```.*?^```", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def test_the_model_card_says_the_same_figures_in_both_languages() -> None:
    english, chinese = DOCS / "model-card.md", DOCS / "model-card.zh.md"
    for number, (said, told) in enumerate(zip(figures(english), figures(chinese), strict=True), 1):
        assert said == told, f"row {number} of the tables of {name(english)} and {name(chinese)}"
    assert blocks(english) == blocks(chinese)


MAPS = [DOCS / "architecture.md", DOCS / "architecture.zh.md"]


def below(page: Path, place: int) -> list[list[str]]:
    """The table below the page's heading of that place, counted from 0: headings differ by language, their order does not."""
    headings = re.findall(r"^#+ .*$", prose(page), re.MULTILINE)
    return table(page, headings[place])


HEADINGS = re.findall(r"^#+ (.*)$", prose(MAPS[0]), re.MULTILINE)


@pytest.mark.parametrize("page", MAPS, ids=name)
def test_the_rooms_are_those_of_the_contract(page: Path) -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0]
    layers = [sorted(re.findall(r"\w+", layer)) for layer in contract["layers"]]
    assert [sorted(words(row[0])) for row in below(page, HEADINGS.index("Rooms"))] == layers


@pytest.mark.parametrize("page", MAPS, ids=name)
@pytest.mark.parametrize(
    ("journey", "steps"), [("Intake", INTAKE), ("Dispatch", DISPATCH), ("Receipt", RECEIPT), ("Inbound", INBOUND)]
)
def test_the_steps_are_those_of_the_journey(page: Path, journey: str, steps: tuple[object, ...]) -> None:
    said = [words(row[0])[0] for row in below(page, HEADINGS.index(journey))]
    assert said == [getattr(step, "__name__", "") for step in steps]


@pytest.mark.parametrize("page", MAPS, ids=name)
def test_the_states_and_moves_are_those_of_the_table(page: Path) -> None:
    said = {words(row[0])[0]: set(words(row[2])) for row in below(page, HEADINGS.index("States"))}
    assert said == {state.word: {move.word for move in moves} for state, moves in MOVES.items()}


@pytest.mark.parametrize("page", MAPS, ids=name)
def test_the_stages_have_the_scopes_of_their_table(page: Path) -> None:
    said = [(words(row[0])[0], row[1]) for row in below(page, HEADINGS.index("The gate's scopes"))]
    assert said == [(kind.value, stage.scope.value) for kind, stage in STAGES.items()]


@pytest.mark.parametrize("page", MAPS, ids=name)
def test_the_orders_are_those_of_the_running_process(page: Path) -> None:
    assert {word for row in below(page, HEADINGS.index("Orders")) for word in words(row[0])} == set(ORDERS)


@pytest.mark.parametrize("page", MAPS, ids=name)
def test_the_files_and_functions_that_the_map_names_exist(page: Path) -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src" / "kanhe").rglob("*.py"))
    said = CODE.findall(prose(page))
    files = [
        each for each in said if each.endswith(".py") and not list((ROOT / "src" / "kanhe").rglob(Path(each).name))
    ]
    functions = [each for each in said if each.endswith("_loop") and f"def {each.rpartition('.')[2]}(" not in source]
    threads = [each for each in said if re.fullmatch(r"kanhe-[a-z]+", each) and f'"{each}"' not in source]
    assert (files, functions, threads) == ([], [], [])


@pytest.mark.parametrize("page", MAPS, ids=name)
def test_the_tables_that_the_map_names_are_those_of_the_schema(page: Path) -> None:
    said = {word for row in below(page, HEADINGS.index("Where a message's data lives")) for word in words(row[1])}
    assert {word for word in said if "/" not in word} <= set(metadata.tables)


# --- words, decisions, fragments -----------------------------------------------------------------------------------------------


def terms() -> list[list[str]]:
    rows = [row for row in (DOCS / "glossary.md").read_text("utf-8").splitlines() if row.startswith("| ")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if not row.startswith("| say ")]


def test_every_word_stands_in_both_languages() -> None:
    for say, chinese, meaning, in_chinese, _ in terms():
        assert say
        assert meaning
        assert re.search(r"[一-鿿]|Webhook", chinese), say
        assert re.search(r"[一-鿿]", in_chinese), say


def test_every_state_category_and_outcome_is_in_the_glossary() -> None:
    said = {word for say, *_ in terms() for word in re.findall(r"\w+", say)}
    needed = (
        {state.word for state in State} | {category.value for category in Category} | {each.value for each in Outcome}
    )
    assert needed <= said


def test_no_word_stands_in_the_glossary_twice() -> None:
    said = [say for say, *_ in terms()]
    assert sorted(set(said)) == sorted(said)


DECISIONS = sorted(set((DOCS / "decisions").glob("*.md")) - {DOCS / "decisions" / "index.md"})


@pytest.mark.parametrize("page", DECISIONS, ids=name)
def test_a_decision_has_its_five_parts(page: Path) -> None:
    parts = re.findall(r"^## (.*)$", page.read_text("utf-8"), re.MULTILINE)
    assert parts == ["Context", "Decision", "What was rejected", "Consequences", "What would change our mind"]


def test_fragments_are_of_a_known_kind() -> None:
    fragments = [path.name for path in (ROOT / "changes").iterdir() if path.name != "README.md"]
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.(\w+)\.md", each) for each in fragments)
    assert {each.split(".")[1] for each in fragments} <= KINDS_OF_FRAGMENTS
