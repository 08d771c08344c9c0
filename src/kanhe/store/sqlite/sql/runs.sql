-- runs --
-- All runs that are read, oldest first.
SELECT number, book, level, newest, firsts, keys FROM runs ORDER BY number;

-- put_run --
-- A run whose blocks are written: from now on it is read.
INSERT OR REPLACE INTO runs (number, book, level, newest, firsts, keys) VALUES (?, ?, ?, ?, ?, ?);

-- remove_run --
-- A run that a longer one replaces, or that retention has emptied.
DELETE FROM runs WHERE number = ?;

-- last_run --
-- The highest number of a run.
SELECT max(number) FROM runs;

-- last_block --
-- The highest block, of a run or of none.
SELECT max(id) FROM blocks;

-- block_from --
-- The first block from an id on.
SELECT min(id) FROM blocks WHERE id >= ?;

-- put_blocks --
-- Blocks of a run.
INSERT OR REPLACE INTO blocks (id, octets) VALUES
    (?, ?)  -- repeated for each row
;

-- blocks_among --
-- The blocks in which the keys of a batch may stand.
WITH asked(id) AS (VALUES
    (?)  -- repeated for each row
)
SELECT b.id, b.octets FROM asked CROSS JOIN blocks AS b ON b.id = asked.id;

-- blocks_between --
-- Blocks that follow each other.
SELECT id, octets FROM blocks WHERE id BETWEEN ? AND ? ORDER BY id;

-- clear_blocks --
-- Blocks of a slice that nobody reads.
DELETE FROM blocks WHERE id BETWEEN ? AND min(?, ?);

-- accepted_after --
-- The messages of commits since a watermark.
SELECT accepted FROM changes WHERE seq > ? AND length(accepted) > 0 ORDER BY seq;

-- filed_between --
-- What the books file messages by.
SELECT id, account, recipient FROM messages WHERE id BETWEEN ? AND ?;

-- keyed_after --
-- The idempotency keys of commits since a watermark.
SELECT seq, rows FROM keyed WHERE seq > ? ORDER BY seq;

-- first_message --
-- The lowest id that numbers need.
SELECT min(id) FROM messages;

-- first_span --
-- The lowest span that accounts need.
SELECT min(id) >> 28 << 28 FROM messages;

-- first_keyed --
-- The lowest commit that keys need.
SELECT min(seq) FROM keyed;

-- keyed_at --
-- The idempotency keys of a few commits.
WITH asked(seq) AS (VALUES
    (?)  -- repeated for each row
)
SELECT k.seq, k.rows FROM asked CROSS JOIN keyed AS k ON k.seq = asked.seq;

-- sends_of --
-- Messages to the numbers of a batch, as caps count them.
WITH asked(id) AS (VALUES
    (?)  -- repeated for each row
)
SELECT m.id, m.account, m.recipient, m.body FROM asked CROSS JOIN messages AS m ON m.id = asked.id;
