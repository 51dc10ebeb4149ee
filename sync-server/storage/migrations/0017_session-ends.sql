-- Up Migration

-- Why a session ended: an app that comes back after weeks is told whether what is on its machine has to go. Those from before have none.
ALTER TABLE sessions ADD COLUMN end_reason text
  CHECK (end_reason IN ('signed-out', 'ended', 'wipe', 'password', 'reused', 'platform', 'disabled'));

-- Down Migration

ALTER TABLE sessions DROP COLUMN end_reason;
