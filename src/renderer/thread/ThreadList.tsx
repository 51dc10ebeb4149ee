import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
} from 'react';
import { useTranslation } from 'react-i18next';

import type { ReplyView } from '#shared/views.ts';

import { pressed } from '../shortcuts/keys.ts';
import { useApp, useSlice } from '../state/app.ts';
import { copyText, heldIn, mayChange, react, remove, replyTo, undo } from '../state/message-actions.ts';
import { FOCUS } from '../state/navigate.ts';
import { goToFirstUnread } from '../state/thread-moves.ts';
import type { OpenThread } from '../state/thread-store.ts';
import type { RowActions, RowPopup } from './row-actions.ts';
import { RowPopups } from './RowPopups.tsx';
import { rowOfSeq, threadRows, UNREAD_KEY, type ThreadRow } from './thread-rows.ts';
import { StickyDay, ThreadRowView } from './ThreadRowView.tsx';
import { useKeepEnd } from './use-keep-end.ts';
import { useRowFocus } from './use-row-focus.ts';
import { useSeen } from './use-seen.ts';

/** How near to an edge of what is loaded more is fetched, in heights of the view. */
const NEAR_EDGE = 1.5;
const AT_END = 32;
const BELOW_LAST = 8;
/** What of the window's height is not the list's, roughly, in px. */
const ROUGH_REST = 160;

function roughHeight(row: ThreadRow | undefined): number {
  if (row?.kind !== 'message') return 36;
  const lines = Math.min(12, Math.ceil(row.item.text.length / 72) + row.item.text.split('\n').length - 1);
  return (row.joined ? 4 : 34) + Math.max(1, lines) * 21 + (row.item.replyTo ? 60 : 0) + row.item.attachments.length * 120;
}

/** Where the list has to stand, by rough heights: the first rows that are drawn are then the ones that are seen. */
function roughOffset(rows: readonly ThreadRow[], index: number | null): number {
  const above = (until: number): number => rows.slice(0, until).reduce((sum, row) => sum + roughHeight(row), 0);
  const end = Math.max(0, above(rows.length) - window.innerHeight + ROUGH_REST);
  return index === null ? end : Math.min(end, above(index));
}

/** The row to which the list has to go; `null`: to the end. */
function rowToShow(rows: readonly ThreadRow[], position: OpenThread['position']): number | null {
  if (position.to === 'end') return null;
  const index = position.to === 'unread' ? rows.findIndex((row) => row.key === UNREAD_KEY) : rowOfSeq(rows, position.seq);
  return index < 0 ? null : index;
}

/** px of the list that was here last: the first rows of the next one are drawn at once, before it is measured. */
export type ListSize = RefObject<{ width: number; height: number }>;

export type ThreadListProps = { shown: OpenThread; me: string; size: ListSize; onReply: (reply: ReplyView) => void };

