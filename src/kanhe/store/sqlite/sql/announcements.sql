-- add_announcement --
-- A new announcement with its numbers.
INSERT INTO announcements (id, account, stage, body, numbers) VALUES (?, ?, ?, ?, ?);

-- change_announcement --
-- An announcement at a new stage.
UPDATE announcements SET stage = ?, body = ? WHERE id = ?;

-- announcement --
-- One.
SELECT body FROM announcements WHERE id = ?;

-- numbers_of_announcement --
-- To whom it goes.
SELECT numbers FROM announcements WHERE id = ?;

-- announcements_below --
-- A page, newest first; of one account, or of all.
SELECT body FROM announcements WHERE id < ? AND (? IS NULL OR account = ?) ORDER BY id DESC LIMIT ?;

-- announcements_standing --
-- Those at some stages, from an id on.
SELECT body FROM announcements WHERE id >= ? AND stage IN (SELECT value FROM json_each(?)) ORDER BY id;
