import type { App } from './app.ts';
import { runClock } from './clock-store.ts';
import { runMenu } from './menu.ts';
import { withSync } from './status-store.ts';

/** Loads what the core has, and keeps the stores in step with it from then on. Returns what ends it. */
export function listen(app: App, page: Window): () => void {
  const { connection, session, inbox, thread, status, ui, clock, work } = app;

  const begin = async (): Promise<void> => {
    const start = await connection.send('app.start', {});
    const { capabilities, settings, policies, server } = start;
    status.setState((state) => withSync(state, start.status, Date.now()));
    session.setState({
      capabilities,
      settings,
      policies,
      server,
      phase: start.session ? { kind: 'signed-in', session: start.session } : { kind: 'signed-out' },
    });
    if (!start.session) return;
    inbox.getState().refresh();
    thread.getState().reload();
  };

  const ends = [
    runClock(clock, page),
    connection.onState((channel) => {
      status.setState({ channel });
      if (channel === 'open') {
        // A channel that ends meanwhile is dialled again, which begins again.
        begin().catch(() => status.setState({ channel: 'lost' }));
      }
    }),
    connection.on('status', (sync) => status.setState((state) => withSync(state, sync, Date.now()))),
    connection.on('badge', ({ unread }) => status.setState({ badge: unread })),
    connection.on('inbox.changed', () => inbox.getState().refresh()),
    connection.on('thread.changed', (change) => thread.getState().changed(change)),
    connection.on('files.changed', ({ files, ...place }) => app.files.getState().changed(place, files)),
    // Before anything of the thread is drawn.
    thread.subscribe(({ shown }, { shown: before }) => {
      if (shown.kind !== 'open' || (before.kind === 'open' && before.draftAround === shown.draftAround)) return;
      app.files.getState().show(shown.place, shown.draftAround.files);
    }),
    connection.on('draft.changed', (news) => thread.getState().drafted(news)),
    connection.on('replies.changed', () => ui.setState((state) => ({ repliesVersion: state.repliesVersion + 1 }))),
    connection.on('typing', (change) => thread.getState().typed(change)),
    connection.on('conversation.gone', ({ conversation }) => {
      thread.getState().gone(conversation);
      inbox.getState().refresh();
    }),
    connection.on('thread.gone', ({ conversation, thread: name }) => thread.getState().gone(conversation, name)),
    connection.on('menu', ({ command }) => runMenu(app, command)),
    connection.on('settings', (settings) => session.setState({ settings })),
    connection.on('go-to', ({ conversation, thread: name, seq }) => {
      ui.setState({ search: false, dialog: 'none' });
      void thread.getState().open({ conversation, thread: name }, seq ?? undefined);
    }),
    connection.on('session', (change) => {
      session.setState({ phase: change.session ? { kind: 'signed-in', session: change.session } : { kind: 'signed-out' } });
    }),
    session.subscribe((now, before) => {
      if (now.phase.kind === before.phase.kind) return;
      if (now.phase.kind === 'signed-out') {
        thread.setState({ shown: { kind: 'none' } });
        ui.setState({ dialog: 'none', search: false, query: '', tour: null });
        work.setState({ dialog: null, done: null });
        status.setState({ badge: 0 });
      }
      if (now.phase.kind === 'signed-in') {
        inbox.getState().reset();
        // By the form, and not by the first answer of the core.
        if (before.phase.kind === 'signed-out' && !now.settings.toured) ui.setState({ tour: 0 });
      }
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
