import type { EventValue, JobValue } from '#shared/documents.ts';
import type { AttachmentFact } from '#shared/facts.ts';
import type { ThreadName } from '#shared/ids.ts';
import type { Role } from '#shared/roles.ts';

/** A conversation's thread, to be written down for people or for programs. Times are ms since 1970. */
export type Transcript = {
  conversation: { id: string; number: number };
  agency: { id: string; name: string; timeZone?: string };
  /** In which a PDF gives times, where the agency’s own isn't known. */
  timeZone?: string;
  /** Some of the thread wasn't there to be written down. */
  isPartial?: boolean;
  job: JobValue;
  thread: ThreadName;
  exportedAt: number;
  /** Who takes or took part, and who else wrote in this thread. */
  people: TranscriptPerson[];
  /** In their order. Read once. */
  items: AsyncIterable<TranscriptItem>;
};

export type TranscriptPerson = { account: string; name: string; role: Role; left: boolean };

export type TranscriptMessage = {
  kind: 'message';
  key: string;
  /** `null` where it isn't known. */
  number: number | null;
  seq: number;
  account: string;
  text: string;
  mentions: readonly string[];
  attachments: readonly AttachmentFact[];
  /** What it answers, as that is now; `null`: nothing. */
  replyTo: { key: string; account: string; text: string } | null;
  sentAt: number;
  acceptedAt: number;
  editedAt: number | null;
  removedAt: number | null;
  reactions: readonly { emoji: string; accounts: readonly string[] }[];
};
export type TranscriptEvent = { kind: 'event'; key: string; seq: number; at: number; event: EventValue['event'] };
export type TranscriptItem = TranscriptMessage | TranscriptEvent;
