import { defaultRangeExtractor, type Range, type Virtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
} from 'react';

import type { MessageView } from '#shared/views.ts';

import { pressed } from '../shortcuts/keys.ts';
import type { ShortcutId } from '../shortcuts/table.ts';
import { FOCUS } from '../state/navigate.ts';
import type { ThreadRow } from './thread-rows.ts';

type Keys = (item: MessageView, row: HTMLElement, id: ShortcutId<'message'> | null) => boolean;

export type RowFocus = {
  /** The key of the row where the keyboard stands. */
  active: string | null;
  /** The row with the keyboard stays drawn when it is scrolled away. */
  range: (range: Range) => number[];
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onFocus: (event: FocusEvent<HTMLElement>) => void;
  rowOf: (key: string) => HTMLElement | null;
};

function rowOf(key: string): HTMLElement | null {
  return document.getElementById(FOCUS.messages)?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null;
}

/** Arrow keys go from message to message while the list has the focus; other keys are for the message there. */
export function useRowFocus(
  scroller: RefObject<HTMLDivElement | null>,
  rows: readonly ThreadRow[],
  virtualizer: RefObject<Virtualizer<HTMLDivElement, Element> | null>,
  keys: Keys,
): RowFocus {
  const [active, setActive] = useState<string | null>(null);
  const goes = useRef(false);
  const index = useMemo(() => (active === null ? -1 : rows.findIndex((row) => row.key === active)), [rows, active]);

  useLayoutEffect(() => {
    if (!goes.current || active === null) return;
    goes.current = false;
    rowOf(active)?.focus({ preventScroll: true });
  }, [active]);

  const goTo = (to: number): void => {
    const row = rows[to];
    if (!row) return;
    goes.current = true;
    setActive(row.key);
    virtualizer.current?.scrollToIndex(to, { align: 'auto' });
  };
  /** The nearest message from there on. */
  const step = (from: number, by: 1 | -1): void => {
    for (let at = from; at >= 0 && at < rows.length; at += by) if (rows[at]?.kind === 'message') return goTo(at);
  };
  const lastSeen = (): number => {
    const element = scroller.current;
    const edge = element ? element.scrollTop + element.clientHeight : 0;
    return virtualizer.current?.getVirtualItems().findLast((item) => item.end <= edge + 4)?.index ?? rows.length - 1;
  };

  return {
    active: index < 0 ? null : active,
    range: useCallback(
      (range: Range) => {
        const shown = defaultRangeExtractor(range);
        return index < 0 || shown.includes(index) ? shown : [...shown, index].sort((a, b) => a - b);
      },
      [index],
    ),
    rowOf,
    onFocus: (event) => {
      const key =
        event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[data-key]')?.dataset['key'] : undefined;
      if (key !== undefined) setActive(key);
    },
    onKeyDown: (event) => {
      const { target, key } = event;
      if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof HTMLElement)) return;
      const row = target.closest<HTMLElement>('[data-key]');
      const onRow = row !== null && row === target;
      const at = onRow ? rows.findIndex((one) => one.key === row.dataset['key']) : -1;
      if (!onRow && target !== scroller.current) {
        // A button within a row: one step back is its row.
        if (key !== 'Escape' || !row) return;
        row.focus();
      } else if (key === 'ArrowUp') step(onRow ? at - 1 : lastSeen(), -1);
      else if (key === 'ArrowDown') step(onRow ? at + 1 : lastSeen(), onRow ? 1 : -1);
      else if (key === 'Escape' && onRow) scroller.current?.focus();
      else {
        const item = rows[at];
        if (item?.kind !== 'message' || !keys(item.item, target, pressed(event, 'message'))) return;
      }
      event.preventDefault();
      event.stopPropagation();
    },
  };
}
