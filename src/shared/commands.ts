import { z } from 'zod';

import { AGENCY_ROLES, agencyPeople, agencyPerson, invitationWanted } from './agency-views.ts';
import { capabilities, deviceView, queueItem, sessionView, settingsView, storageUsage, syncStatus } from './app-views.ts';
import { EXPORT_FORMATS, exportSaved } from './export-views.ts';
import { attachmentFact, labelName } from './facts.ts';
import { fileLimits } from './file-views.ts';
import { THREADS } from './ids.ts';
import { JOB_ACTIONS } from './job-states.ts';
import { LIMITS } from './limits.ts';
import { policiesView } from './policies.ts';
import { paletteFound, searchResult } from './search-views.ts';
import { cannedReply, threadFile } from './thread-views.ts';
import { count, inboxPage, inboxRow, personView, replyView, threadPage, threadSnapshot } from './views.ts';
import { formerValue, inboxChoice, markChange, MOST_AT_ONCE } from './work-list.ts';

/**
 * Every command that the renderer may give, with its shapes. Types, the client proxy, the validating dispatcher (`bridge.ts`) and the
 * fakes derive from this value. JSON only.
 */
export const none = z.strictObject({});
export const place = { conversation: z.string(), thread: z.enum(THREADS) };

function command<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): { input: I; output: O } {
  return { input, output };
}

