import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { PaletteFound } from '#shared/search-views.ts';
import type { PersonView } from '#shared/views.ts';

import { wordsOf } from '../connect.ts';
import { openSearch } from '../frame/use-shortcuts.ts';
import { useApp } from '../state/app.ts';
import { focusOn, openThread } from '../state/navigate.ts';
import { targets } from '../work/actions.ts';
import { isOfStaff } from '../work/keys.ts';
import { actionsOf } from './actions.ts';
import { sectionsOf, type Entry, type Section } from './entries.ts';
import { noteRecent, recent } from './recent.ts';

const NOTHING: PaletteFound = { people: [], jobs: [] };

export type Palette = {
  query: string;
  setQuery: (query: string) => void;
  /** Whose conversations alone are shown. */
  person: PersonView | null;
  leavePerson: () => void;
  sections: Section[];
  failure: string | null;
  go: (entry: Entry) => void;
};

/** What one opened last, as jobs. */
async function lately(send: ReturnType<typeof useApp>['connection']['send']): Promise<PaletteFound> {
  const ids = recent('conversations').slice(0, 5);
  if (ids.length === 0) return NOTHING;
  const { rows } = await send('inbox.rows', { conversations: ids });
  const byId = new Map(rows.map((row) => [row.conversation, row]));
  const jobs = ids.flatMap((id) => {
    const row = byId.get(id);
    if (!row) return [];
    const { title, status } = row.job;
    return [{ conversation: id, title, status, number: 0, people: row.people.map(({ name }) => name) }];
  });
  return { people: [], jobs };
}

/** Narrows as one types. What was found before stays until the next is here; an answer to an older query is never shown. */
export function usePalette(onClose: () => void): Palette {
  const app = useApp();
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [person, setPerson] = useState<PersonView | null>(null);
  const [{ found, failure }, setState] = useState<{ found: PaletteFound; failure: string | null }>({
    found: NOTHING,
    failure: null,
  });
  // Before the focus moves here: what the keyboard stands on is what is meant.
  const [actions] = useState(() => actionsOf(app, t, targets(app)));
  const [used] = useState(() => recent('actions'));
  const asked = query.trim();
  const who = person?.id ?? null;

  useEffect(() => {
    let wanted = true;
    const { send } = app.connection;
    const answer =
      asked === '' && who === null ? lately(send) : send('palette.find', { query: asked.slice(0, 200), person: who });
    answer.then(
      (next) => {
        if (wanted) setState({ found: next, failure: null });
      },
      (error: unknown) => wanted && setState({ found: NOTHING, failure: wordsOf(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [app, asked, who]);

  const sections = useMemo(
    () => sectionsOf({ query, found, actions, used, staff: isOfStaff(app), person: who !== null }),
    [app, query, found, actions, used, who],
  );

  const go = (entry: Entry): void => {
    if (entry.kind === 'person') {
      setPerson(entry.person);
      setState({ found: NOTHING, failure: null });
      return setQuery('');
    }
    onClose();
    if (entry.kind === 'action') noteRecent('actions', entry.action.id);
    // Once the dialog has given the focus back.
    requestAnimationFrame(() => {
      if (entry.kind === 'action') entry.action.run();
      else if (entry.kind === 'search') openSearch(app, entry.query);
      else {
        app.ui.getState().setSearch(false);
        openThread(app, { conversation: entry.job.conversation, thread: entry.notes ? 'team' : 'all' });
        requestAnimationFrame(() => focusOn('composer'));
      }
    });
  };
  return {
    query,
    setQuery,
    person,
    leavePerson: () => {
      setState({ found: NOTHING, failure: null });
      setPerson(null);
    },
    sections,
    failure,
    go,
  };
}
