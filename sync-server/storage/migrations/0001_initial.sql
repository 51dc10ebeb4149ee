-- Up Migration

CREATE TABLE agencies (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  name text NOT NULL UNIQUE,
  edit_window_ms bigint NOT NULL DEFAULT 86400000,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Clients and workers belong to no agency.
CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  agency_id uuid REFERENCES agencies,
  role text NOT NULL CHECK (role IN ('owner', 'staff', 'employee', 'client', 'worker')),
  name text NOT NULL,
  email text NOT NULL,
  password_hash text,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((agency_id IS NOT NULL) = (role IN ('owner', 'staff', 'employee')))
);
CREATE UNIQUE INDEX accounts_email ON accounts (lower(email));
CREATE INDEX accounts_agency ON accounts (agency_id) WHERE agency_id IS NOT NULL;

CREATE SEQUENCE leases START 1000;

-- client_id: the Yjs client id leased to this device; a new lease replaces it.
CREATE TABLE devices (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  name text NOT NULL,
  client_id bigint NOT NULL UNIQUE DEFAULT nextval('leases'),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX devices_account ON devices (account_id);

-- previous_hash: the refresh token before the last rotation; it works until the new one is first used.
CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts,
  device_id uuid NOT NULL REFERENCES devices,
  refresh_hash bytea NOT NULL UNIQUE,
  previous_hash bytea UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX sessions_account ON sessions (account_id);

CREATE TABLE tickets (
  hash bytea PRIMARY KEY,
  session_id uuid NOT NULL REFERENCES sessions,
  expires_at timestamptz NOT NULL
);

-- One row a secret that all nodes share (the key that signs access tokens).
CREATE TABLE server_keys (
  name text PRIMARY KEY,
  secret bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  agency_id uuid NOT NULL REFERENCES agencies,
  title text NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'scheduled', 'in-progress', 'completed', 'approved', 'cancelled', 'disputed')),
  location text,
  starts_on date,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- external_id: where it came from, so that an import run again adds only what is new.
CREATE TABLE conversations (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  agency_id uuid NOT NULL REFERENCES agencies,
  job_id uuid NOT NULL UNIQUE REFERENCES jobs,
  external_id text,
  locks text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  last_activity_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (agency_id, external_id)
);
CREATE INDEX conversations_newest ON conversations (agency_id, last_activity_at DESC, id DESC);

-- A row with left_at keeps somebody out, staff too: staff otherwise take part in all of their agency's conversations.
CREATE TABLE participants (
  conversation_id uuid NOT NULL REFERENCES conversations,
  account_id uuid NOT NULL REFERENCES accounts,
  role text NOT NULL,
  joined_at timestamptz NOT NULL DEFAULT now(),
  left_at timestamptz,
  PRIMARY KEY (conversation_id, account_id)
);
CREATE INDEX participants_account ON participants (account_id);

-- read_floor: messages up to here count as read by everybody (imported history).
CREATE TABLE threads (
  conversation_id uuid NOT NULL REFERENCES conversations,
  thread text NOT NULL CHECK (thread IN ('all', 'team')),
  next_seq bigint NOT NULL DEFAULT 1,
  last_message_seq bigint,
  read_floor bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (conversation_id, thread)
);

-- A thread's epoch, or (account_id) a person's own document. n: the next clock of the server's structs (decision 0001).
CREATE TABLE documents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  conversation_id uuid REFERENCES conversations,
  thread text,
  epoch int,
  account_id uuid UNIQUE REFERENCES accounts,
  n bigint NOT NULL DEFAULT 0,
  entries int NOT NULL DEFAULT 0,
  snapshot bytea,
  snapshot_n bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (conversation_id, thread, epoch),
  CHECK ((account_id IS NULL) = (conversation_id IS NOT NULL AND thread IS NOT NULL AND epoch IS NOT NULL))
);

CREATE TABLE document_log (
  document_id bigint NOT NULL REFERENCES documents,
  n_from bigint NOT NULL,
  n_to bigint NOT NULL,
  update bytea NOT NULL,
  PRIMARY KEY (document_id, n_to)
);
ALTER TABLE document_log ALTER COLUMN update SET STORAGE EXTERNAL;

CREATE TABLE document_clocks (
  document_id bigint NOT NULL REFERENCES documents,
  client_id bigint NOT NULL,
  next_clock bigint NOT NULL,
  PRIMARY KEY (document_id, client_id)
);

-- Every struct that the server knows as deleted: entries emptied by a removal, replaced context values.
CREATE TABLE document_deletes (
  document_id bigint NOT NULL REFERENCES documents,
  client_id bigint NOT NULL,
  clock bigint NOT NULL,
  PRIMARY KEY (document_id, client_id, clock)
);

