-- users --
-- All users, oldest first.
SELECT id, name, role, account, created_at, closed_at FROM users ORDER BY id;

-- add_user --
-- A user; nothing when the name is taken.
INSERT INTO users (id, name, role, account, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING;

-- any_user --
-- Whether there is a user at all.
SELECT 1 FROM users LIMIT 1;

-- change_user --
-- A user's role and end.
UPDATE users SET role = ?, closed_at = ? WHERE id = ?;

-- drop_sessions_of --
-- A user is logged out everywhere.
DELETE FROM sessions WHERE "user" = ?;

-- drop_links_of --
-- A user's links count no more.
DELETE FROM login_links WHERE "user" = ?;

-- add_link --
-- A link that logs a user in once.
INSERT INTO login_links (digest, "user", expires_at) VALUES (?, ?, ?);

-- drop_links --
-- Links that can no longer be used.
DELETE FROM login_links WHERE expires_at <= ?;

-- user_of_link --
-- Whom a link would log in.
SELECT u.id, u.name, u.role, u.account, u.created_at, u.closed_at FROM login_links AS l JOIN users AS u ON u.id = l."user"
WHERE l.digest = ? AND l.expires_at > ? AND u.closed_at IS NULL;

-- use_link --
-- A link is used up.
DELETE FROM login_links WHERE digest = ?;

-- add_session --
-- A user is logged in.
INSERT INTO sessions (digest, "user", expires_at) VALUES (?, ?, ?);

-- drop_sessions --
-- Sessions that are over.
DELETE FROM sessions WHERE expires_at <= ?;

-- user_of_session --
-- Whose open session this is.
SELECT u.id, u.name, u.role, u.account, u.created_at, u.closed_at FROM sessions AS s JOIN users AS u ON u.id = s."user"
WHERE s.digest = ? AND s.expires_at > ? AND u.closed_at IS NULL;

-- end_session --
-- A user is logged out.
DELETE FROM sessions WHERE digest = ?;

-- add_look --
-- Somebody looked at something.
INSERT INTO looks (at, "user", what, about) VALUES (?, ?, ?, ?);

-- looks --
-- A page of looks, newest first.
SELECT at, "user", what, about, seq FROM looks WHERE seq < ? ORDER BY seq DESC LIMIT ?;

-- newest_by_state --
-- The newest messages behind an id, by the minute they came in and by state, with the lowest id of each group.
SELECT (slice.id >> 22) / 60000 AS minute, coalesce(s.state, slice.state), count(*), min(slice.id)
FROM (SELECT id, state FROM messages WHERE id >= ? ORDER BY id DESC LIMIT ?) AS slice LEFT JOIN settled AS s ON s.id = slice.id
GROUP BY 1, 2;
