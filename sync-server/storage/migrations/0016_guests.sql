-- Up Migration

-- guest: of another agency than the conversation. Neither changes, so it is known for good when somebody is listed; staff who take part
-- in ten thousand conversations of their own agency find the few of others by it.
ALTER TABLE participants ADD COLUMN guest boolean NOT NULL DEFAULT false;
UPDATE participants p SET guest = true FROM accounts a, conversations c
WHERE a.id = p.account_id AND c.id = p.conversation_id AND a.agency_id <> c.agency_id;
CREATE INDEX participants_guests ON participants (account_id) WHERE guest;

CREATE FUNCTION note_guest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.guest := EXISTS (
    SELECT FROM accounts a JOIN conversations c ON c.id = NEW.conversation_id WHERE a.id = NEW.account_id AND a.agency_id <> c.agency_id);
  RETURN NEW;
END $$;
CREATE TRIGGER note_guest BEFORE INSERT ON participants FOR EACH ROW EXECUTE FUNCTION note_guest();

-- Down Migration

DROP TRIGGER note_guest ON participants;
DROP FUNCTION note_guest();
DROP INDEX participants_guests;
ALTER TABLE participants DROP COLUMN guest;
