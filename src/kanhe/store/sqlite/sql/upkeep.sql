-- messages_to_sweep --
-- The next messages behind the watermark and older than an instant.
SELECT m.id, m.account, m.recipient, m.category, m.state, m.sender, m.shape, m.due, m.expires, m.segments, m.price, m.body,
    s.state, s.trail
FROM messages AS m LEFT JOIN settled AS s ON s.id = m.id WHERE m.id > ? AND m.id < ? ORDER BY m.id LIMIT ?;

-- add_lingering --
-- Messages that stay behind the watermark without an end, or whose senders have not heard of it.
INSERT OR IGNORE INTO lingering (id, claimed, responses, owes, told) VALUES
    (?, ?, ?, ?, 0)  -- repeated for each row
;

-- lingering_among --
-- Which of these messages linger.
SELECT id, responses FROM lingering WHERE id IN (SELECT value FROM json_each(?));

-- set_claimed --
-- The newest claim of a lingering message.
UPDATE lingering SET claimed = ? WHERE id = ?;

-- set_responses --
-- The responses to a lingering message.
UPDATE lingering SET responses = ? WHERE id = ?;

-- set_told --
-- Its sender has heard of its end.
UPDATE lingering SET told = 1 WHERE id = ?;

-- claims_to_sweep --
-- Batch rows of claims older than an instant.
SELECT seq, at, connector, rows FROM claims WHERE seq > ? AND at < ? ORDER BY seq LIMIT ?;

-- reports_to_sweep --
-- Batch rows of carriers' answers older than an instant.
SELECT seq, at, connector, responses FROM reports WHERE seq > ? AND at < ? ORDER BY seq LIMIT ?;

-- told_to_sweep --
-- Batch rows of acknowledgements older than an instant.
SELECT seq, at, rows FROM told WHERE seq > ? AND at < ? ORDER BY seq LIMIT ?;

-- lingering_after --
-- The next lingering messages with their states.
SELECT l.id, coalesce(s.state, m.state), l.owes, l.told FROM lingering AS l
LEFT JOIN messages AS m ON m.id = l.id LEFT JOIN settled AS s ON s.id = l.id
WHERE l.id > ? ORDER BY l.id LIMIT ?;

-- remove_lingering --
-- Messages that need nobody's care any more.
DELETE FROM lingering WHERE id IN (VALUES
    (?)  -- repeated for each row
);

-- ids_between --
-- The next messages that retention may delete.
SELECT id FROM messages WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?;

-- delete_messages --
-- Messages of a range.
DELETE FROM messages WHERE id BETWEEN ? AND ?;

-- delete_settled --
-- Their ends.
DELETE FROM settled WHERE id BETWEEN ? AND ?;

-- delete_uncounted --
-- What was given back for them.
DELETE FROM uncounted WHERE id BETWEEN ? AND ?;

-- delete_lingering --
-- What recovery kept of them.
DELETE FROM lingering WHERE id BETWEEN ? AND ?;

-- delete_inbound --
-- Messages from people of the same time.
DELETE FROM inbound WHERE id BETWEEN ? AND ?;

-- delete_claims --
-- Claims of a time.
DELETE FROM claims WHERE at < ? AND seq <= (SELECT value FROM meta WHERE name = 'swept_claims');

-- delete_reports --
-- Carriers' answers of a time.
DELETE FROM reports WHERE at < ? AND seq <= (SELECT value FROM meta WHERE name = 'swept_reports')
    AND seq <= (SELECT value FROM meta WHERE name = 'merged_carriers');

-- delete_told --
-- Acknowledgements of a time.
DELETE FROM told WHERE at < ? AND seq <= (SELECT value FROM meta WHERE name = 'swept_told');

-- delete_keyed --
-- Idempotency keys of a time.
DELETE FROM keyed WHERE at < ? AND seq <= (SELECT value FROM meta WHERE name = 'merged_keys');

-- to_erase --
-- A message whose person is to be forgotten.
SELECT recipient, body FROM messages WHERE id = ?;

-- erase_message --
-- The message without its number, text and salt.
UPDATE messages SET recipient = 0, body = ? WHERE id = ?;

-- receipts_since --
-- Carriers' receipts, which name numbers.
SELECT seq, receipts FROM reports WHERE seq > ? AND at >= ? ORDER BY seq LIMIT ?;

-- set_receipts --
-- The receipts without a number that was erased.
UPDATE reports SET receipts = ? WHERE seq = ?;

-- erase_inbound --
-- Messages from a person who is to be forgotten.
UPDATE inbound SET number = 0, text = '' WHERE number = ?;

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
