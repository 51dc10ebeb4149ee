import { Ellipsis, Reply, SmilePlus } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { MessageView } from '#shared/views.ts';

import type { RowActions } from './row-actions.ts';

const BUTTON = 'inline-flex size-7 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12';

/** What one does most with a message. Tab reaches it in the row where the keyboard stands; no row costs a tooltip. */
export function MessageToolbar({
  item,
  name,
  active,
  actions,
}: {
  item: MessageView;
  name: string;
  active: boolean;
  actions: RowActions;
}): ReactElement {
  const { t } = useTranslation();
  const tab = active ? 0 : -1;
  const sent = item.seq !== null;
  return (
    <div
      role="group"
      aria-label={t('message.actions')}
      className="absolute end-12 -top-3 flex rounded-sm border border-n6 bg-n1 opacity-0 shadow-low group-hover:opacity-100 group-focus:opacity-100 focus-within:opacity-100"
    >
      {sent && (
        <>
          <button
            type="button"
            data-tool="react"
            tabIndex={tab}
            aria-label={t('message.reactTo', { name })}
            title={t('message.react')}
            className={BUTTON}
            onClick={(event) => actions.show('emoji', item, event.currentTarget)}
          >
            <SmilePlus className="size-4" aria-hidden="true" />
          </button>
          <button
            type="button"
            tabIndex={tab}
            aria-label={t('message.replyTo', { name })}
            title={t('message.reply')}
            className={BUTTON}
            onClick={() => actions.reply(item)}
          >
            <Reply className="size-4 rtl:-scale-x-100" aria-hidden="true" />
          </button>
        </>
      )}
      <button
        type="button"
        data-tool="menu"
        tabIndex={tab}
        aria-haspopup="menu"
        aria-label={t('message.moreOf', { name })}
        title={t('message.more')}
        className={BUTTON}
        onClick={(event) => actions.show('menu', item, event.currentTarget)}
      >
        <Ellipsis className="size-4" aria-hidden="true" />
      </button>
    </div>
  );
}
