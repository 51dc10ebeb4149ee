-- Up Migration

-- Of who has left so shortly before that they may be back at once: looked at then, and sent if they are not.
ALTER TABLE webhook_deliveries ADD COLUMN not_before timestamptz NOT NULL DEFAULT now();

-- Down Migration

ALTER TABLE webhook_deliveries DROP COLUMN not_before;
