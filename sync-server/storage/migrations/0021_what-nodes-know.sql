-- Up Migration

-- The newest migration that the node's program knows: what it needs must not be taken away while it runs.
ALTER TABLE nodes ADD COLUMN knows text;

-- Down Migration

ALTER TABLE nodes DROP COLUMN knows;
