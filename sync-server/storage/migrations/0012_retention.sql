-- Up Migration

-- message_keep: how long messages are kept, such as 24mo; NULL: for good. retention_at: when older ones were last taken away.
ALTER TABLE agencies
  ADD COLUMN message_keep text CHECK (message_keep ~ '^[1-9][0-9]{0,3}(d|mo|y)$'),
  ADD COLUMN retention_at timestamptz;

-- The person is gone; the row stays so that ids go on meaning something.
ALTER TABLE accounts ADD COLUMN erased_at timestamptz;

-- Down Migration

ALTER TABLE accounts DROP COLUMN erased_at;
ALTER TABLE agencies DROP COLUMN message_keep, DROP COLUMN retention_at;
