/** Limits that server and client both know. Bytes are bytes, times are milliseconds, text is counted in UTF-16 units. */
export const LIMITS = {
  updateBytes: 512 * 1024,
  updateStructs: 1_000,
  /** What a client puts into one document before the first of it is accepted; stays under the two above. */
  pendingBytes: 256 * 1024,
  pendingEntries: 200,
  frameToClientBytes: 64 * 1024,
  textLength: 8_000,
  mentions: 50,
  attachments: 20,
  attachmentBytes: 25 * 1024 * 1024,
  fileNameLength: 255,
  emojiLength: 64,
  labelLength: 60,
  /** That stand on one conversation. */
  labels: 20,
  /** A document gets no new entries of up-to-date clients from here on … */
  epochEntries: 4_000,
  /** … and none at all from here on. */
  epochEntriesMost: 8_000,
  /** Of one value of a person's own document, as JSON. */
  ownValueLength: 20 * 1024,
  /** Of all drafts in a person's own document together, as JSON; what goes beyond stays on its device. */
  ownDraftsLength: 512 * 1024,
  cannedReplies: 100,
  presenceBytes: 1_024,
  presencePerSecond: 10,
  typingMs: 5_000,
  /** How often a client repeats that it is typing. */
  typingRepeatMs: 2_000,
  /** How long one's own message may be edited or removed unless the agency sets another limit. */
  editWindowMs: 24 * 60 * 60 * 1_000,
  ticketMs: 30_000,
  accessTokenMs: 15 * 60 * 1_000,
  readsPerCall: 500,
  pageSize: 100,
  feedPage: 500,
} as const;
