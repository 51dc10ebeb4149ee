-- Up Migration

-- One device of each account that writes by JSON is the server's own: under its lease the server writes what that account's JSON
-- clients send. A device that has a replica must never share a lease with anybody.
ALTER TABLE devices ADD COLUMN held_by_server boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX devices_held_by_server ON devices (account_id) WHERE held_by_server;

-- Down Migration

DROP INDEX devices_held_by_server;
ALTER TABLE devices DROP COLUMN held_by_server;
