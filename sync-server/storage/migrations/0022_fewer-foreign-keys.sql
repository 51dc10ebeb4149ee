-- Up Migration

-- Rows that each message writes, from rows that the same statement has read, locked or written (decision 0030). Streams, threads and
-- accounts are never deleted; that a message's are there is still checked of its row in `entries`.
ALTER TABLE feed DROP CONSTRAINT feed_stream_fkey;
ALTER TABLE messages DROP CONSTRAINT messages_account_id_fkey, DROP CONSTRAINT messages_conversation_id_thread_fkey;
ALTER TABLE notifications DROP CONSTRAINT notifications_account_id_fkey, DROP CONSTRAINT notifications_actor_id_fkey,
  DROP CONSTRAINT notifications_conversation_id_thread_fkey;

-- Down Migration

ALTER TABLE notifications ADD CONSTRAINT notifications_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts,
  ADD CONSTRAINT notifications_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES accounts,
  ADD CONSTRAINT notifications_conversation_id_thread_fkey FOREIGN KEY (conversation_id, thread) REFERENCES threads;
ALTER TABLE messages ADD CONSTRAINT messages_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts,
  ADD CONSTRAINT messages_conversation_id_thread_fkey FOREIGN KEY (conversation_id, thread) REFERENCES threads;
ALTER TABLE feed ADD CONSTRAINT feed_stream_fkey FOREIGN KEY (stream) REFERENCES feed_streams;
