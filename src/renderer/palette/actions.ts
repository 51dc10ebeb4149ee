import type { TFunction } from 'i18next';

import type { Settings } from '#shared/app-views.ts';
import { LANGUAGES } from '#shared/languages.ts';
import { pauseTimes } from '#shared/pause.ts';
import { enforcedPolicy } from '#shared/policies.ts';
import { INBOX_SORTS, INBOX_VIEWS, type InboxView } from '#shared/work-list.ts';

import { runShortcut } from '../frame/use-shortcuts.ts';
import { LANGUAGE_NAMES } from '../settings/LookSettings.tsx';
import { settingsPages, settingsTitles } from '../settings/pages.ts';
import type { ShortcutId } from '../shortcuts/table.ts';
import type { App } from '../state/app.ts';
import { focusOn, switchThread } from '../state/navigate.ts';
import type { Dialog } from '../state/ui-store.ts';
import { known, undoLast, type Known } from '../work/actions.ts';
import { isOfStaff, mayDo, runWork, type WorkId } from '../work/keys.ts';

export type ActionGroup = 'conversation' | 'go' | 'app';
export type Action = { id: string; group: ActionGroup; words: string; keys?: ShortcutId; run: () => unknown };

const STAFF_VIEWS: ReadonlySet<InboxView> = new Set(['mine', 'unassigned', 'resolved']);
const THEMES = ['system', 'light', 'dark'] as const;

/** What is done with the conversations that were meant when the palette was opened. */
function workActions(app: App, t: TFunction, targets: readonly string[]): Action[] {
  if (targets.length === 0) return [];
  const all = targets.map((id) => known(app, id));
  const are = (is: (one: Known) => boolean): boolean => all.every((one) => one !== null && is(one));
  const words: Record<WorkId, string> = {
    archive: are(({ own }) => own.place === 'archived') ? t('work.do.unarchive') : t('work.do.archive'),
    snooze: t('work.do.snooze'),
    assignMe: t('work.do.assignMe'),
    assign: t('work.do.assign'),
    label: t('work.do.label'),
    resolve: are(({ team }) => team?.resolved != null) ? t('work.do.reopen') : t('work.do.resolve'),
    unread: t('work.do.unread'),
    pin: are(({ own }) => own.pinned) ? t('palette.unpin') : t('work.do.pin'),
    mute: are(({ own }) => own.muted) ? t('palette.unmute') : t('work.do.mute'),
  };
  return (Object.keys(words) as WorkId[])
    .filter((id) => mayDo(app, id))
    .map((id) => ({ id, group: 'conversation', words: words[id], keys: id, run: () => runWork(app, t, id, targets) }));
}

const own = (id: ShortcutId<'app' | 'thread'>, words: string, run: () => unknown): Action => ({
  id,
  group: 'conversation',
  words,
  keys: id,
  run,
});

function threadActions(app: App, t: TFunction): Action[] {
  const { shown } = app.thread.getState();
  if (shown.kind !== 'open') return [];
  const team = shown.place.thread === 'team';
  return [
    own('reply', team ? t('composer.notePlaceholder') : t('shortcuts.reply'), () => focusOn('composer')),
    ...(shown.conversation.team === null
      ? []
      : [own('notes', team ? t('palette.toEveryone') : t('palette.toNotes'), () => switchThread(app, team ? 'all' : 'team'))]),
    own('jump', t('jump.title'), () => app.ui.setState({ jumping: true })),
    { id: 'latest', group: 'conversation', words: t('thread.latest'), run: () => app.thread.getState().toLatest() },
    own('job', t('job.title'), () => runShortcut(app, 'job')),
    ...(enforcedPolicy(app.session.getState().policies, 'AttachmentsEnabled') === false
      ? []
      : [
          { id: 'export', group: 'conversation', words: t('export.title'), run: () => app.ui.getState().show('export') } as const,
        ]),
  ];
}

