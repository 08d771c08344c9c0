-- add_dossier --
-- A paper.
INSERT INTO dossiers (id, kind, "key", account) VALUES (?, ?, ?, ?);

-- put_version --
-- A version of a paper, or its new stand.
INSERT INTO dossier_versions (dossier, number, stand, at, "by", why, valid_to, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (dossier, number) DO UPDATE SET stand = excluded.stand;

-- add_attached --
-- A document that proves a version.
INSERT INTO dossier_documents (dossier, version, digest, role, name, media, octets, at, "by", sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING;

-- add_done --
-- What somebody did to a version.
INSERT INTO dossier_history (dossier, version, at, "by", act, reason) VALUES (?, ?, ?, ?, ?, ?);

-- dossier --
-- One paper.
SELECT id, kind, "key", account FROM dossiers WHERE id = ?;

-- dossier_of --
-- The paper of a document.
SELECT id, kind, "key", account FROM dossiers WHERE kind = ? AND "key" = ?;

-- shelf --
-- A page of papers of some kinds (a JSON list), of one account or of all.
SELECT id, kind, "key", account FROM dossiers
WHERE id > :after AND (:account IS NULL OR account = :account) AND kind IN (SELECT value FROM json_each(:kinds)) ORDER BY id LIMIT :limit;

-- versions_of --
-- All versions of a paper, newest first.
SELECT dossier, number, stand, at, "by", why, valid_to, content FROM dossier_versions WHERE dossier = ? ORDER BY number DESC;

-- attached_to --
-- All documents of a paper, newest first.
SELECT dossier, version, digest, role, name, media, octets, at, "by", sealed FROM dossier_documents
WHERE dossier = ? ORDER BY version DESC, at DESC, digest, role;

-- done_to --
-- What was done to a paper, newest first.
SELECT dossier, version, at, "by", act, reason FROM dossier_history WHERE dossier = ? ORDER BY seq DESC;

-- dossiers_all --
-- Every paper.
SELECT id, kind, "key", account FROM dossiers ORDER BY id;

-- versions_all --
-- What every version of every paper says.
SELECT dossier, number, content FROM dossier_versions;

-- done_all --
-- What was done to every paper, in the order in which it was done.
SELECT dossier, version, at, "by", act, reason FROM dossier_history ORDER BY seq;

-- versions_standing --
-- Versions that stand so (a JSON list), the longest waiting first.
SELECT d.id, d.kind, d."key", d.account, v.dossier, v.number, v.stand, v.at, v."by", v.why, v.valid_to, v.content
FROM dossier_versions AS v JOIN dossiers AS d ON d.id = v.dossier
WHERE v.stand IN (SELECT value FROM json_each(?)) ORDER BY v.at, v.dossier LIMIT ?;

-- versions_ending --
-- Approved versions that end on a day or before it.
SELECT d.id, d.kind, d."key", d.account, v.dossier, v.number, v.stand, v.at, v."by", v.why, v.valid_to, v.content
FROM dossier_versions AS v JOIN dossiers AS d ON d.id = v.dossier
WHERE v.stand = 'approved' AND v.valid_to <= ? ORDER BY v.valid_to, v.dossier;
