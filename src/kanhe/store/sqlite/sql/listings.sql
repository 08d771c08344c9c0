-- suppressions_behind --
-- Standing refusals behind (number, id), in their order; whose they are stands in the body.
SELECT number, id, body FROM suppressions WHERE (number, id) > (?, ?) AND lifted_at IS NULL ORDER BY number, id LIMIT ?;

-- consents_behind --
-- An account's consents behind (number, id), in their order.
SELECT number, id, body FROM consents WHERE account = ? AND (number, id) > (?, ?) ORDER BY number, id LIMIT ?;

-- counted_behind --
-- Messages and segments of a slice of ids by state, an account's own apart from all others; the highest id of each group.
SELECT slice.account = :account, coalesce(s.state, slice.state), count(*), sum(slice.segments), max(slice.id)
FROM (SELECT id, account, state, segments FROM messages WHERE id > :first AND id <= :last ORDER BY id LIMIT :limit) AS slice
    LEFT JOIN settled AS s ON s.id = slice.id
GROUP BY 1, 2;

-- dead_before --
-- Dead letters of an account, newest first.
SELECT id, account, endpoint, at, body, attempts, dead FROM jobs
WHERE account = ? AND dead AND id < ? ORDER BY id DESC LIMIT ?;

-- waiting_of --
-- What still waits for an endpoint, oldest first.
SELECT id, account, endpoint, at, body, attempts, dead FROM jobs
WHERE account = ? AND endpoint = ? AND NOT dead AND id > ? ORDER BY id LIMIT ?;

-- job --
-- One delivery.
SELECT id, account, endpoint, at, body, attempts, dead FROM jobs WHERE id = ?;
