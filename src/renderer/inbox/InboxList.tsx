import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { InboxRow as Row } from '#shared/views.ts';

import { pressed } from '../shortcuts/keys.ts';
import { useApp, useSlice } from '../state/app.ts';
import { indexOf, rowAt } from '../state/inbox-store.ts';
import { FOCUS, moveInInbox, openConversation } from '../state/navigate.ts';
import { conversationOf } from '../state/thread-store.ts';
import { InboxRow } from './InboxRow.tsx';
import { rowShift } from './row-shift.ts';

export const ROW_HEIGHT = 64;

const rowId = (conversation: string): string => `row-${conversation}`;

export function InboxList({ total }: { total: number }): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const pages = useSlice('inbox', (state) => state.pages);
  const focused = useSlice('inbox', (state) => state.focused);
  const picked = useSlice('inbox', (state) => state.picked.ids);
  const waits = useSlice('inbox', (state) => state.choice.sort === 'waiting');
  const selected = useSlice('thread', conversationOf);
  const scroller = useRef<HTMLDivElement>(null);
  const onScreen = useRef<{ index: number; row: Row }[]>([]);
  /** What was pressed is under the pointer: the list stays there, or a second click would meet another row. */
  const atHand = useRef<string | null>(null);

  const virtualizer = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];

  useEffect(() => app.inbox.getState().look(first, last), [app, first, last]);

  useLayoutEffect(() => {
    // Rows that moved because of news elsewhere stay where they are on the screen, unless one is at the top.
    const element = scroller.current;
    // `scrollOffset`, since asking the element would lay the page out here.
    if (element && (virtualizer.scrollOffset ?? 0) > 0) {
      const shift = rowShift(onScreen.current, { pages });
      if (shift !== 0) element.scrollTop += shift * ROW_HEIGHT;
    }
  }, [pages, virtualizer]);

  useLayoutEffect(() => {
    onScreen.current = items.flatMap(({ index }) => {
      const row = rowAt({ pages }, index);
      return row ? [{ index, row }] : [];
    });
  });

  useEffect(() => {
    const isAtHand = focused !== null && atHand.current === focused;
    atHand.current = null;
    if (isAtHand) return;
    const index = indexOf(app.inbox.getState(), focused);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'auto' });
  }, [app, focused, virtualizer]);

  const open = useCallback(
    (conversation: string) => {
      atHand.current = conversation;
      openConversation(app, conversation);
    },
    [app],
  );
  const pick = useCallback(
    (conversation: string, range: boolean) => {
      const { togglePick, pickTo, setFocused } = app.inbox.getState();
      atHand.current = conversation;
      if (range) pickTo(conversation);
      else togglePick(conversation);
      setFocused(conversation);
    },
    [app],
  );

  const press = (event: KeyboardEvent): void => {
    const id = pressed(event, 'list');
    if (id === 'pickAll') {
      event.preventDefault();
      // What can't be listed isn't picked; the list itself says what is wrong.
      app.inbox
        .getState()
        .pickAll()
        .catch(() => undefined);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW_HEIGHT) / ROW_HEIGHT) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -total, End: total }[event.key];
    if (step !== undefined) moveInInbox(app, step, event.shiftKey);
    else if ((id === 'open' || event.key === ' ') && focused !== null) openConversation(app, focused);
    else return;
    event.preventDefault();
  };

  const focusedShown = focused !== null && items.some(({ index }) => rowAt({ pages }, index)?.conversation === focused);
  return (
    <div
      ref={scroller}
      id={FOCUS.inbox}
      role="listbox"
      tabIndex={0}
      aria-multiselectable="true"
      aria-label={t('inbox.list')}
      aria-activedescendant={focusedShown ? rowId(focused) : undefined}
      onKeyDown={press}
      onFocus={({ currentTarget }) => {
        // By keyboard alone: one who presses a row must not find the list elsewhere before the press is over.
        if (app.inbox.getState().focused === null && currentTarget.matches(':focus-visible'))
          app.inbox.getState().setFocused(selected ?? rowAt({ pages }, 0)?.conversation ?? null);
      }}
      className="inbox-list min-h-0 flex-1 overflow-y-auto overscroll-contain outline-none"
    >
      <div role="presentation" className="relative w-full" style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rowAt({ pages }, index);
          return (
            <div
              key={row?.conversation ?? index}
              role="presentation"
              className="absolute inset-x-0 top-0 h-16"
              style={{ transform: `translateY(${start}px)` }}
            >
              {row && (
                <InboxRow
                  row={row}
                  id={rowId(row.conversation)}
                  place={index}
                  total={total}
                  selected={row.conversation === selected}
                  focused={row.conversation === focused}
                  picked={picked.has(row.conversation)}
                  picking={picked.size > 0}
                  waits={waits}
                  onOpen={open}
                  onPick={pick}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
