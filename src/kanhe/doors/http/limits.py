"""The limits of the HTTP door, each with its reason."""

from kanhe.kit.clock import HOUR_MS

# A message is at most 4,000 characters (16 KB in JSON escapes) and its parameters; four times that is a mistake or an attack.
BODY_OCTETS_MAX = 64 * 1024
# A thousand messages of ten Chinese segments are 700 KB.
BATCH_OCTETS_MAX = 1024 * 1024
# A button of the recipient's page sends an empty form.
FORM_OCTETS_MAX = 1024
# What one request may cost: about 40 ms of the gate and the writer.
BATCH_MESSAGES_MAX = 1_000
# A key, an idempotency key, a trace and a few proxies' lines are 2 KB; servers in front of us allow 8 to 16.
HEADER_OCTETS_MAX = 16 * 1024
# A list page is read by people or in a loop; 200 rows of a message with its trail are about 200 KB.
PAGE_MAX = 200
PAGE = 50
# Twice what the intake holds by default: above it, even waiting costs more memory than the caller is worth.
REQUESTS_MAX = 40_000
# Each connection costs some 20 KB; beyond this a proxy in front is the better place to wait.
CONNECTIONS_MAX = 10_000
# Load balancers keep idle connections for 60 s or less; a shorter time here would close them under a request.
KEEP_ALIVE_S = 75
# A commit takes milliseconds; who has waited this long is told that we do not know, and asks again under the same key.
ANSWER_S = 30.0
# How often late requests are looked for.
SWEEP_S = 1.0
# A request's head and body come within this or the connection is closed: slow senders hold memory.
REQUEST_S = 30.0
# An open request at the end is given this long to be answered.
STOP_S = 5.0
# Stripe's and the IETF draft's common size; longer keys are bodies in disguise.
IDEMPOTENCY_KEY_CHARS_MAX = 255
# An idempotency key answers for three days (DESIGN.md, section 2).
IDEMPOTENCY_MS = 72 * HOUR_MS
# What a caller is asked to wait when the intake is full: it drains in two seconds at full speed.
RETRY_AFTER_S = 2
# Credentials whose digest we remember; at 300 octets each it is 3 MB.
KEYS_REMEMBERED_MAX = 10_000