function goActions(app: App, t: TFunction): Action[] {
  const { inbox, ui } = app;
  const staff = isOfStaff(app);
  const show = (change: Parameters<ReturnType<typeof inbox.getState>['choose']>[0]): void => {
    ui.getState().setSearch(false);
    inbox.getState().choose(change);
    focusOn('inbox');
  };
  return [
    ...INBOX_VIEWS.filter((view) => staff || !STAFF_VIEWS.has(view)).map((view): Action => ({
      id: `view-${view}`,
      group: 'go',
      words: t('palette.goTo', { what: t(`view.${view}`) }),
      run: () => show({ view }),
    })),
    ...INBOX_SORTS.map((sort): Action => ({
      id: `sort-${sort}`,
      group: 'go',
      words: t('palette.sort', { how: t(`choice.by.${sort}`) }),
      run: () => show({ sort }),
    })),
    { id: 'search', group: 'go', words: t('search.label'), keys: 'search', run: () => runShortcut(app, 'search') },
  ];
}

function pauseAction(app: App, t: TFunction, set: (change: Partial<Settings>) => void): Action {
  const { settings } = app.session.getState();
  const now = Date.now();
  return (settings.pausedUntil ?? 0) > now
    ? { id: 'resume', group: 'app', words: t('palette.resume'), run: () => set({ pausedUntil: null }) }
    : { id: 'pause', group: 'app', words: t('palette.pause'), run: () => set({ pausedUntil: pauseTimes(now).hour }) };
}

function appActions(app: App, t: TFunction): Action[] {
  const { ui, session, connection } = app;
  const dialog = (id: Dialog, words: string, keys?: ShortcutId): Action => ({
    id: `dialog-${id}`,
    group: 'app',
    words,
    ...(keys && { keys }),
    run: () => ui.getState().show(id),
  });
  const set = (change: Partial<Settings>): void =>
    // What could not be kept is shown as it was; the status says what is wrong with the disk.
    void session
      .getState()
      .setSettings(change)
      .catch(() => undefined);
  const titles = settingsTitles(t);
  return [
    { ...dialog('settings', t('settings.title'), 'settings'), run: () => ui.getState().openSettings() },
    ...settingsPages(session.getState().phase).map((page): Action => ({
      id: `settings-${page}`,
      group: 'app',
      words: t('palette.settingsOf', { what: titles[page] }),
      run: () => ui.getState().openSettings(page),
    })),
    ...THEMES.map((theme): Action => ({
      id: `theme-${theme}`,
      group: 'app',
      words: t('palette.theme', { what: t(`me.${theme}`) }),
      run: () => set({ theme }),
    })),
    ...(['system', ...LANGUAGES] as const).map((language): Action => ({
      id: `language-${language}`,
      group: 'app',
      words: t('palette.language', { what: language === 'system' ? t('me.system') : LANGUAGE_NAMES[language] }),
      run: () => set({ language }),
    })),
    pauseAction(app, t, set),
    dialog('canned', t('canned.title')),
    dialog('queue', t('status.queue')),
    dialog('policies', t('policies.title')),
    dialog('shortcuts', t('shortcuts.title'), 'help'),
    { id: 'tour', group: 'app', words: t('tour.again'), run: () => ui.setState({ tour: 0 }) },
    ...(app.work.getState().done?.undo
      ? [{ id: 'undo', group: 'app', words: t('shortcuts.undoChange'), keys: 'undoChange', run: () => undoLast(app) } as const]
      : []),
    ...(app.status.getState().sync.connection.kind === 'online'
      ? []
      : [
          // Where it doesn't work the status goes on saying so.
          {
            id: 'connect',
            group: 'app',
            words: t('status.connectNow'),
            run: () => connection.send('sync.retry', {}).catch(() => undefined),
          } as const,
        ]),
    dialog('sign-out', t('me.signOut')),
  ];
}

/** All that can be done now. `targets`: the conversations that are meant. */
export function actionsOf(app: App, t: TFunction, targets: readonly string[]): Action[] {
  return [...workActions(app, t, targets), ...threadActions(app, t), ...goActions(app, t), ...appActions(app, t)];
}
