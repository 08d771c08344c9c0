-- messages_between --
-- What the book of numbers is made of.
SELECT id, account, recipient, body FROM messages WHERE id > ? AND id <= ? ORDER BY id LIMIT ?;

-- newest_message --
-- How far the book of numbers could be merged now.
SELECT max(id) FROM messages;

-- keyed_between --
-- What the book of idempotency keys is made of.
SELECT seq, rows FROM keyed WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?;

-- newest_keyed --
-- How far the book of idempotency keys could be merged now.
SELECT max(seq) FROM keyed;

-- reports_between --
-- What the book of carriers' ids is made of.
SELECT seq, at, connector, responses FROM reports WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?;

-- newest_report --
-- How far the book of carriers' ids could be merged now.
SELECT max(seq) FROM reports;

-- found --
-- What the finished runs of a book hold under the keys of a batch.
WITH asked(key) AS (VALUES
    (?)  -- repeated for each row
)
SELECT s.key, s.id, s.value FROM asked CROSS JOIN runs AS r CROSS JOIN sorted AS s
    ON s.book = r.book AND s.run = r.run AND s.key = asked.key
WHERE r.book = ? AND r.done AND r.newest >= ?;

-- runs --
-- The runs of a book that are read.
SELECT run FROM runs WHERE book = ? AND done;

-- ids_down --
-- The next ids under a key of a run, newest first.
SELECT id FROM sorted WHERE book = ? AND run = ? AND key = ? AND id < ? ORDER BY id DESC LIMIT ?;

-- lingering_down --
-- The next messages without an end behind the watermark, newest first.
SELECT id FROM lingering WHERE id < ? ORDER BY id DESC LIMIT ?;

-- next_run --
-- The number of a book's next run.
SELECT coalesce(max(run), 0) + 1 FROM runs WHERE book = ?;

-- open_run --
-- A run that is being written; nobody reads it before it is done.
INSERT INTO runs (book, run, level, newest, done) VALUES (?, ?, ?, ?, 0);

-- add_sorted --
-- A slice of a run, in the order of its keys, so that it is appended.
INSERT OR REPLACE INTO sorted (book, run, key, id, value) VALUES
    (?, ?, ?, ?, ?)  -- repeated for each row
;

-- close_run --
-- The run is whole: from now on it is read.
UPDATE runs SET done = 1 WHERE book = ? AND run = ?;

-- unfinished_runs --
-- Runs that a crash left half written.
SELECT book, run FROM runs WHERE NOT done;

-- clear_run --
-- The rows of a run that is given up, a slice at a time.
DELETE FROM sorted WHERE book = :book AND run = :run AND (key, id) <= (
    SELECT key, id FROM (
        SELECT key, id FROM sorted WHERE book = :book AND run = :run ORDER BY key, id LIMIT :limit
    ) ORDER BY key DESC, id DESC LIMIT 1
);

-- forget_run --
-- The run itself.
DELETE FROM runs WHERE book = ? AND run = ?;

-- runs_of_level --
-- The runs of a book that may be merged into a longer one, oldest first.
SELECT run, newest FROM runs WHERE book = ? AND level = ? AND done ORDER BY run LIMIT ?;

-- old_runs --
-- Runs of a book in which nothing is young enough to be asked for.
SELECT run FROM runs WHERE book = ? AND done AND newest < ?;

-- retire_run --
-- A run that a longer one replaces: from now on it is not read.
UPDATE runs SET done = 0 WHERE book = ? AND run = ?;

-- lengthen --
-- The next slice of four runs merged into one, in the order of keys; what retention has deleted is left behind.
INSERT INTO sorted (book, run, key, id, value)
SELECT :book, :into, key, id, value FROM (
    SELECT key, id, value FROM sorted WHERE book = :book AND run = :run1 AND (key, id) > (:key, :id) AND id >= :floor
    UNION ALL
    SELECT key, id, value FROM sorted WHERE book = :book AND run = :run2 AND (key, id) > (:key, :id) AND id >= :floor
    UNION ALL
    SELECT key, id, value FROM sorted WHERE book = :book AND run = :run3 AND (key, id) > (:key, :id) AND id >= :floor
    UNION ALL
    SELECT key, id, value FROM sorted WHERE book = :book AND run = :run4 AND (key, id) > (:key, :id) AND id >= :floor
    ORDER BY key, id LIMIT :limit
) WHERE true ON CONFLICT DO NOTHING;

-- end_of_run --
-- How far a run has been written.
SELECT key, id FROM sorted WHERE book = ? AND run = ? ORDER BY key DESC, id DESC LIMIT 1;

-- erase_sorted --
-- What the runs of a book hold of one message.
DELETE FROM sorted WHERE book = ? AND run IN (SELECT run FROM runs WHERE book = ?) AND key = ? AND id = ?;

