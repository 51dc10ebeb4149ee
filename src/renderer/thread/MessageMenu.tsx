import { Menu } from '@base-ui/react/menu';
import { Copy, Pencil, Reply, SmilePlus, Trash2 } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { MENU_ITEM } from '../parts/IconMenu.tsx';
import { keysOf } from '../shortcuts/keys.ts';
import { useApp } from '../state/app.ts';
import { beginEdit, copyText, mayChange, remove } from '../state/message-actions.ts';
import { focusOn } from '../state/navigate.ts';
import type { RowActions, RowPopup } from './row-actions.ts';

function Entry({
  icon,
  words,
  hint,
  onClick,
}: {
  icon: ReactNode;
  words: string;
  hint?: string | undefined;
  onClick: () => void;
}): ReactElement {
  return (
    <Menu.Item className={MENU_ITEM} onClick={onClick}>
      <span className="text-n11" aria-hidden="true">
        {icon}
      </span>
      <span className="flex-1">{words}</span>
      {hint && (
        <kbd dir="ltr" className="font-sans text-xs text-n10">
          {hint}
        </kbd>
      )}
    </Menu.Item>
  );
}

/** Everything that one can do with a message. One for all rows, beside the one it was asked for. */
export function MessageMenu({
  menu,
  closed,
  rowOf,
  actions,
  onClose,
}: {
  menu: RowPopup | null;
  /** Nobody can write here now: nothing can be changed. */
  closed: boolean;
  rowOf: (key: string) => HTMLElement | null;
  actions: RowActions;
  onClose: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const item = menu?.item;
  const changes = item !== undefined && !closed && mayChange(app, item);
  const sent = item !== undefined && item.seq !== null;
  const size = 'size-4';
  return (
    <Menu.Root open={menu !== null} onOpenChange={(open) => !open && onClose()}>
      <Menu.Portal>
        <Menu.Positioner anchor={menu?.anchor ?? null} side="bottom" align="end" sideOffset={4} className="z-50">
          <Menu.Popup
            // A menu that has no trigger of its own doesn't know that it was a key: whether the focus is shown does.
            onFocus={({ target, currentTarget }) => {
              if (target !== currentTarget || !target.matches(':focus-visible')) return;
              target.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
            }}
            aria-label={t('message.actions')}
            // An edit takes the focus to the composer.
            finalFocus={() => (app.ui.getState().fixing ? false : item ? (rowOf(item.key) ?? true) : true)}
            className="min-w-menu-small rounded-md border border-n6 bg-n1 p-1 shadow-high outline-none"
          >
            {item && menu && (
              <>
                {sent && !closed && (
                  <>
                    <Entry
                      icon={<SmilePlus className={size} />}
                      words={t('message.reactMenu')}
                      hint={keysOf('react')[0]}
                      onClick={() => actions.show('emoji', item, menu.anchor)}
                    />
                    <Entry
                      icon={<Reply className={`${size} rtl:-scale-x-100`} />}
                      words={t('message.reply')}
                      hint={keysOf('answer')[0]}
                      onClick={() => requestAnimationFrame(() => actions.reply(item))}
                    />
                  </>
                )}
                {item.text !== '' && (
                  <Entry
                    icon={<Copy className={size} />}
                    words={t('message.copy')}
                    hint={keysOf('copy')[0]}
                    onClick={() => copyText(app, item)}
                  />
                )}
                {changes && (
                  <>
                    <Menu.Separator className="mx-2 my-1 h-px bg-n5" />
                    <Entry
                      icon={<Pencil className={size} />}
                      words={t('common.edit')}
                      onClick={() => {
                        beginEdit(app, item);
                        requestAnimationFrame(() => focusOn('composer'));
                      }}
                    />
                    <Entry
                      icon={<Trash2 className={size} />}
                      words={t('message.remove')}
                      hint={keysOf('remove')[0]}
                      onClick={() => remove(app, item)}
                    />
                  </>
                )}
              </>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