export const COMMANDS = {
  /** The first call of a page. `session` is `null` before the first sign-in on this machine. */
  'app.start': command(
    none,
    z.object({
      version: z.string(),
      capabilities,
      session: sessionView.nullable(),
      status: syncStatus,
      settings: settingsView,
      /** What the organisation settled for this machine. */
      policies: policiesView,
      /** What the sign-in form starts with. */
      server: z.string(),
    }),
  ),
  /** How people can sign in at a server, of what the organisation allows. Needs the network. Fails with server-unreachable, forbidden. */
  'session.methods': command(
    z.strictObject({ server: z.string().max(2_000) }),
    z.object({ password: z.boolean(), oidc: z.object({ name: z.string() }).nullable() }),
  ),
  /**
   * In the person's browser, where the server says; answers when they came back, or after some minutes. Fails as `session.signIn`, and with
   * sign-in-failed when it was declined, stopped or not finished in time, conflict when the server has no such sign-in, forbidden.
   */
  'session.signInByBrowser': command(z.strictObject({ server: z.string().max(2_000) }), sessionView),
  /** The one in the browser is waited for no longer. */
  'session.stopSignIn': command(none, none),
  /** Needs the network. Fails with sign-in-failed, account-disabled, server-unreachable, too-many-requests, forbidden. */
  'session.signIn': command(
    z.strictObject({ server: z.string().max(2_000), email: z.string().max(254), password: z.string().max(1_024) }),
    sessionView,
  ),
  /** `wipe` also deletes everything of this account from this machine, queued replies included. */
  'session.signOut': command(z.strictObject({ wipe: z.boolean() }), none),
  'settings.set': command(settingsView.partial().strict(), settingsView),

  /** Where this account is signed in, and the end of one of these. Need the network. */
  'account.devices': command(none, z.object({ devices: z.array(deviceView) })),
  /** `wipe`: what the app there keeps of this account goes as soon as it hears of it, unsent messages too. */
  'account.endDevice': command(z.strictObject({ id: z.string(), wipe: z.boolean() }), none),
  /** Every other session ends. Needs the network. Fails with sign-in-failed (the present one is wrong), bad-request (its rules). */
  'account.changePassword': command(
    z.strictObject({ current: z.string().min(1).max(1_024), next: z.string().min(1).max(1_024) }),
    none,
  ),
  /** The agency's people and open invitations, for its owners. These need the network, and fail with forbidden for others. */
  'people.list': command(none, agencyPeople),
  /** `link`: told this once; it works once, for seven days. Fails with bad-request, conflict (has an account already). */
  'people.invite': command(invitationWanted, z.object({ link: z.string() })),
  'people.withdraw': command(z.strictObject({ id: z.string() }), none),
  /** At once everywhere; what somebody who is shut out has on their machines goes. Fails with forbidden for oneself. */
  'people.change': command(
    z.strictObject({ id: z.string(), role: z.enum(AGENCY_ROLES).optional(), disabled: z.boolean().optional() }),
    agencyPerson,
  ),
  'storage.usage': command(none, storageUsage),
  /** Removes the files that can be fetched again. */
  'storage.clearFiles': command(none, storageUsage),
  /** Shows one now, whatever the settings say. */
  'notify.test': command(none, none),
  /** Whether the system starts the app when this person signs in; where `capabilities.startAtLogin`. */
  'startup.read': command(none, z.object({ on: z.boolean() })),
  'startup.set': command(z.strictObject({ on: z.boolean() }), z.object({ on: z.boolean() })),
  /** For those who help: without a message, a name or a token. */
  diagnostics: command(none, z.object({ text: z.string() })),

  'inbox.list': command(inboxChoice.extend({ offset: count, limit: count.max(200) }), inboxPage),
  /** The rows of these, wherever they stand; who isn't here is left out. */
  'inbox.rows': command(
    z.strictObject({ conversations: z.array(z.string()).max(MOST_AT_ONCE) }),
    z.object({ rows: z.array(inboxRow) }),
  ),
  /** The first of what a choice shows, in its order. */
  'inbox.ids': command(
    inboxChoice.extend({ limit: count.max(MOST_AT_ONCE).default(MOST_AT_ONCE) }),
    z.object({ ids: z.array(z.string()) }),
  ),
  /** What was chosen last on this machine. */
  'inbox.choice': command(none, inboxChoice),
  'inbox.choose': command(inboxChoice, none),

  /** For this person alone, on all their devices; durable when it answers. Fails with bad-request for a time that has passed. */
  'own.mark': command(
    z.strictObject({ conversations: z.array(z.string()).max(MOST_AT_ONCE), change: markChange }),
    z.object({ before: z.array(formerValue) }),
  ),
  /** Puts back what `own.mark` answered with. */
  'own.restore': command(z.strictObject({ before: z.array(formerValue).max(MOST_AT_ONCE * 2) }), none),
  /** Reads everything that is known of these, and takes their unread marks away. `before` holds the marks alone: reading can't be taken back. */
  'own.read': command(
    z.strictObject({ conversations: z.array(z.string()).max(MOST_AT_ONCE) }),
    z.object({ before: z.array(formerValue) }),
  ),

  /** Opens a thread at `at`, else at its first unread, else at its end, and keeps it in step until `thread.close`. */
  'thread.open': command(
    z.strictObject({ ...place, at: z.number().int().optional(), limit: count.max(300).default(80) }),
    threadSnapshot,
  ),
  'thread.close': command(z.strictObject(place), none),
  /** The page before or after a `seq`, oldest first; queued messages stand behind the last. */
  'thread.page': command(
    z.strictObject({ ...place, before: z.number().int().optional(), after: z.number().int().optional(), limit: count.max(300) }),
    threadPage,
  ),
  /** The first item of this time (ms since 1970) or later. */
  'thread.at': command(z.strictObject({ ...place, at: z.number().int() }), z.object({ seq: z.number().int().nullable() })),
  /** Where a message stands; `null` when it isn't here. */
  'thread.find': command(z.strictObject({ ...place, key: z.string() }), z.object({ seq: z.number().int().nullable() })),
  /** Newest first. */
  'thread.files': command(
    z.strictObject({ ...place, limit: count.max(1_000).default(200) }),
    z.object({ files: z.array(threadFile) }),
  ),
  /** These messages, up to `seq`, were on screen in a focused window. */
  'thread.seen': command(z.strictObject({ ...place, seq: count }), none),

  /** Durable when it answers: in the outbox, sent as soon as there is a network. */
  'message.send': command(
    z.strictObject({
      ...place,
      text: z.string().max(LIMITS.textLength),
      mentions: z.array(z.string()).max(LIMITS.mentions).default([]),
      attachments: z.array(attachmentFact).max(LIMITS.attachments).default([]),
      /** Own files of this draft, in their order; it goes out when they are uploaded. Fails with conflict when one isn't there or was refused. */
      files: z.array(z.string()).max(LIMITS.attachments).default([]),
      replyTo: z.string().optional(),
      /** While connected it is kept back for some seconds, in which `message.undo` takes it back. */
      undoable: z.boolean().default(false),
    }),
    z.object({ key: z.string() }),
  ),
  /** Durable when they answer, like a message. Fail with forbidden (another's), conflict (removed, or too late). `key`: the entry that says so. */
  'message.edit': command(
    z.strictObject({
      ...place,
      of: z.string(),
      text: z.string().max(LIMITS.textLength),
      mentions: z.array(z.string()).max(LIMITS.mentions).default([]),
    }),
    z.object({ key: z.string() }),
  ),
  /** `key` is `null` when it never went out, and is gone for good. */
  'message.remove': command(
    z.strictObject({ ...place, of: z.string(), undoable: z.boolean().default(false) }),
    z.object({ key: z.string().nullable() }),
  ),
  'message.react': command(
    z.strictObject({ ...place, to: z.string(), emoji: z.string().min(1).max(LIMITS.emojiLength), on: z.boolean() }),
    z.object({ key: z.string().nullable() }),
  ),
  /** Takes back what is `held`. Fails with conflict when it went out. */
  'message.undo': command(
    z.strictObject({ key: z.string() }),
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('message'),
        text: z.string(),
        mentions: z.array(personView),
        attachments: z.array(attachmentFact),
        replyTo: replyView.nullable(),
      }),
      z.object({ kind: z.literal('remove') }),
    ]),
  ),
  /** What is held goes out now. */
  'message.release': command(none, none),
  /** Tries a message that was not sent again, with another text or without some of its files if given. */
  'message.retry': command(
    z.strictObject({
      key: z.string(),
      text: z.string().max(LIMITS.textLength).optional(),
      /** With another text: whom that mentions. */
      mentions: z.array(z.string()).max(LIMITS.mentions).optional(),
      without: z.array(z.string()).max(LIMITS.attachments).default([]),
    }),
    none,
  ),
  /**
   * Takes a file out of an own message that was not put on the wire yet: it goes on without it, or is gone where nothing else was in it.
   * Fails with conflict if it was sent meanwhile.
   */
  'message.withoutFile': command(
    z.strictObject({ key: z.string(), file: z.string() }),
    z.object({ left: z.enum(['message', 'nothing']) }),
  ),
  /** Drops a message that was not sent. Fails with conflict if it was sent meanwhile. */
  'message.discard': command(z.strictObject({ key: z.string() }), none),

  /** For the agency's staff; durable when it answers, like a message. `to`: one of `team.people`, or nobody. Fails with forbidden. */
  'team.assign': command(z.strictObject({ conversation: z.string(), to: z.string().nullable() }), z.object({ key: z.string() })),
  /** Fails with conflict when as many labels stand there as may. */
  'team.label': command(
    z.strictObject({ conversation: z.string(), name: labelName, on: z.boolean() }),
    z.object({ key: z.string() }),
  ),
  'team.resolve': command(z.strictObject({ conversation: z.string(), on: z.boolean() }), z.object({ key: z.string() })),
  /** To whom this job may be assigned. */
  'team.people': command(z.strictObject({ conversation: z.string() }), z.object({ people: z.array(personView) })),

  /** Leads the job on. Needs the network. Fails with forbidden, conflict (its state is another by now), not-found, offline. */
  'job.act': command(z.strictObject({ conversation: z.string(), action: z.enum(JOB_ACTIONS) }), none),

  'draft.set': command(
    z.strictObject({
      ...place,
      text: z.string().max(LIMITS.textLength * 2),
      mentions: z.array(z.string()).default([]),
      replyTo: z.string().nullable().default(null),
      caret: count.nullable().default(null),
      /** `draftShared.adopted` as the page had it: what came in between is put aside. `null`: it knows of none. */
      over: count.nullable().default(null),
      /** `drop`: what was put aside is in the text now, or isn't wanted. */
      aside: z.enum(['keep', 'drop']).default('keep'),
    }),
    none,
  ),
  /** What may be sent, also without a network. The files themselves are given to the host by `POST /files` (`givenFile`). */
  'files.limits': command(none, fileLimits),
  /** Takes a file out of its draft. Fails with conflict when it is in a message. */
  'files.remove': command(z.strictObject({ id: z.string() }), none),
  /** Tries a file of a draft that was refused again. */
  'files.retry': command(z.strictObject({ id: z.string() }), none),
  /** Into the draft of the other thread of a conversation. */
  'files.move': command(z.strictObject({ ids: z.array(z.string()).max(LIMITS.attachments), ...place }), none),
  /**
   * Writes a thread down from what is on this machine; `export.changed` tells how far it is. Fails with forbidden (notes for other than staff, or
   * a policy), conflict while another one is made.
   */
  'export.start': command(z.strictObject({ ...place, format: z.enum(EXPORT_FORMATS) }), z.object({ id: z.string() })),
  /** Gives it up, or throws away what was made. */
  'export.cancel': command(z.strictObject({ id: z.string() }), none),
  /** Where the person wants it: asked by the host, or fetched by the page from an address that works once. */
  'export.save': command(z.strictObject({ id: z.string() }), exportSaved),
  /** Texts to answer with, on all devices of this person; durable when it answers. `put` fails with conflict when there are as many as may be. */
  'replies.list': command(none, z.object({ replies: z.array(cannedReply) })),
  'replies.put': command(cannedReply, none),
  'replies.remove': command(z.strictObject({ id: z.string() }), none),
  /** One is typing; the core repeats and ends it. `typing: false` ends it at once. */
  'typing.set': command(z.strictObject({ ...place, typing: z.boolean() }), none),

  search: command(
    z.strictObject({ query: z.string().max(200), offset: count.default(0), limit: count.max(100).default(30) }),
    searchResult,
  ),
  /** People and jobs by a few letters of their names; with `person`, that person's conversations. */
  'palette.find': command(z.strictObject({ query: z.string().max(200), person: z.string().nullable() }), paletteFound),
  'queue.list': command(none, z.object({ items: z.array(queueItem) })),
  /** Connects now rather than when the back-off says. */
  'sync.retry': command(none, none),
  'sync.pause': command(z.strictObject({ paused: z.boolean() }), none),

  /** What is in front of the person: decides about notifications and read receipts. */
  'view.state': command(z.strictObject({ focused: z.boolean(), open: z.strictObject(place).nullable() }), none),
  /** A link that somebody wrote. Only http, https, mailto and tel are opened. */
  'link.open': command(z.strictObject({ url: z.string().max(4_000) }), none),
} as const;
