import type { QueueItem, SessionView, Settings, SyncStatus } from '#shared/app-views.ts';
import type { Port, Served } from '#shared/bridge.ts';
import { createPortPair, serve } from '#shared/bridge.ts';
import type { EventData, EventName, Handlers } from '#shared/contract.ts';
import { AppError } from '#shared/errors.ts';
import type { ThreadName } from '#shared/ids.ts';
import { JOB_RULES } from '#shared/job-states.ts';
import { NO_POLICIES } from '#shared/policies.ts';
import type { MessageView, ThreadItem } from '#shared/views.ts';

import { accountHandlers } from './fake-account.ts';
import { FakeBrowser } from './fake-browser.ts';
import { FakeConversations, lastSeqOf, type FakeConversation, type FakeOptions } from './fake-conversations.ts';
import { COLLEAGUE, EMPLOYEE, ME } from './fake-data.ts';
import { exportHandlers } from './fake-exports.ts';
import { fileHandlers } from './fake-files.ts';
import { allRows, listHandlers } from './fake-lists.ts';
import { peopleHandlers } from './fake-people.ts';
import { threadHandlers } from './fake-threads.ts';
import { workHandlers } from './fake-work.ts';

export const SESSION: SessionView = {
  account: { ...ME, email: 'ana@harbor.example' },
  agency: 'Harbor Home Services',
  contactFilter: 'off',
  editWindowMs: 86_400_000,
  server: 'https://sync.harbor.example',
};

/** A core in memory behind the same contract, for looking at the screens and for their tests. */
export class FakeCore {
  readonly calls: { command: string; input: unknown }[] = [];
  readonly status: SyncStatus;
  /** What waits to be sent besides messages. */
  readonly queued: QueueItem[] = [];
  /** Set to make the next command of this name fail. */
  readonly failures = new Map<string, AppError>();
  /** Set to let the answers to a command wait for it. */
  readonly waits = new Map<string, Promise<void>>();
  private readonly options: FakeOptions;
  private readonly conversations: FakeConversations;
  private served: Served | null = null;
  private session: SessionView | null;

  constructor(options: Partial<FakeOptions> = {}) {
    this.options = {
      now: Date.now(),
      conversations: 40,
      longThread: 400,
      signedIn: true,
      failing: false,
      undoSend: false,
      language: 'system',
      toured: true,
      heldMs: 5_000,
      firstSync: null,
      connection: { kind: 'online' },
      ...options,
    };
    this.conversations = new FakeConversations(this.options);
    this.session = this.options.signedIn ? SESSION : null;
    const offline = this.options.connection.kind !== 'online';
    this.status = {
      connection: this.options.connection,
      queued: offline ? 3 : 0,
      notSent: this.options.failing ? 1 : 0,
      waitingSince: null,
      lastSyncedAt: this.options.now - 120_000,
      firstSync: this.options.firstSync,
      storage: null,
    };
  }

  /** The agency's own sign-in, where the server has one. */
  readonly browser = new FakeBrowser();

  open(): Port {
    const [core, page] = createPortPair();
    this.served = serve(core, this.handlers(), rethrowLater, () => {});
    return page;
  }

  emit<N extends EventName>(name: N, data: EventData<N>): void {
    this.served?.emit(name, data);
  }

  closeChannel(): void {
    this.served?.close();
  }

  conversation(id: string): FakeConversation {
    return this.conversations.get(id);
  }

  /** Somebody else writes. */
  receive(id: string, text: string, over: Partial<MessageView> = {}): void {
    this.tell(id, [this.conversations.receive(id, text, over)]);
  }

  tell(id: string, items: ThreadItem[], gone: string[] = [], thread: ThreadName = 'all'): void {
    const conversation = this.conversation(id);
    this.emit('thread.changed', {
      conversation: id,
      thread,
      items,
      gone,
      loading: false,
      newest: lastSeqOf(thread === 'all' ? conversation.items : conversation.notes),
      view: conversation.view,
    });
    this.emit('inbox.changed', { conversations: [id] });
  }

  private handlers(): Handlers {
    const plain = this.plainHandlers();
    const wrapped = Object.entries(plain).map(([command, handler]) => [
      command,
      (input: unknown) => {
        this.calls.push({ command, input });
        const failure = this.failures.get(command);
        if (failure) {
          this.failures.delete(command);
          throw failure;
        }
        const wait = this.waits.get(command);
        const answer = (handler as (data: unknown) => unknown)(input);
        return wait ? wait.then(() => answer) : answer;
      },
    ]);
    return Object.fromEntries(wrapped) as Handlers;
  }

  private plainHandlers(): Handlers {
    let settings: Settings = {
      theme: 'system',
      language: this.options.language,
      notifications: true,
      notificationText: true,
      undoSend: this.options.undoSend,
      quietHours: null,
      toured: this.options.toured,
      pausedUntil: null,
      closeToTray: false,
      spellCheck: false,
    };
    const conversations = this.conversations;
    return {
      ...listHandlers(conversations, this.options, this.queued),
      ...workHandlers({
        conversations,
        rows: () => allRows(conversations, this.options),
        tell: (id) => this.tell(id, []),
      }),
      ...threadHandlers({
        conversations,
        isOnline: () => this.status.connection.kind === 'online',
        heldMs: this.options.heldMs,
        tell: (id, items, gone, thread) => this.tell(id, items, gone, thread),
        tellInbox: (id) => this.emit('inbox.changed', { conversations: [id] }),
      }),
      'app.start': () => ({
        version: '0',
        capabilities: {
          notifications: 'page',
          badge: false,
          secretStore: true,
        },
        session: this.session,
        status: this.status,
        settings,
        policies: NO_POLICIES,
        server: 'https://sync.harbor.example',
      }),
      'session.signIn': ({ password }) => {
        if (password === 'wrong')
          throw new AppError('sign-in-failed', 'The e-mail address or the password is not right. Check both and try again.');
        this.session = SESSION;
        return SESSION;
      },
      ...this.browser.handlers(SESSION, () => (this.session = SESSION)),
      'session.signOut': () => {
        this.session = null;
        return {};
      },
      'settings.set': (change) => (settings = { ...settings, ...(change as Partial<Settings>) }),
      ...exportHandlers((change) => this.emit('export.changed', change)),
      ...accountHandlers(),
      ...peopleHandlers(SESSION.account.id),
      ...fileHandlers(conversations, (conversation, thread, files) =>
        this.emit('files.changed', { conversation, thread, files }),
      ),
      'team.people': () => ({ people: [ME, COLLEAGUE, EMPLOYEE] }),
      'job.act': ({ conversation, action }) => {
        const { job } = conversations.get(conversation).view;
        job.status = JOB_RULES[action].to;
        this.tell(conversation, []);
        return {};
      },
      'typing.set': () => ({}),
      'sync.retry': () => ({}),
      'sync.pause': ({ paused }) => {
        const { firstSync } = this.status;
        if (firstSync) this.status.firstSync = { ...firstSync, paused };
        this.emit('status', this.status);
        return {};
      },
      'view.state': () => ({}),
      'link.open': () => ({}),
    };
  }
}

/** A bug of the fake is one of the test: it must not pass for a failure that the app handles. */
function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
