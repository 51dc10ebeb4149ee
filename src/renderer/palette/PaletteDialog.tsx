import { Dialog } from '@base-ui/react/dialog';
import {
  Archive,
  ArrowRight,
  BellOff,
  CircleCheck,
  Clock,
  CornerDownLeft,
  Lock,
  LogOut,
  MailOpen,
  MessagesSquare,
  Pin,
  Search,
  Settings,
  Tag,
  UserPlus,
  UserRound,
  X,
  Zap,
  type LucideIcon,
} from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { RoleMark } from '../parts/RoleMark.tsx';
import { Keys } from '../shortcuts/Keys.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { isolate } from '../words/sentences.ts';
import type { Action } from './actions.ts';
import type { Entry } from './entries.ts';
import { usePalette } from './use-palette.ts';

const LIST = 'palette-list';
const ICON = { className: 'size-4 shrink-0 text-n10', 'aria-hidden': true } as const;

const ICONS: Readonly<Record<string, LucideIcon>> = {
  archive: Archive,
  snooze: Clock,
  assignMe: UserRound,
  assign: UserPlus,
  label: Tag,
  resolve: CircleCheck,
  unread: MailOpen,
  pin: Pin,
  mute: BellOff,
  notes: Lock,
  search: Search,
  'dialog-sign-out': LogOut,
};

function ActionIcon({ action: { id, group } }: { action: Action }): ReactElement {
  const Icon = ICONS[id] ?? (group === 'go' ? ArrowRight : group === 'app' ? Settings : Zap);
  return <Icon {...ICON} className={`${ICON.className} ${Icon === ArrowRight ? 'rtl:-scale-x-100' : ''}`} />;
}

function Line({ entry }: { entry: Entry }): ReactElement {
  const { t } = useTranslation();
  switch (entry.kind) {
    case 'action':
      return (
        <>
          <ActionIcon action={entry.action} />
          <span className="min-w-0 flex-1 truncate">{entry.action.words}</span>
          {entry.action.keys && <Keys of={entry.action.keys} />}
        </>
      );
    case 'person':
      return (
        <>
          <UserRound {...ICON} />
          <bdi className="min-w-0 truncate">{entry.person.name}</bdi>
          <RoleMark role={entry.person.role} />
          <span className="ms-auto shrink-0 text-xs text-n11">{t('view.counted', { count: entry.person.conversations })}</span>
        </>
      );
    case 'job':
      return (
        <>
          {entry.notes ? <Lock {...ICON} /> : <MessagesSquare {...ICON} />}
          <span className="min-w-0 flex-1">
            <span className="flex">
              {entry.notes && <span className="shrink-0 text-amber">{t('composer.team')}&nbsp;·&nbsp;</span>}
              <bdi className="one-edge min-w-0 flex-1 truncate">{entry.job.title}</bdi>
            </span>
            {!entry.notes && <span className="block truncate text-xs text-n11">{entry.job.people.map(isolate).join(' · ')}</span>}
          </span>
          {!entry.notes && <span className="shrink-0 text-xs text-n11">{t(`jobStatus.${entry.job.status}`)}</span>}
        </>
      );
    case 'search':
      return (
        <>
          <Search {...ICON} />
          <span className="min-w-0 flex-1 truncate">{t('palette.search', { query: isolate(entry.query) })}</span>
          <CornerDownLeft className="size-4 shrink-0 text-n10 rtl:-scale-x-100" aria-hidden="true" />
        </>
      );
  }
}

function Body({ field, onClose }: { field: RefObject<HTMLInputElement | null>; onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const palette = usePalette(onClose);
  const { query, person, sections } = palette;
  const entries = sections.flatMap((section) => section.entries);
  const [chosen, setChosen] = useState({ query: '', person: '', index: 0 });
  const whose = person?.id ?? '';
  // Another query starts at its best hit.
  const index = chosen.query === query && chosen.person === whose ? Math.min(chosen.index, entries.length - 1) : 0;
  const active = entries[index];
  const goTo = (to: number): void =>
    setChosen({ query, person: whose, index: (to + entries.length) % Math.max(1, entries.length) });
  const activeId = active?.id;
  useEffect(() => {
    if (activeId !== undefined) document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
  }, [activeId]);
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') goTo(index + 1);
    else if (event.key === 'ArrowUp') goTo(index - 1);
    else if (event.key === 'Enter') {
      if (active) palette.go(active);
    } else if (person && ((event.key === 'Backspace' && query === '') || event.key === 'Escape')) palette.leavePerson();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div className="flex h-12 shrink-0 items-center gap-2 border-b border-n5 px-4">
        <Search {...ICON} />
        {person && (
          <button
            type="button"
            onClick={palette.leavePerson}
            aria-label={t('palette.leave', { name: person.name })}
            className="inline-flex h-6 max-w-menu-small shrink-0 items-center gap-1 rounded-sm bg-accent-soft px-2 text-xs text-accent-text"
          >
            <bdi className="truncate">{person.name}</bdi>
            <X className="size-3" aria-hidden="true" />
          </button>
        )}
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-label={t('palette.label')}
          aria-expanded={entries.length > 0}
          aria-controls={LIST}
          aria-autocomplete="list"
          aria-activedescendant={activeId}
          placeholder={person ? t('palette.ofPerson') : t('palette.placeholder')}
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          value={query}
          onChange={(event) => palette.setQuery(event.target.value)}
          onKeyDown={press}
          className="h-full min-w-0 flex-1 bg-transparent text-base text-n12 outline-none placeholder:text-n10"
        />
      </div>
      <div
        id={LIST}
        role="listbox"
        aria-label={t('palette.results')}
        tabIndex={-1}
        className="palette-list min-h-0 overflow-y-auto p-2"
      >
        {sections.map(({ name, entries: of }) => (
          <div key={name} role="group" aria-labelledby={`palette-${name}`} className="pb-1">
            <p id={`palette-${name}`} className="px-2 pt-2 pb-1 text-xs font-medium text-n11">
              {t(`palette.section.${name}`)}
            </p>
            {of.map((entry) => (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the field has the focus and the keys
              <div
                key={entry.id}
                id={entry.id}
                role="option"
                aria-selected={entry === active}
                data-highlighted={entry === active ? '' : undefined}
                onPointerMove={() => entry !== active && goTo(entries.indexOf(entry))}
                onClick={() => palette.go(entry)}
                className="flex min-h-9 items-center gap-3 rounded-sm px-2 py-1 text-sm text-n12 data-[highlighted]:bg-n3"
              >
                <Line entry={entry} />
              </div>
            ))}
          </div>
        ))}
        {palette.failure === null && entries.length === 0 && (
          <p className="px-2 py-4 text-center text-sm text-n11">{t('palette.nothing')}</p>
        )}
        {palette.failure !== null && (
          <p role="alert" className="px-2 py-2 text-sm text-red">
            {t('search.failed', { why: palette.failure })}
          </p>
        )}
      </div>
    </>
  );
}

/** People, jobs, notes and everything that can be done, by a few letters. */
export function PaletteDialog(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'palette');
  const field = useRef<HTMLInputElement>(null);
  const close = (): void => app.ui.getState().show('none');
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil" />
        <Dialog.Popup
          initialFocus={field}
          className="fixed inset-x-4 sheet z-50 mx-auto flex max-w-dialog flex-col rounded-md border border-n6 bg-n1 shadow-high outline-none"
        >
          <Dialog.Title className="sr-only">{t('palette.title')}</Dialog.Title>
          {open && <Body field={field} onClose={close} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
