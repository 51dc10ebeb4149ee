-- Up Migration

-- What an agency's staff have said of a conversation in their notes, as it stands: who has it in hand, and whether it is dealt with.
-- …_seq: the place, in the thread `team`, of what said so last. reopened: somebody from outside the agency wrote to everybody after that.
CREATE TABLE team_states (
  conversation_id uuid PRIMARY KEY REFERENCES conversations,
  assignee_id uuid REFERENCES accounts,
  assigned_by uuid REFERENCES accounts,
  assigned_at timestamptz,
  assigned_seq bigint NOT NULL DEFAULT 0,
  resolved boolean NOT NULL DEFAULT false,
  resolved_by uuid REFERENCES accounts,
  resolved_at timestamptz,
  resolved_seq bigint NOT NULL DEFAULT 0,
  reopened_by uuid REFERENCES accounts,
  reopened_at timestamptz
);
CREATE INDEX team_states_assignee ON team_states (assignee_id) WHERE assignee_id IS NOT NULL;

CREATE TABLE labels (
  conversation_id uuid NOT NULL REFERENCES conversations,
  name text NOT NULL,
  seq bigint NOT NULL,
  set_by uuid NOT NULL REFERENCES accounts,
  set_at timestamptz NOT NULL,
  PRIMARY KEY (conversation_id, name)
);

INSERT INTO team_states (conversation_id, assignee_id, assigned_by, assigned_at, assigned_seq)
SELECT n.conversation_id, n.account_id, e.account_id, e.accepted_at, n.seq
FROM notified_assignees n JOIN entries e ON e.conversation_id = n.conversation_id AND e.thread = 'team' AND e.seq = n.seq;
DROP TABLE notified_assignees;

-- Down Migration

CREATE TABLE notified_assignees (
  conversation_id uuid PRIMARY KEY REFERENCES conversations,
  account_id uuid REFERENCES accounts,
  seq bigint NOT NULL
);
INSERT INTO notified_assignees SELECT conversation_id, assignee_id, assigned_seq FROM team_states WHERE assigned_seq > 0;
DROP TABLE labels, team_states;
