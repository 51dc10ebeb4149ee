import { Settings2 } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { CannedReply } from '#shared/thread-views.ts';

export const CANNED_LIST = 'canned-list';
export const cannedId = (index: number): string => `canned-${index}`;

export function CannedList({
  replies,
  active,
  onPick,
}: {
  replies: readonly CannedReply[];
  active: number;
  onPick: (reply: CannedReply | undefined) => void;
}): ReactElement {
  const { t } = useTranslation();
  const row = (index: number): string =>
    `flex min-h-8 flex-col justify-center rounded-sm px-2 py-1 text-sm ${index === active ? 'bg-accent-tint' : 'hover:bg-n3'}`;
  return (
    <div
      id={CANNED_LIST}
      role="listbox"
      aria-label={t('canned.title')}
      tabIndex={-1}
      className="absolute start-0 bottom-full z-20 mb-1 w-full max-w-panel overflow-hidden rounded-md border border-n6 bg-n1 p-1 shadow-high"
    >
      {[...replies, null].map((reply, index) => (
        // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the text field keeps the focus and has the keys
        <div
          key={reply?.id ?? 'manage'}
          id={cannedId(index)}
          role="option"
          aria-selected={index === active}
          // Before the field loses the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onPick(reply ?? undefined);
          }}
          className={row(index)}
        >
          {reply ? (
            <>
              <bdi className="truncate font-medium">{reply.name}</bdi>
              <bdi className="truncate text-xs text-n11">{reply.text}</bdi>
            </>
          ) : (
            <span className="flex items-center gap-2 text-n11">
              <Settings2 className="size-4" aria-hidden="true" />
              {replies.length === 0 ? t('canned.none') : t('canned.manage')}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}
