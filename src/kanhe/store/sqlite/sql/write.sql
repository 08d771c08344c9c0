-- begin --
-- Start the one transaction of a tick.
BEGIN IMMEDIATE;

-- commit --
-- End it: from here on everything in it is durable.
COMMIT;

-- rollback --
-- Undo it.
ROLLBACK;

-- add_messages --
-- Accepted messages with their verdicts, in the order of their ids.
INSERT INTO messages (id, account, recipient, category, state, sender, shape, due, expires, segments, price, body) VALUES
    (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)  -- repeated for each row
;

-- add_due --
-- When messages are to be looked at again.
INSERT OR IGNORE INTO due (at, id) VALUES
    (?, ?)  -- repeated for each row
;

-- remove_due --
-- A message is no longer waiting for its instant.
DELETE FROM due WHERE at = ? AND id = ?;

-- add_shape --
-- A tuple of findings that no verdict had before.
INSERT INTO shapes (number, digest, pack_digest, findings) VALUES (?, ?, ?, ?);

-- add_entries --
-- The ledger entries of one change, each behind its length, with the range of the messages they speak of.
INSERT INTO entries (first, count, lowest, highest, rows) VALUES (?, ?, ?, ?, ?);

-- add_change --
-- What one commit says of messages.
INSERT INTO changes (seq, at, connector, told, owed, accepted, claims, responses, receipts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- add_keyed --
-- Idempotency keys of one commit, each with its answer.
INSERT INTO keyed (seq, at, rows) VALUES (?, ?, ?);

-- add_lingering --
-- Messages that wait for a person or an instant.
INSERT OR IGNORE INTO lingering (id, owes, story) VALUES
    (?, ?, ?)  -- repeated for each row
;

-- end_lingering --
-- Messages that have come to their ends, and of which nobody waits to be told.
DELETE FROM lingering WHERE NOT owes AND id IN (VALUES
    (?)  -- repeated for each row
);

-- remove_lingering --
-- Messages that need nobody's care any more.
DELETE FROM lingering WHERE id IN (VALUES
    (?)  -- repeated for each row
);

-- add_settled --
-- States after the claim; a later one takes the place of an earlier one.
INSERT OR REPLACE INTO settled (id, state, trail) VALUES
    (?, ?, ?)  -- repeated for each row
;

-- clear_due --
-- Messages that move on no longer wait for an instant.
DELETE FROM due WHERE (at, id) IN (SELECT due, id FROM messages WHERE due IS NOT NULL AND id IN (VALUES
    (?)  -- repeated for each row
));

-- set_states --
-- States before the claim: cancelled, expired, due.
UPDATE messages SET state = moved.column2, due = NULL
FROM (VALUES
    (?, ?)  -- repeated for each row
) AS moved WHERE messages.id = moved.column1;

-- body_of --
-- What a later verdict needs to know of the row it changes.
SELECT body, due FROM messages WHERE id = ?;

-- set_judged --
-- A later verdict takes the place of the one before.
UPDATE messages SET state = ?, shape = ?, due = ?, segments = ?, price = ?, body = ? WHERE id = ?;

-- add_uncounted --
-- Sends that caps no longer count.
INSERT OR IGNORE INTO uncounted (id) VALUES
    (?)  -- repeated for each row
;

-- remove_uncounted --
-- A send that counts after all.
DELETE FROM uncounted WHERE id = ?;

-- add_postings --
-- Money moved, one row an account and change.
INSERT INTO postings (at, account, reserved, captured, released, credited) VALUES
    (?, ?, ?, ?, ?, ?)  -- repeated for each row
;

-- move_balances --
-- The sums of an account's postings.
INSERT INTO balances (account, balance, reserved) VALUES
    (?, ?, ?)  -- repeated for each row
ON CONFLICT (account) DO UPDATE SET balance = balance + excluded.balance, reserved = reserved + excluded.reserved;

-- add_inbound --
-- Messages from people.
INSERT INTO inbound (id, account, number, "to", text, connector, at, act) VALUES
    (?, ?, ?, ?, ?, ?, ?, ?)  -- repeated for each row
;

-- add_inbound_gaps --
-- Messages from people of which segments never came, and how many.
INSERT INTO inbound_gaps (id, missing) VALUES
    (?, ?)  -- repeated for each row
;

-- add_inbound_parts --
-- Segments from people that wait for the others of their message.
INSERT INTO inbound_parts (id, number, body) VALUES
    (?, ?, ?)  -- repeated for each row
;

-- remove_inbound_parts --
-- Segments whose message was handed on.
DELETE FROM inbound_parts WHERE id IN (VALUES
    (?)  -- repeated for each row
);

-- add_suppressions --
-- Refusals that name a number, under the revision from which no older verdict may pass.
INSERT OR REPLACE INTO suppressions (number, id, revision, lifted_at, body) VALUES
    (?, ?, ?, NULL, ?)  -- repeated for each row
;

-- lift_suppression --
-- A refusal that was taken back, by whom and why.
UPDATE suppressions SET lifted_at = ?, lifted_by = ?, lifted_why = ? WHERE number = ? AND id = ? AND lifted_at IS NULL;

-- newest_refusal --
-- The revision of the newest standing refusal of a number.
SELECT max(revision) FROM suppressions WHERE number = ? AND lifted_at IS NULL;

-- add_consents --
-- Consents, or their new versions.
INSERT OR REPLACE INTO consents (account, number, id, body) VALUES
    (?, ?, ?, ?)  -- repeated for each row
;

-- add_requests --
-- Consent requests, or what was answered to them.
INSERT OR REPLACE INTO requests (account, number, at, answer) VALUES
    (?, ?, ?, ?)  -- repeated for each row
;

-- add_dnc --
-- What a do-not-call register says.
INSERT OR REPLACE INTO dnc (register, number, listed, checked_at) VALUES
    (?, ?, ?, ?)  -- repeated for each row
;

-- add_lots --
-- Lots of consents, or how they stand now.
INSERT OR REPLACE INTO lots (id, body) VALUES
    (?, ?)  -- repeated for each row
;

-- put_register --
-- A list of a register, in the place of the one before.
INSERT OR REPLACE INTO registers (register, scope, checked_at, revision, count, numbers) VALUES (?, ?, ?, ?, ?, ?);

-- add_jobs --
-- Webhooks to deliver, or to try again later.
INSERT OR REPLACE INTO jobs (id, account, endpoint, at, body, attempts, dead) VALUES
    (?, ?, ?, ?, ?, ?, ?)  -- repeated for each row
;

-- remove_jobs --
-- Webhooks that are done with.
DELETE FROM jobs WHERE id IN (VALUES
    (?)  -- repeated for each row
);

-- put_document --
-- A paper, or its new version.
INSERT OR REPLACE INTO documents (kind, key, revision, body) VALUES (?, ?, ?, ?);

-- remove_document --
-- A paper that is withdrawn.
DELETE FROM documents WHERE kind = ? AND key = ?;

-- set_meta --
-- A counter or a watermark.
INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?);
