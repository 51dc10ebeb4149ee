import { useVirtualizer } from '@tanstack/react-virtual';
import { Search } from 'lucide-react';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { GROUPS, searchEmoji, useEmoji, type Emoji, type EmojiGroup } from './emoji-data.ts';
import { noteUsed, oftenUsed } from './often-used.ts';

const COLUMNS = 8;
const CELL = 36;
const HEAD = 28;

type Line = { kind: 'head'; group: EmojiGroup | 'often' | 'found' } | { kind: 'cells'; emoji: readonly Emoji[]; first: number };

function inLines(group: EmojiGroup | 'often' | 'found', emoji: readonly Emoji[], first: number): Line[] {
  if (emoji.length === 0) return [];
  const lines: Line[] = [{ kind: 'head', group }];
  for (let at = 0; at < emoji.length; at += COLUMNS) {
    lines.push({ kind: 'cells', emoji: emoji.slice(at, at + COLUMNS), first: first + at });
  }
  return lines;
}

/** What is drawn, and the emoji in the order in which the keys walk through them. */
function layout(all: readonly Emoji[], often: readonly string[], query: string): { lines: Line[]; cells: Emoji[] } {
  if (query.trim() !== '') {
    const cells = searchEmoji(all, query);
    return { lines: inLines('found', cells, 0), cells };
  }
  const known = new Map(all.map((one) => [one.sign, one]));
  const recent = often.flatMap((sign) => known.get(sign) ?? []);
  const parts = [recent, ...GROUPS.map((_, group) => all.filter((one) => one.group === group))];
  const lines: Line[] = [];
  let first = 0;
  for (const [index, part] of parts.entries()) {
    lines.push(...inLines(GROUPS[index - 1] ?? 'often', part, first));
    first += part.length;
  }
  return { lines, cells: parts.flat() };
}

/** All emoji, found by word or by looking, without a network. The field keeps the focus; arrows walk, Enter picks. */
export function EmojiPicker({ onPick }: { onPick: (sign: string) => void }): ReactElement {
  const { t } = useTranslation();
  const all = useEmoji();
  const id = useId();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const [eager, setEager] = useState(false);
  const [often] = useState(oftenUsed);
  const { lines, cells } = useMemo(() => layout(all ?? [], often, query), [all, often, query]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === 'head' ? HEAD : CELL),
    overscan: 4,
  });
  const pick = (emoji: Emoji | undefined): void => {
    // Whoever is faster than the data gets what was asked for as soon as it is there.
    if (!emoji) return setEager(all === null);
    noteUsed(emoji.sign);
    onPick(emoji.sign);
  };
  useEffect(() => {
    if (eager && all !== null) pick(cells[0]);
    // oxlint-disable-next-line react/exhaustive-deps -- once, when the data comes
  }, [eager, all]);
  const move = (step: number): void => {
    const next = Math.min(cells.length - 1, Math.max(0, active + step));
    setActive(next);
    const line = lines.findIndex((one) => one.kind === 'cells' && next >= one.first && next < one.first + one.emoji.length);
    // The heading of the first line too.
    if (line >= 0) virtualizer.scrollToIndex(line === 1 ? 0 : line);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') move(COLUMNS);
    else if (event.key === 'ArrowUp') move(-COLUMNS);
    else if (event.key === 'ArrowRight') move(1);
    else if (event.key === 'ArrowLeft') move(-1);
    else if (event.key === 'Enter') pick(cells[active]);
    else return;
    event.preventDefault();
  };
  const shown = cells[active];
  return (
    <div className="emoji-picker flex flex-col">
      <label className="m-2 flex h-8 items-center gap-2 rounded-sm border border-n7 bg-n1 px-2 focus-within:border-accent-text">
        <Search className="size-4 shrink-0 text-n10" aria-hidden="true" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={shown ? `${id}-${active}` : undefined}
          aria-label={t('emoji.search')}
          placeholder={t('emoji.search')}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setActive(0);
            setEager(false);
          }}
          onKeyDown={press}
          className="min-w-0 flex-1 bg-transparent text-sm outline-none placeholder:text-n10"
        />
      </label>
      <div ref={scroller} id={id} role="listbox" aria-label={t('emoji.list')} className="emoji-list overflow-y-auto px-2">
        {all !== null && cells.length === 0 && <p className="py-6 text-center text-sm text-n11">{t('emoji.none', { query })}</p>}
        <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start, key }) => {
            const line = lines[index];
            if (!line) return null;
            return (
              <div
                key={key}
                className="absolute inset-x-0 top-0 flex"
                style={{ transform: `translateY(${start}px)` }}
                role="presentation"
              >
                {line.kind === 'head' ? (
                  <p className="px-1 pt-2 text-xs font-medium text-n11">{t(`emoji.group.${line.group}`)}</p>
                ) : (
                  line.emoji.map((emoji, at) => (
                    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- the field keeps the focus and has the keys
                    <div
                      key={emoji.sign}
                      id={`${id}-${line.first + at}`}
                      role="option"
                      aria-selected={line.first + at === active}
                      aria-label={emoji.name}
                      onMouseMove={() => active !== line.first + at && setActive(line.first + at)}
                      onMouseDown={(event) => {
                        event.preventDefault();
                        pick(emoji);
                      }}
                      className={`emoji-cell flex items-center justify-center rounded-sm ${line.first + at === active ? 'bg-accent-soft' : ''}`}
                    >
                      <span aria-hidden="true">{emoji.sign}</span>
                    </div>
                  ))
                )}
              </div>
            );
          })}
        </div>
      </div>
      <p className="flex h-8 items-center gap-2 border-t border-n5 px-3 text-xs text-n11" aria-hidden="true">
        <span className="truncate">{shown?.name ?? ''}</span>
      </p>
    </div>
  );
}
