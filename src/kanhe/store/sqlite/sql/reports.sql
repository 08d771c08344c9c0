-- put_complaint --
-- A complaint, or what became of it.
INSERT INTO complaints (id, account, at, source, number, message, text, state, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, note = excluded.note;

-- complaint --
-- One complaint.
SELECT id, account, at, source, number, message, text, state, note FROM complaints WHERE id = ?;

-- complaints_before --
-- A page of an account's complaints, newest first.
SELECT id, account, at, source, number, message, text, state, note FROM complaints
WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?;

-- complaints_between --
-- How many complaints of each source an account had in a time.
SELECT source, count(*) FROM complaints WHERE account = ? AND at >= ? AND at < ? GROUP BY source;

-- refusals_behind --
-- The next refusals behind an id up to another, whoever's they are.
SELECT number, id, body FROM suppressions WHERE id > ? AND id <= ? ORDER BY id LIMIT ?;

-- inbound_between --
-- How many messages people wrote to an account's senders.
SELECT count(*) FROM inbound WHERE account = ? AND id BETWEEN ? AND ?;

-- told_behind --
-- The next messages behind an id, by whether they are an account's (of a category, where one is named), by state and verdict.
SELECT account = :account AND (:category IS NULL OR category = :category), state, shape, count(*), sum(segments), max(id) FROM (
    SELECT m.id, m.account, m.category, coalesce(s.state, m.state) AS state, m.shape, m.segments
    FROM messages AS m LEFT JOIN settled AS s ON s.id = m.id WHERE m.id > :first AND m.id <= :last ORDER BY m.id LIMIT :limit
) GROUP BY 1, 2, 3;
