/**
 * team: how a conversation stands for the agency's staff, as JSON; NULL for everybody else. assignee and resolved are of it, for lists.
 * colleagues: the agency's people, as far as its staff may know them. gone_files: bytes that are to be removed from the folder of files.
 * refused_files: own files that nobody gets, and why.
 */
export const team = `
ALTER TABLE conversations ADD COLUMN team TEXT;
ALTER TABLE conversations ADD COLUMN assignee TEXT;
ALTER TABLE conversations ADD COLUMN resolved INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conversations_assignee ON conversations (assignee, at DESC, id DESC) WHERE assignee IS NOT NULL;
CREATE TABLE colleagues (account TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE gone_files (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE refused_files (id TEXT PRIMARY KEY, reason TEXT NOT NULL, message TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;
