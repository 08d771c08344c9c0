"""What every door and every connector can be told, whatever it speaks. A family's own settings stand in its folder."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Timers:
    """When a silent or slow peer is given up, in seconds (SMPP 3.4 section 7.2 names four and gives no values)."""

    login_wait_s: float = 10.0  # connected and not bound
    keep_alive_s: float = 30.0  # silence before we ask
    keep_alive_tries: int = 3  # unanswered in a row before the link is dead
    response_s: float = 30.0  # a request without its answer is in doubt
    half_frame_s: float = 30.0  # the rest of a frame
    idle_s: float = 0.0  # close a silent link (SGIP); 0: never


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """What one customer's account may do at a door."""

    window: int = 10  # unanswered submissions of one session
    rate_per_s: float = 0.0  # submissions of all sessions together; 0: no limit
    sessions_max: int = 10  # a flood of binds ends here


@dataclass(frozen=True, slots=True)
class Credential:
    """Who may log in at a door, and what it may do then. The secret never appears in a repr."""

    account: str
    secret: str = field(repr=False)
    limits: AccountLimits = field(default_factory=AccountLimits)


# Reconnecting faster than this sequence only feeds the carrier's own flood limits; 60 s keeps an outage's tail short.
RECONNECT_S: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What every connector can be told, whatever it speaks."""

    window: int = 10  # unanswered submissions of one session
    sessions: int = 1
    rate_per_s: float = 0.0  # of all sessions together; 0: no limit
    reconnect_s: tuple[float, ...] = RECONNECT_S
    jitter: float = 0.2  # share of the back-off that chance may add or take
    refused_tries: int = 3  # refused logins before a person must look
    retry_here: bool = True  # throttled and deferred segments go again by themselves; off: the owner judges them anew
    retry_wait_s: float = 1.0  # before a throttled segment goes again; doubles to a minute
    retry_tries: int = 5
    # How often a submission without an answer is written again, under its own sequence, before it is in doubt. The texts of CMPP, SGIP
    # and SMGP have it so (N - 1 times); gateways that had taken the first one then send it twice: off.
    resend: int = 0
    connect_itself: bool = True  # off: the carrier opens the link (SMPP outbind)
    stay_connected: bool = True  # off: connect again only when there is work (SGIP, whose idle links close)
    timers: Timers = field(default_factory=Timers)
