-- Up Migration

-- They come in the order of time, so that a small index finds what is old.
CREATE INDEX notifications_age ON notifications USING brin (created_at);

-- Down Migration

DROP INDEX notifications_age;
