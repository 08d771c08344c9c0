-- open_reviews --
-- All items of the review queue that are not closed, oldest first.
SELECT body FROM reviews WHERE closed_at IS NULL ORDER BY id;

-- review --
-- One item.
SELECT body FROM reviews WHERE id = ?;

-- review_of_subject --
-- Whether a subject was ever in the queue.
SELECT 1 FROM reviews WHERE kind = ? AND subject = ? LIMIT 1;

-- closed_reviews_behind --
-- Closed items of some kinds behind an id, oldest first.
SELECT body FROM reviews WHERE kind IN (SELECT value FROM json_each(?)) AND id > ? AND closed_at IS NOT NULL ORDER BY id LIMIT ?;

-- closed_reviews_below --
-- Closed items of some kinds below an id, newest first; of one account, or of all.
SELECT body FROM reviews WHERE id < ? AND closed_at IS NOT NULL AND kind IN (SELECT value FROM json_each(?))
AND (? IS NULL OR account = ?) ORDER BY id DESC LIMIT ?;

-- put_review --
-- An item, new or under its id.
INSERT INTO reviews (id, kind, subject, account, closed_at, body) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET closed_at = excluded.closed_at, body = excluded.body;

-- put_reviewed --
-- What people decided of a message.
INSERT INTO reviewed (message, review, released) VALUES (?, ?, ?)
ON CONFLICT (message) DO UPDATE SET review = excluded.review, released = excluded.released;

-- reviewed --
-- What people decided of messages that may still be on their way.
SELECT message, review, released FROM reviewed;

-- forget_reviewed --
-- A message has come to its end.
DELETE FROM reviewed WHERE message = ?;
