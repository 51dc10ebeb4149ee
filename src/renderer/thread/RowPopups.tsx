import type { ReactElement } from 'react';

import { EmojiPopover } from '../emoji/EmojiPopover.tsx';
import { useApp } from '../state/app.ts';
import { react } from '../state/message-actions.ts';
import { MessageMenu } from './MessageMenu.tsx';
import { ReadersPopover } from './ReadersPopover.tsx';
import type { RowActions, RowPopup } from './row-actions.ts';
import type { ThreadRow } from './thread-rows.ts';

type RowPopupsProps = {
  popup: RowPopup | null;
  rows: readonly ThreadRow[];
  /** Nobody can write here now: nothing can be changed. */
  closed: boolean;
  rowOf: (key: string) => HTMLElement | null;
  actions: RowActions;
  /** `kind` alone: the menu closes after it opened the picker. */
  onClose: (kind: RowPopup['kind']) => void;
};

/** What opens beside a row: one of each for all rows. */
export function RowPopups({ popup, rows, closed, rowOf, actions, onClose }: RowPopupsProps): ReactElement {
  const app = useApp();
  const picking = popup?.kind === 'emoji' ? popup : null;
  const read = popup?.kind === 'readers' ? popup : null;
  const row = read && rows.find(({ key }) => key === read.item.key);
  return (
    <>
      <MessageMenu
        menu={popup?.kind === 'menu' ? popup : null}
        closed={closed}
        rowOf={rowOf}
        actions={actions}
        onClose={() => onClose('menu')}
      />
      <EmojiPopover
        anchor={picking?.anchor ?? null}
        returnTo={() => (picking ? rowOf(picking.item.key) : null)}
        onPick={(sign) => {
          onClose('emoji');
          if (picking) react(app, picking.item, sign);
        }}
        onClose={() => onClose('emoji')}
      />
      <ReadersPopover
        anchor={read?.anchor ?? null}
        people={row?.kind === 'message' ? row.readers.all : []}
        onClose={() => onClose('readers')}
      />
    </>
  );
}
