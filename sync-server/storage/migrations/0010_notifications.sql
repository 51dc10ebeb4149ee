-- Up Migration

-- What was committed and whom it concerns isn't settled yet: one row a commit, gone with the transaction that settles it.
CREATE TABLE notifications_due (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  items jsonb NOT NULL
);

-- One row a recipient and message (or event). What it says is joined when it is read, so that what was removed is nowhere here.
-- told_seq: a read cursor from here on has seen it; of a mention that came by an edit, the place of the edit.
-- people: whom MENTION_UNREACHABLE is about.
CREATE TABLE notifications (
  account_id uuid NOT NULL REFERENCES accounts,
  id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('NEW_MESSAGE', 'MENTION', 'ASSIGNED', 'JOB_EVENT', 'MENTION_UNREACHABLE')),
  conversation_id uuid NOT NULL,
  thread text NOT NULL,
  seq bigint NOT NULL,
  told_seq bigint NOT NULL,
  actor_id uuid REFERENCES accounts,
  people uuid[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  read_at timestamptz,
  PRIMARY KEY (account_id, id),
  UNIQUE (conversation_id, thread, seq, account_id),
  FOREIGN KEY (conversation_id, thread) REFERENCES threads
);
CREATE INDEX notifications_unread ON notifications (account_id) WHERE read_at IS NULL;

-- Who has a job in hand, by the newest assignment: they follow its conversation.
CREATE TABLE notified_assignees (
  conversation_id uuid PRIMARY KEY REFERENCES conversations,
  account_id uuid REFERENCES accounts,
  seq bigint NOT NULL
);

-- Who had a socket open when. Lost with a crash of Postgres, and then written again within seconds.
CREATE UNLOGGED TABLE live_accounts (
  account_id uuid PRIMARY KEY,
  seen_at timestamptz NOT NULL DEFAULT now()
);

-- secret: signs what is sent, and so has to be kept as it is.
CREATE TABLE webhooks (
  id uuid PRIMARY KEY,
  agency_id uuid NOT NULL REFERENCES agencies,
  url text NOT NULL,
  secret text NOT NULL,
  events text[] NOT NULL,
  with_text boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  removed_at timestamptz
);
CREATE INDEX webhooks_agency ON webhooks (agency_id) WHERE removed_at IS NULL;

-- state: due (to be handed to the queue), queued, delivered, skipped (read or gone before it went out), failed (after the last try).
CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY,
  webhook_id uuid NOT NULL REFERENCES webhooks,
  account_id uuid NOT NULL,
  notification_id bigint NOT NULL,
  state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'queued', 'delivered', 'skipped', 'failed')),
  attempts int NOT NULL DEFAULT 0,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (webhook_id, account_id, notification_id),
  FOREIGN KEY (account_id, notification_id) REFERENCES notifications ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (state) WHERE state IN ('due', 'queued');
CREATE INDEX webhook_deliveries_failed ON webhook_deliveries (webhook_id, changed_at) WHERE state = 'failed';
CREATE INDEX webhook_deliveries_notification ON webhook_deliveries (account_id, notification_id);

-- Down Migration

DROP TABLE webhook_deliveries, webhooks, live_accounts, notified_assignees, notifications, notifications_due;