export function ThreadList({ shown, me, size: lastSize, onReply }: ThreadListProps): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const { thread } = app;
  const dialog = useSlice('ui', (state) => state.dialog !== 'none');
  const scroller = useRef<HTMLDivElement>(null);
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const { items, firstUnread, unread, before, after, position, loading } = shown;
  const { reads } = shown.conversation;
  const lastRows = useRef<readonly ThreadRow[]>([]);
  const rows = useMemo(
    () => threadRows({ items, reads, firstUnread, unread, before, loading }, lastRows.current),
    [items, reads, firstUnread, unread, before, loading],
  );
  useEffect(() => {
    lastRows.current = rows;
  }, [rows]);

  const closed = shown.place.thread === 'all' && shown.conversation.locks.length > 0;
  const [popup, setPopup] = useState<RowPopup | null>(null);
  const closePopup = (kind: RowPopup['kind']): void => setPopup((now) => (now?.kind === kind ? null : now));
  const actions = useMemo<RowActions>(
    () => ({
      toggle: (key) =>
        setExpanded((now) => (now.has(key) ? new Set([...now].filter((other) => other !== key)) : new Set(now).add(key))),
      reply: (item) => onReply(replyTo(item)),
      react: (item, emoji) => react(app, item, emoji),
      show: (kind, item, anchor) => setPopup({ kind, item, anchor }),
      view: (_, file) => app.ui.setState({ viewing: file }),
    }),
    [app, onReply],
  );
  const list = useRef<Virtualizer<HTMLDivElement, Element> | null>(null);
  const focus = useRowFocus(scroller, rows, list, (item, row, id) => {
    const sent = item.seq !== null && !item.removed && !closed;
    // Beside its button, which shows with the focus.
    const button = (name: string): Element => row.querySelector(`[data-tool="${name}"]`) ?? row;
    if (id === 'menu' && !item.removed) actions.show('menu', item, button('menu'));
    else if (id === 'answer' && sent) actions.reply(item);
    else if (id === 'react' && sent) actions.show('emoji', item, button('react'));
    else if (id === 'copy' && item.text !== '') copyText(app, item);
    else if (id === 'remove' && !closed && mayChange(app, item)) remove(app, item);
    else return false;
    return true;
  });

  // Rows that page in after a gap are not news: following them would run away from what is being read.
  const gap = useRef(after);
  const follow = !after && !gap.current;
  const [overflows, setOverflows] = useState(true);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    initialRect: lastSize.current,
    initialOffset: () => roughOffset(rows, rowToShow(rows, position)),
    estimateSize: (index) => roughHeight(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    // Where all fits there is no place to keep: virtual-core would look for one, each frame for 5 s after each message.
    anchorTo: overflows ? 'end' : 'start',
    followOnAppend: overflows && follow,
    scrollEndThreshold: AT_END,
    rangeExtractor: focus.range,
    scrollPaddingStart: 40,
    paddingEnd: BELOW_LAST,
    // Whoever goes to the last row is at the end.
    scrollPaddingEnd: BELOW_LAST,
    overscan: 6,
  });
  useLayoutEffect(() => {
    list.current = virtualizer;
  }, [virtualizer]);
  useEffect(() => {
    lastSize.current = virtualizer.scrollRect ?? lastSize.current;
  });
  useEffect(() => {
    gap.current = after;
  }, [after, items]);

  useLayoutEffect(() => {
    const index = rowToShow(rows, position);
    if (index === null) virtualizer.scrollToEnd();
    else virtualizer.scrollToIndex(index, { align: position.to === 'seq' ? 'center' : 'start' });
    queueMicrotask(() => {
      const element = scroller.current;
      // A list that fits after all does not scroll, and so never tells that it stands elsewhere than it was thought to.
      if (element && Math.abs((virtualizer.scrollOffset ?? 0) - element.scrollTop) > 1)
        element.dispatchEvent(new Event('scroll'));
    });
    // oxlint-disable-next-line react/exhaustive-deps -- only when the list has to go somewhere, not with every row
  }, [position, virtualizer]);

  const size = virtualizer.getTotalSize();
  useLayoutEffect(() => {
    const now = size > (scroller.current?.clientHeight ?? 0);
    setOverflows(now);
    // The message that was one too many for the screen is followed too.
    if (now && !overflows && follow) virtualizer.scrollToEnd();
  }, [size, overflows, follow, virtualizer]);

  const shownRows = virtualizer.getVirtualItems();
  const [first, last] = [shownRows[0]?.index ?? 0, shownRows.at(-1)?.index ?? 0];
  useEffect(() => {
    // A frame later: the list has by then moved to where it keeps its place.
    const frame = requestAnimationFrame(() => {
      const element = scroller.current;
      if (!element) return;
      const near = element.clientHeight * NEAR_EDGE;
      if (before && element.scrollTop < near) void thread.getState().page('before');
      if (after && element.scrollHeight - element.scrollTop - element.clientHeight < near) void thread.getState().page('after');
    });
    return () => cancelAnimationFrame(frame);
  }, [thread, before, after, first, last, rows.length]);

  const offset = virtualizer.scrollOffset ?? 0;
  const top = rows[shownRows.find((item) => item.end > offset + 4)?.index ?? -1];
  const topSeq = top && 'item' in top ? top.item.seq : null;
  const atEnd = !after && virtualizer.isAtEnd(AT_END);
  useEffect(() => {
    thread.getState().stands({ atEnd, top: topSeq });
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a thread that is loaded anew has to be told again
  }, [thread, atEnd, topSeq, position]);
  useSeen(virtualizer, rows, !dialog);
  useKeepEnd(scroller, virtualizer, AT_END);

  // Until the divider was on screen, wherever the thread was opened, a way there is offered.
  const divider = rows.findIndex((row) => row.key === UNREAD_KEY);
  const firstShown = shownRows.find((item) => item.end > offset + 4)?.index ?? 0;
  const lastShown = shownRows.findLast((item) => item.start < offset + (scroller.current?.clientHeight ?? 0))?.index ?? 0;
  const [met, setMet] = useState(firstUnread === null || position.to !== 'seq');
  const onScreen = divider >= firstShown && divider <= lastShown;
  useEffect(() => {
    if (onScreen) setMet(true);
  }, [onScreen]);
  const above = !met && firstUnread !== null && (divider < 0 ? (topSeq ?? 0) > firstUnread : divider < firstShown);

  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const held = pressed(event, 'field') === 'undo' ? heldIn(shown) : null;
    if (held === null) return focus.onKeyDown(event);
    undo(app, held.key, held.place);
    event.preventDefault();
    event.stopPropagation();
  };

  const target = position.to === 'seq' ? position.seq : null;
  return (
    <div className="focus-edge relative min-h-0 flex-1">
      <p id="thread-messages-hint" className="sr-only">
        {t('thread.messagesHint')}
      </p>
      {top && top.at !== null && top.kind !== 'day' && top.kind !== 'start' && <StickyDay at={top.at} />}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- one walks through its messages by keyboard */}
      <div
        ref={scroller}
        id={FOCUS.messages}
        role="region"
        aria-label={t('thread.messages')}
        aria-describedby="thread-messages-hint"
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reachable by keyboard
        tabIndex={0}
        onKeyDown={press}
        onFocus={focus.onFocus}
        className="h-full overflow-y-auto overscroll-contain outline-none [overflow-anchor:none]"
      >
        <div className="flex min-h-full flex-col justify-end">
          <div className="relative w-full shrink-0" style={{ height: size }}>
            {shownRows.map(({ index, key, start }) => {
              const row = rows[index];
              return (
                row && (
                  <div
                    key={key}
                    ref={virtualizer.measureElement}
                    data-index={index}
                    className="absolute inset-x-0 top-0"
                    style={{ transform: `translateY(${start}px)` }}
                  >
                    <ThreadRowView
                      row={row}
                      me={me}
                      target={target !== null && row.kind === 'message' && row.item.seq === target}
                      expanded={expanded.has(row.key)}
                      active={focus.active === row.key}
                      actions={actions}
                    />
                  </div>
                )
              );
            })}
          </div>
        </div>
      </div>
      <RowPopups popup={popup} rows={rows} closed={closed} rowOf={focus.rowOf} actions={actions} onClose={closePopup} />
      {above && (
        <button
          type="button"
          data-testid="to-unread"
          onClick={() => goToFirstUnread(app)}
          className="absolute start-6 top-2 z-20 inline-flex h-8 items-center gap-2 rounded-full border border-accent bg-accent px-3 text-sm font-medium text-on-accent shadow-low"
        >
          <ArrowUp className="size-4" aria-hidden="true" />
          {t('thread.toUnread', { count: unread })}
        </button>
      )}
      {!atEnd && rows.length > 0 && (
        <button
          type="button"
          data-testid="to-latest"
          onClick={() => thread.getState().toLatest()}
          className={`absolute end-6 bottom-3 z-10 inline-flex h-8 items-center gap-2 rounded-full border px-3 text-sm font-medium shadow-low ${shown.arrived > 0 ? 'border-accent bg-accent text-on-accent' : 'border-n6 bg-n1 text-n11 hover:text-n12'}`}
        >
          <ArrowDown className="size-4" aria-hidden="true" />
          {shown.arrived > 0 ? t('thread.newMessages', { count: shown.arrived }) : t('thread.latest')}
        </button>
      )}
    </div>
  );
}
