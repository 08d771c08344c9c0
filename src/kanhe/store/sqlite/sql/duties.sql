-- put_duty --
-- A task of the duty calendar, or what became of it.
INSERT INTO duties (id, about, kind, country, rule, work, at, due, whom, note, done_at, done_by, done_note)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET done_at = excluded.done_at, done_by = excluded.done_by, done_note = excluded.done_note;

-- duty --
-- One task.
SELECT id, about, kind, country, rule, work, at, due, whom, note, done_at, done_by, done_note FROM duties WHERE id = ?;

-- duties_waiting --
-- Tasks that are not done, the most urgent first.
SELECT id, about, kind, country, rule, work, at, due, whom, note, done_at, done_by, done_note FROM duties
WHERE done_at IS NULL ORDER BY due, id LIMIT ?;

-- duties_done --
-- Tasks that were done, newest first.
SELECT id, about, kind, country, rule, work, at, due, whom, note, done_at, done_by, done_note FROM duties
WHERE done_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?;

-- duties_of --
-- The tasks of one thing that happened.
SELECT id, about, kind, country, rule, work, at, due, whom, note, done_at, done_by, done_note FROM duties
WHERE about = ? ORDER BY due, id;
