-- begin_read --
-- Start a read snapshot.
BEGIN;

-- end_read --
-- Let it go.
COMMIT;

-- mark --
-- One counter or watermark.
SELECT value FROM meta WHERE name = ?;

-- metas --
-- All counters and watermarks.
SELECT name, value FROM meta;

-- shapes --
-- Every tuple of findings that a verdict had.
SELECT number, digest, pack_digest, findings FROM shapes;

-- next_entry --
-- The index that the next ledger entry gets.
SELECT first + count FROM entries ORDER BY first DESC LIMIT 1;

-- last_id --
-- The highest message id.
SELECT max(id) FROM messages;

-- row --
-- One message as it stands.
SELECT m.id, m.account, m.recipient, m.category, m.state, m.sender, m.shape, m.due, m.expires, m.segments, m.price, m.body,
    s.state, s.trail
FROM messages AS m LEFT JOIN settled AS s ON s.id = m.id WHERE m.id = ?;

-- rows --
-- One page of messages, newest first.
SELECT m.id, m.account, m.recipient, m.category, m.state, m.sender, m.shape, m.due, m.expires, m.segments, m.price, m.body,
    s.state, s.trail
FROM messages AS m LEFT JOIN settled AS s ON s.id = m.id
WHERE m.id >= :first AND m.id < :before
    AND (:account IS NULL OR m.account = :account)
    AND (:category IS NULL OR m.category = :category)
    AND (:sender IS NULL OR m.sender = :sender)
    AND (:state IS NULL OR coalesce(s.state, m.state) = :state)
ORDER BY m.id DESC LIMIT :limit;

-- rows_of --
-- Messages by their ids, oldest first.
SELECT m.id, m.account, m.recipient, m.category, m.state, m.sender, m.shape, m.due, m.expires, m.segments, m.price, m.body,
    s.state, s.trail
FROM messages AS m LEFT JOIN settled AS s ON s.id = m.id WHERE m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id;

-- chunk_down --
-- Where the next messages below an id begin.
SELECT min(id) FROM (SELECT id FROM messages WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?);

-- lingering --
-- What was left unsettled before the watermark, and what happened to it.
SELECT id, owes, story FROM lingering ORDER BY id;

-- lingering_down --
-- The next messages below an id that wait, newest first.
SELECT id FROM lingering WHERE id < ? ORDER BY id DESC LIMIT ?;

-- commits_after --
-- What the next commits said of messages.
SELECT seq, at, connector, told, owed, accepted, claims, responses FROM changes WHERE seq > ? ORDER BY seq LIMIT ?;

-- told_between --
-- Acknowledged final states after a commit and before an instant.
SELECT told FROM changes WHERE seq > ? AND at < ? AND length(told) > 0;

-- receipts_after --
-- Receipts as they came, since a commit.
SELECT receipts FROM changes WHERE seq > ? AND length(receipts) > 0 ORDER BY seq;

-- without_end --
-- Which of these messages have no end.
SELECT m.id FROM json_each(?) AS asked CROSS JOIN messages AS m ON m.id = asked.value
WHERE NOT EXISTS (SELECT 1 FROM settled WHERE id = asked.value) AND m.state < 9;

-- last_commit --
-- The highest number that a commit or a watermark bears.
SELECT max((SELECT coalesce(max(seq), 0) FROM changes), (SELECT coalesce(max(seq), 0) FROM keyed),
    (SELECT coalesce(max(value), 0) FROM meta WHERE name IN ('swept', 'merged')));

-- uncounted --
-- Sends that caps do not count.
SELECT id FROM uncounted;

-- refused_numbers --
-- Every number that was ever refused.
SELECT DISTINCT number FROM suppressions;

-- suppressions_of --
-- The standing refusals of the numbers of a batch.
WITH asked(number) AS (VALUES
    (?)  -- repeated for each row
)
SELECT s.number, s.body FROM asked CROSS JOIN suppressions AS s ON s.number = asked.number
WHERE s.lifted_at IS NULL ORDER BY s.number, s.id;

-- refusals_ever --
-- Every refusal of a number, the newest first; lifted ones with who, when and why.
SELECT body, lifted_at, lifted_by, lifted_why FROM suppressions WHERE number = ? ORDER BY id DESC;

-- consents_of --
-- The consents of the (account, number) pairs of a batch.
WITH asked(account, number) AS (VALUES
    (?, ?)  -- repeated for each row
)
SELECT c.account, c.number, c.body FROM asked CROSS JOIN consents AS c
    ON c.account = asked.account AND c.number = asked.number
ORDER BY c.account, c.number, c.id;

-- requests_of --
-- The consent requests to the (account, number) pairs of a batch.
WITH asked(account, number) AS (VALUES
    (?, ?)  -- repeated for each row
)
SELECT r.account, r.number, r.at, r.answer FROM asked CROSS JOIN requests AS r
    ON r.account = asked.account AND r.number = asked.number
ORDER BY r.account, r.number, r.at;

-- dnc_of --
-- What the registers say of the numbers of a batch.
WITH asked(register, number) AS (VALUES
    (?, ?)  -- repeated for each row
)
SELECT d.register, d.number, d.listed, d.checked_at FROM asked CROSS JOIN dnc AS d
    ON d.register = asked.register AND d.number = asked.number;

-- lot --
-- One lot of consents.
SELECT body FROM lots WHERE id = ?;

-- lots --
-- All lots of consents, oldest first.
SELECT body FROM lots ORDER BY id;

-- registers --
-- The lists of every register.
SELECT register, scope, checked_at, revision, count, numbers FROM registers ORDER BY register, scope;

-- register_numbers --
-- The numbers of one list.
SELECT numbers FROM registers WHERE register = ? AND scope = ?;

-- sends_of_sender --
-- What a sender sent in a span of ids.
SELECT id, account, recipient, body FROM messages WHERE id >= ? AND id < ? AND account = ? AND sender = ? ORDER BY id;

-- documents --
-- All papers.
SELECT kind, key, revision, body FROM documents ORDER BY kind, key;

-- balance --
-- What an account has, and how much of it is reserved.
SELECT balance, reserved FROM balances WHERE account = ?;

-- inbound --
-- Messages from people, newest first.
SELECT id, account, number, "to", text, connector, at, act, coalesce(missing, 0)
FROM inbound LEFT JOIN inbound_gaps USING (id)
WHERE id < :before AND (:account IS NULL OR account = :account) ORDER BY id DESC LIMIT :limit;

-- inbound_parts --
-- Segments from people that wait for the others of their message, oldest first.
SELECT body FROM inbound_parts ORDER BY id;

-- jobs --
-- Webhooks that wait for delivery, oldest first.
SELECT id, account, endpoint, at, body, attempts, dead FROM jobs WHERE dead = ? ORDER BY id LIMIT ?;

-- due_until --
-- Messages whose instant has come.
SELECT at, id FROM due WHERE at <= ? ORDER BY at, id LIMIT ?;
