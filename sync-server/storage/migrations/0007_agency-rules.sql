-- Up Migration

-- time_zone: where the agency does business; a job's start date is a day there.
ALTER TABLE agencies
  ADD COLUMN time_zone text NOT NULL DEFAULT 'Asia/Manila',
  ADD COLUMN lock_before_start boolean NOT NULL DEFAULT true,
  ADD COLUMN contact_filter text NOT NULL DEFAULT 'off' CHECK (contact_filter IN ('off', 'warn', 'block'));
-- Those that open by themselves are looked for every half minute.
CREATE INDEX conversations_before_start ON conversations (id) WHERE 'before-start' = ANY (locks);

-- Down Migration

DROP INDEX conversations_before_start;
ALTER TABLE agencies DROP COLUMN time_zone, DROP COLUMN lock_before_start, DROP COLUMN contact_filter;
