-- Up Migration

-- Rows of the kind `file` say which file was refused; of the kind `notification`, `seq` is its id.
ALTER TABLE feed ADD COLUMN file_id uuid;

-- Down Migration

DELETE FROM feed WHERE kind IN ('file', 'notification');
ALTER TABLE feed DROP COLUMN file_id;
