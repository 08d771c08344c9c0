"""The tables, once, for every dialect. What stands where, and why so: `docs/explanation/storage.md`.

The hot transaction appends to tables that are clustered by a rising number and have no second index; whatever must be found
by another key goes to `blocks` in large steps. `meta` holds watermarks and counters.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

# SQLite makes a column the row's own address only when its type is spelled INTEGER; PostgreSQL needs BIGINT for 63 bits.
Number = BigInteger().with_variant(Integer(), "sqlite")


def _table(name: str, *columns: Column[object] | Index) -> Table:
    return Table(name, metadata, *columns)


def _clustered(name: str, *columns: Column[object]) -> Table:
    """Make a table that is nothing but its primary key's tree."""
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


def _key(name: str, kind: object = Number) -> Column[object]:
    return Column(name, kind, primary_key=True, autoincrement=False)  # type: ignore[arg-type]  # a type instance


def _number(name: str) -> Column[object]:
    return Column(name, Number, nullable=False)


def _maybe(name: str, kind: object = Number) -> Column[object]:
    return Column(name, kind, nullable=True)  # type: ignore[arg-type]  # a type instance


def _text(name: str) -> Column[object]:
    return Column(name, Text, nullable=False)


def _blob(name: str) -> Column[object]:
    return Column(name, LargeBinary, nullable=False)


meta = _clustered("meta", _key("name", Text), _number("value"))

# --- the hot road: appended in the order of time, never searched by anything but their number ---

messages = _table(
    "messages",
    _key("id"),
    _number("account"),
    _number("recipient"),
    _text("category"),
    _number("state"),  # up to the claim; what comes after stands in `settled`
    _text("sender"),
    _number("shape"),
    _maybe("due"),
    _number("expires"),
    _number("segments"),
    _number("price"),
    _blob("body"),  # `store/packing.py`
)
settled = _table("settled", _key("id"), _number("state"), _blob("trail"))
shapes = _table(
    "shapes",
    _key("number"),
    Column("digest", LargeBinary, nullable=False, unique=True),
    _blob("pack_digest"),
    _blob("findings"),
)
entries = _table("entries", _key("first"), _number("count"), _number("lowest"), _number("highest"), _blob("rows"))
Index("entries_by_message", entries.c.lowest, entries.c.highest)
changes = _table(
    "changes",  # what each commit said of messages, in their order: replayed by recovery, never searched
    _key("seq"),
    _number("at"),
    _text("connector"),
    _blob("told"),
    _blob("owed"),
    _blob("accepted"),
    _blob("claims"),
    _blob("responses"),
    _blob("receipts"),
)
keyed = _table("keyed", _key("seq"), _number("at"), _blob("rows"))
postings = _table(
    "postings",
    _key("seq"),
    _number("at"),
    _number("account"),
    _number("reserved"),
    _number("captured"),
    _number("released"),
    _number("credited"),
)
balances = _table("balances", _key("account"), _number("balance"), _number("reserved"))
due = _clustered("due", _key("at"), _key("id"))
uncounted = _table("uncounted", _key("id"))  # sends that caps no longer count: cancelled, refused later, given back

# --- what the tails are merged into, and what waits longer than a moment ---

runs = _table(
    "runs", _key("number"), _number("book"), _number("level"), _number("newest"), _blob("firsts"), _blob("keys")
)
blocks = _table("blocks", _key("id"), _blob("octets"))
lingering = _table("lingering", _key("id"), _number("owes"), _blob("story"))

# --- books ---

