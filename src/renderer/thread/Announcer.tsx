import { memo, useEffect, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { MessageView, ThreadItem } from '#shared/views.ts';

const KEPT = 5;

/** Reads each new message of others out once, politely. */
export const Announcer = memo(function Announcer({
  items,
  newest,
}: {
  items: readonly ThreadItem[];
  newest: number;
}): ReactElement {
  const { t } = useTranslation();
  const [lines, setLines] = useState<readonly { key: string; text: string }[]>([]);
  const told = useRef(newest);
  useEffect(() => {
    const fresh = items.filter(
      (item): item is MessageView => item.kind === 'message' && !item.own && !item.removed && (item.seq ?? 0) > told.current,
    );
    if (fresh.length === 0) return;
    told.current = Math.max(...fresh.map((item) => item.seq ?? 0));
    const texts = fresh.map((item) => ({
      key: item.key,
      text: t('thread.announce', {
        name: item.author.name,
        text: item.text || t('inbox.files', { count: item.attachments.length }),
      }),
    }));
    setLines((now) => [...now, ...texts].slice(-KEPT));
  }, [items, t]);
  return (
    <div role="log" aria-live="polite" aria-label={t('thread.announcements')} className="sr-only">
      {lines.map((line) => (
        <p key={line.key}>{line.text}</p>
      ))}
    </div>
  );
});
