-- Up Migration

-- What came from another platform, by its id there, so that an import run again knows it. ours: the id of the account, agency, job or
-- conversation, of the message's entry, or of the event. state: of a conversation, what the last import brought.
CREATE TABLE imported (
  platform text NOT NULL,
  kind text NOT NULL,
  id bigint NOT NULL,
  ours uuid NOT NULL,
  state jsonb,
  PRIMARY KEY (platform, kind, id)
);
CREATE INDEX imported_ours ON imported (ours);

-- Down Migration

DROP TABLE imported;