suppressions = _clustered(
    "suppressions",
    _key("number"),
    _key("id"),
    _number("revision"),
    _maybe("lifted_at"),
    _blob("body"),
    _maybe("lifted_by", Text),
    _maybe("lifted_why", Text),
)
# Ids rise, so this index is only ever appended to: reports count by it.
Index("suppressions_by_id", suppressions.c.id)
consents = _clustered("consents", _key("account"), _key("number"), _key("id"), _blob("body"))
requests = _clustered("requests", _key("account"), _key("number"), _key("at"), _maybe("answer", Text))
dnc = _clustered("dnc", _key("register", Text), _key("number"), _number("listed"), _number("checked_at"))
registers = _table(
    "registers",
    _key("register", Text),
    _key("scope", Text),
    _number("checked_at"),
    _number("revision"),
    _number("count"),
    _blob("numbers"),
)
lots = _table("lots", _key("id"), _blob("body"))
documents = _clustered("documents", _key("kind", Text), _key("key", Text), _number("revision"), _blob("body"))
inbound = _table(
    "inbound",
    _key("id"),
    _maybe("account"),
    _number("number"),
    _text("to"),
    _text("text"),
    _text("connector"),
    _number("at"),
    _text("act"),
)
inbound_gaps = _table("inbound_gaps", _key("id"), _number("missing"))  # segments that never came
inbound_parts = _table("inbound_parts", _key("id"), _number("number"), _blob("body"))
jobs = _table(
    "jobs",
    _key("id"),
    _number("account"),
    _text("endpoint"),
    _number("at"),
    _blob("body"),
    _number("attempts"),
    _number("dead"),
)

# --- the console's users ---

users = _table(
    "users",
    _key("id"),
    Column("name", Text, nullable=False, unique=True),
    _text("role"),
    _maybe("account"),
    _number("created_at"),
    _maybe("closed_at"),
)
login_links = _clustered("login_links", _key("digest", Text), _number("user"), _number("expires_at"))
sessions = _clustered("sessions", _key("digest", Text), _number("user"), _number("expires_at"))
looks = _table("looks", _key("seq"), _number("at"), _number("user"), _text("what"), _text("about"))

# --- papers through all their versions ---

dossiers = _table("dossiers", _key("id"), _text("kind"), _text("key"), _maybe("account"))
Index("dossiers_by_key", dossiers.c.kind, dossiers.c.key, unique=True)
dossier_versions = _clustered(
    "dossier_versions",
    _key("dossier"),
    _key("number"),
    _text("stand"),
    _number("at"),
    _text("by"),
    _text("why"),
    _maybe("valid_to", Text),
    _blob("content"),
)
Index("versions_by_stand", dossier_versions.c.stand, dossier_versions.c.valid_to)
dossier_documents = _clustered(
    "dossier_documents",
    _key("dossier"),
    _key("version"),
    _key("digest", Text),
    _key("role", Text),
    _text("name"),
    _text("media"),
    _number("octets"),
    _number("at"),
    _text("by"),
    _number("sealed"),
)
dossier_history = _table(
    "dossier_history",
    _key("seq"),
    _number("dossier"),
    _number("version"),
    _number("at"),
    _text("by"),
    _text("act"),
    _text("reason"),
)
Index("history_of_dossier", dossier_history.c.dossier)

# --- what waits for people, and what they decided ---

reviews = _table(
    "reviews", _key("id"), _text("kind"), _text("subject"), _maybe("account"), _maybe("closed_at"), _blob("body")
)
Index("reviews_by_subject", reviews.c.kind, reviews.c.subject)
Index("reviews_by_end", reviews.c.closed_at)
reviewed = _table("reviewed", _key("message"), _number("review"), _number("released"))  # may still be on their way

announcements = _table("announcements", _key("id"), _number("account"), _text("stage"), _blob("body"), _blob("numbers"))

complaints = _table(
    "complaints",
    _key("id"),
    _number("account"),
    _number("at"),
    _text("source"),
    _number("number"),
    _maybe("message"),
    _text("text"),
    _text("state"),
    _text("note"),
)
Index("complaints_of_account", complaints.c.account, complaints.c.at)

duties = _table(
    "duties",
    _key("id"),
    _text("about"),
    _text("kind"),
    _text("country"),
    _text("rule"),
    _text("work"),
    _number("at"),
    _number("due"),
    _text("whom"),
    _text("note"),
    _maybe("done_at"),
    _text("done_by"),
    _text("done_note"),
)
Index("duties_by_end", duties.c.done_at, duties.c.due)
Index("duties_by_about", duties.c.about)

# --- the ledger's tree ---

tiles = _clustered("tiles", _key("level"), _key("index"), _blob("octets"))
checkpoints = _table("checkpoints", _key("size"), _blob("note"))
