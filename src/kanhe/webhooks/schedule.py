"""When a webhook is tried again, when it is given up, and how long an endpoint that fails is left alone."""

from kanhe.kit.rng import Rng
from kanhe.ports.change import Job

# Seconds before each further try, as Standard Webhooks proposes: 75 hours in all, so that a weekend's outage loses nothing.
WAITS_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
# Spread by a fifth, so that what failed together does not come back together.
JITTER = 0.2
# A receiver may ask for more time (Retry-After), up to the longest wait of our own.
RETRY_AFTER_S_MAX = 86_400
# While an endpoint fails one delivery at a time tries it, after these seconds; the rest waits without using up its tries.
RESTS_S = (1, 5, 30, 60, 300)


def again(job: Job, now: int, rng: Rng, retry_after_s: int = 0) -> Job:
    """The job after one more failure: to be tried later, or dead."""
    if job.attempts >= len(WAITS_S):
        return Job(job.id, job.account, job.endpoint, now, job.body, job.attempts + 1, dead=True)
    wait = WAITS_S[job.attempts] * (1.0 + JITTER * (2.0 * rng.random() - 1.0))
    wait = max(wait, min(retry_after_s, RETRY_AFTER_S_MAX))
    return Job(job.id, job.account, job.endpoint, now + int(wait * 1000), job.body, job.attempts + 1)


def rest_s(failures: int) -> int:
    """How long an endpoint is left alone after so many failures in a row."""
    return RESTS_S[min(failures, len(RESTS_S)) - 1]
