"""The limits of the console, each with its reason."""

from kanhe.kit.clock import HOUR_MS, MINUTE_MS

# The link is printed in a terminal and opened at once; a quarter of an hour is enough to find the browser.
LINK_MS = 15 * MINUTE_MS
# A working day: nobody is logged out at work, and nobody stays logged in over night.
SESSION_MS = 12 * HOUR_MS
# 256 random bits: nothing to guess.
TOKEN_OCTETS = 32
# Tokens cannot be guessed; this keeps whoever tries from costing us anything.
LOGIN_TRIES_MAX = 10
LOGIN_TRIES_S = 300.0
# Peers whose tries are remembered: 1 MB.
PEERS_MAX = 10_000
# Forms of the console have a handful of fields.
FORM_OCTETS_MAX = 16 * 1024
# Five thousand numbers pasted into a field; longer lists come by the API.
ANNOUNCEMENT_OCTETS_MAX = 128 * 1024
# A document has at most 20 MB; a little more is read, so that the form can say so beside the field.
DOCUMENT_OCTETS_MAX = 24 * 1024 * 1024
# A list of a register as the browser sends it, and the rest of its form.
REGISTER_OCTETS_MAX = 65 * 1024 * 1024
# A page of a list is read by a person.
PAGE = 50
# What the figures of the last hour look at: 0.2 s of another thread; busier hours are told by their newest messages.
FIGURES_MESSAGES_MAX = 100_000
# All viewers share one look at the tables.
FIGURES_KEPT_S = 2.0
# The board is walked for the figures up to here (2 ms); a longer one is told by its length alone.
BOARD_WALKED_MAX = 50_000
# An entry stands under a checkpoint within two seconds of its commit; three missed turns are an alarm.
CHECKPOINT_LATE_MS = 6_000
# Names of users stand in histories and in the ledger's reports; a person's name with an office fits.
NAME_CHARS_MAX = 64
# The longest packet of CMPP has 3,523 octets, and people paste one or two.
PACKET_CHARS_MAX = 10_000