-- The present value of each key of the root `context`, and the clock under which it stands.
CREATE TABLE document_context (
  document_id bigint NOT NULL REFERENCES documents,
  key text NOT NULL,
  clock bigint NOT NULL,
  value jsonb NOT NULL,
  PRIMARY KEY (document_id, key)
);

-- Every accepted fact. Its key is `<account_id>/<id>`. hash: SHA-256 of key and value, to tell a resend from a fork.
CREATE TABLE entries (
  conversation_id uuid NOT NULL,
  thread text NOT NULL,
  account_id uuid NOT NULL REFERENCES accounts,
  id uuid NOT NULL,
  kind text NOT NULL,
  seq bigint NOT NULL,
  document_id bigint NOT NULL REFERENCES documents,
  client_id bigint NOT NULL,
  clock bigint NOT NULL,
  hash bytea NOT NULL,
  target text,
  accepted_at timestamptz NOT NULL,
  emptied boolean NOT NULL DEFAULT false,
  PRIMARY KEY (conversation_id, thread, account_id, id),
  UNIQUE (document_id, client_id, clock),
  UNIQUE (conversation_id, thread, seq),
  FOREIGN KEY (conversation_id, thread) REFERENCES threads
);
CREATE INDEX entries_target ON entries (conversation_id, thread, target) WHERE target IS NOT NULL;

-- Messages in their present state. number: the integer id that JSON clients see.
CREATE TABLE messages (
  conversation_id uuid NOT NULL,
  thread text NOT NULL,
  seq bigint NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  account_id uuid NOT NULL REFERENCES accounts,
  id uuid NOT NULL,
  text text NOT NULL,
  mentions uuid[] NOT NULL DEFAULT '{}',
  attachments jsonb NOT NULL DEFAULT '[]',
  reply_to text,
  sent_at timestamptz NOT NULL,
  accepted_at timestamptz NOT NULL,
  edited_at timestamptz,
  removed_at timestamptz,
  PRIMARY KEY (conversation_id, thread, seq),
  FOREIGN KEY (conversation_id, thread) REFERENCES threads
);

CREATE TABLE reactions (
  conversation_id uuid NOT NULL,
  thread text NOT NULL,
  message_seq bigint NOT NULL,
  account_id uuid NOT NULL REFERENCES accounts,
  emoji text NOT NULL,
  seq bigint NOT NULL,
  PRIMARY KEY (conversation_id, thread, message_seq, account_id, emoji),
  FOREIGN KEY (conversation_id, thread, message_seq) REFERENCES messages
);

-- Typed system events; their seq is of the same counter as that of entries.
CREATE TABLE events (
  conversation_id uuid NOT NULL,
  thread text NOT NULL,
  seq bigint NOT NULL,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  event jsonb NOT NULL,
  PRIMARY KEY (conversation_id, thread, seq),
  FOREIGN KEY (conversation_id, thread) REFERENCES threads
);

CREATE TABLE reads (
  conversation_id uuid NOT NULL,
  thread text NOT NULL,
  account_id uuid NOT NULL REFERENCES accounts,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (conversation_id, thread, account_id),
  FOREIGN KEY (conversation_id, thread) REFERENCES threads
);

CREATE TABLE files (
  id uuid PRIMARY KEY,
  conversation_id uuid NOT NULL,
  thread text NOT NULL,
  account_id uuid NOT NULL REFERENCES accounts,
  name text NOT NULL,
  type text NOT NULL,
  bytes bigint NOT NULL,
  width int,
  height int,
  sha256 bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (conversation_id, thread) REFERENCES threads
);
CREATE INDEX files_thread ON files (conversation_id, thread);

-- A stream is an agency's id (all its staff) or an account's id (decision 0003).
CREATE TABLE feed_streams (
  stream uuid PRIMARY KEY,
  next bigint NOT NULL DEFAULT 1
);

-- kind: conversation, entry, read, left, account, me. What a row says is joined when it is read.
CREATE TABLE feed (
  stream uuid NOT NULL REFERENCES feed_streams,
  n bigint NOT NULL,
  kind text NOT NULL,
  conversation_id uuid,
  thread text,
  document_id bigint,
  document_n bigint,
  seq bigint,
  account_id uuid,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (stream, n)
);

-- Down Migration

DROP TABLE feed, feed_streams, files, reads, events, reactions, messages, entries, document_context, document_deletes,
  document_clocks, document_log, documents, threads, participants, conversations, jobs, server_keys, tickets, sessions, devices,
  accounts, agencies;
DROP SEQUENCE leases;
