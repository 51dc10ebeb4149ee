import type { Conversation } from '#shared/api/conversations.ts';
import { entryKey } from '#shared/ids.ts';

/** How much of the newest message an inbox gets. */
const SUMMARY_LENGTH = 200;

/** What `toSummary` reads, of the message `m` by the account `ma`. */
export const SUMMARY_COLUMNS = `m.seq AS m_seq, m.account_id AS m_account, m.id AS m_id, ma.name AS m_name,
  left(m.text, ${SUMMARY_LENGTH}) AS m_text, jsonb_array_length(m.attachments) AS m_attachments, m.removed_at IS NOT NULL AS m_removed,
  m.accepted_at AS m_accepted_at`;

/** `m_seq` is `null` where there is no message; the others then mean nothing. */
export type SummaryRow = {
  m_seq: number | null;
  m_account: string;
  m_id: string;
  m_name: string;
  m_text: string;
  m_attachments: number;
  m_removed: boolean;
  m_accepted_at: Date;
};

/** The newest message of a thread, for an inbox. */
export function toSummary(row: SummaryRow): Conversation['lastMessage'] {
  if (row.m_seq === null) return null;
  return {
    key: entryKey(row.m_account, row.m_id),
    seq: row.m_seq,
    account: row.m_account,
    name: row.m_name,
    text: row.m_removed ? '' : row.m_text,
    attachments: row.m_removed ? 0 : row.m_attachments,
    removed: row.m_removed,
    acceptedAt: row.m_accepted_at.toISOString(),
  };
}
