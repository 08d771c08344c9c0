-- messages_since --
-- A page of messages behind an id, oldest first, as they were handed in.
SELECT id, account, recipient, category, sender, expires, body FROM messages WHERE id > ? ORDER BY id LIMIT ?;

-- suppressions_ever --
-- Every refusal of the numbers of a batch, lifted ones with the instant.
WITH asked(number) AS (VALUES
    (?)  -- repeated for each row
)
SELECT s.number, s.lifted_at, s.body FROM asked CROSS JOIN suppressions AS s ON s.number = asked.number
ORDER BY s.number, s.id;
