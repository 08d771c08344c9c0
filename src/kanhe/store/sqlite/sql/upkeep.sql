-- stories_among --
-- Which of these messages linger, and what happened to them.
SELECT id, owes, story FROM lingering WHERE id IN (SELECT value FROM json_each(?));

-- put_lingering --
-- Messages that stay behind the watermark, and what happened to them.
INSERT OR REPLACE INTO lingering (id, owes, story) VALUES
    (?, ?, ?)  -- repeated for each row
;

-- ended_between --
-- The next messages that retention may delete: those that have an end.
SELECT m.id FROM messages AS m LEFT JOIN settled AS s ON s.id = m.id
WHERE m.id > ? AND m.id <= ? AND coalesce(s.state, m.state) >= 9 ORDER BY m.id LIMIT ?;

-- delete_messages --
-- The messages themselves.
DELETE FROM messages WHERE id IN (SELECT value FROM json_each(?));

-- delete_settled --
-- Their ends.
DELETE FROM settled WHERE id IN (SELECT value FROM json_each(?));

-- delete_uncounted --
-- What was given back for them.
DELETE FROM uncounted WHERE id IN (SELECT value FROM json_each(?));

-- delete_lingering --
-- What recovery kept of them.
DELETE FROM lingering WHERE id IN (SELECT value FROM json_each(?));

-- delete_commits --
-- What commits of a time said, once it is swept and merged.
DELETE FROM changes WHERE at < ?
    AND seq <= (SELECT value FROM meta WHERE name = 'swept') AND seq <= (SELECT value FROM meta WHERE name = 'merged');

-- delete_keyed --
-- The oldest idempotency keys, as far as they are older than an instant.
DELETE FROM keyed WHERE seq IN (SELECT seq FROM (SELECT seq, at FROM keyed ORDER BY seq LIMIT ?) WHERE at < ?);

-- to_erase --
-- A message whose person is to be forgotten.
SELECT body FROM messages WHERE id = ?;

-- receipts_since --
-- Carriers' receipts, which name numbers.
SELECT seq, receipts FROM changes WHERE seq > ? AND at >= ? AND length(receipts) > 0 ORDER BY seq LIMIT ?;

-- set_receipts --
-- The receipts without a number that was erased.
UPDATE changes SET receipts = ? WHERE seq = ?;

-- keyed_since --
-- Idempotency keys with their answers, which name messages.
SELECT seq, rows FROM keyed WHERE seq > ? AND at >= ? ORDER BY seq LIMIT ?;

-- set_keyed --
-- The keys without the answers that were erased.
UPDATE keyed SET rows = ? WHERE seq = ?;

-- erase_jobs --
-- Webhooks that speak of a person who is to be forgotten.
DELETE FROM jobs WHERE instr(body, ?);

-- delete_inbound --
-- Messages from people of the same time.
DELETE FROM inbound WHERE id BETWEEN ? AND ?;

-- delete_inbound_gaps --
-- Their gaps.
DELETE FROM inbound_gaps WHERE id BETWEEN ? AND ?;

-- erase_message --
-- The message without its number, text and salt.
UPDATE messages SET recipient = 0, body = ? WHERE id = ?;

-- erase_inbound --
-- Messages from a person who is to be forgotten.
UPDATE inbound SET number = 0, text = '' WHERE number = ?;

-- erase_inbound_parts --
-- Segments from a person who is to be forgotten.
DELETE FROM inbound_parts WHERE number = ?;

-- erase_complaints --
-- Complaints of a person who is to be forgotten.
UPDATE complaints SET number = 0, text = '' WHERE number = ?;

-- entries_from --
-- Batch rows of ledger entries from the one that holds an index.
SELECT first, count, rows FROM entries
WHERE first >= coalesce((SELECT max(first) FROM entries WHERE first <= ?), 0) ORDER BY first;

-- entries_about --
-- Batch rows that may hold an entry of a message.
SELECT first, count, rows FROM entries INDEXED BY entries_by_message WHERE lowest <= :id AND highest >= :id ORDER BY first;

-- add_tiles --
-- Tiles of the ledger's tree; a wider one takes the place of the narrower.
INSERT OR REPLACE INTO tiles (level, "index", octets) VALUES
    (?, ?, ?)  -- repeated for each row
;

-- tile --
-- One tile.
SELECT octets FROM tiles WHERE level = ? AND "index" = ?;

-- set_checkpoint --
-- The newest checkpoint.
INSERT OR REPLACE INTO checkpoints (size, note) VALUES (?, ?);

-- drop_checkpoints --
-- Those before it: it is consistent with all of them.
DELETE FROM checkpoints WHERE size < ?;

-- checkpoint --
-- The newest checkpoint.
SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1;
