import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { findContactDetails } from '#shared/contact-details.ts';
import { LIMITS } from '#shared/limits.ts';
import type { PersonView, ReplyView } from '#shared/views.ts';

import { wordsOf } from '../connect.ts';
import { whenAdded } from '../files/give.ts';
import { useApp, useSlice } from '../state/app.ts';
import { draftFiles } from '../state/files-store.ts';
import { openThread } from '../state/navigate.ts';
import { samePlace } from '../state/thread-store.ts';
import type { Fixing } from '../state/ui-store.ts';
import type { ComposerProps } from './Composer.tsx';
import { looksMeantForTeam } from './team-check.ts';
import { useDraft } from './use-draft.ts';
import { useMentions, type Mentions } from './use-mentions.ts';
import { useMentionable } from './use-people.ts';
import { useTypingSignal } from './use-typing-signal.ts';

export type ComposerState = {
  text: string;
  fixing: Fixing | null;
  failure: string | null;
  /** What the agency does about the contact details in it. */
  held: 'off' | 'warn' | 'block';
  /** It looks meant for the team, and waits for an answer. */
  asks: boolean;
  mentions: Mentions;
  change: (text: string) => void;
  /** The caret moved. */
  moved: () => void;
  left: () => void;
  send: (sure?: boolean) => void;
  stopAsking: () => void;
  moveToNotes: () => void;
  stopFixing: () => void;
  /** What was put aside joins the text, or goes. */
  addAside: () => void;
  dropAside: () => void;
};

type Put = { text: string; mentions: readonly PersonView[]; reply: ReplyView | null };

/** What one writes, from the first letter to the outbox. */
export function useComposer(
  { place, conversation, kept, around, news, reply, onReply }: ComposerProps,
  field: RefObject<HTMLTextAreaElement | null>,
): ComposerState {
  const { t } = useTranslation();
  const app = useApp();
  const session = useSlice('session', (state) => (state.phase.kind === 'signed-in' ? state.phase.session : null));
  const undoable = useSlice('session', (state) => state.settings.undoSend);
  const account = session?.account ?? null;
  const asked = useSlice('ui', (state) => state.fixing);
  const comeBack = useSlice('ui', (state) => state.comeBack);
  const here = useSlice(
    'thread',
    ({ shown }) => asked !== null && shown.kind === 'open' && shown.items.some((item) => item.key === asked.key),
  );
  const fixing = here ? asked : null;
  const [draft, setDraft] = useState(kept);
  const latest = useRef(kept);
  /** Which draft of another device the field shows, or is written over. */
  const over = useRef(news.shared.adopted);
  const [failure, setFailure] = useState<string | null>(null);
  const [asks, setAsks] = useState(false);
  const team = place.thread === 'team';
  const people = useMentionable(place, conversation, account?.id ?? '');
  // That a message was not sent says more than that its draft isn't kept either.
  const keep = useDraft(place, (error) => setFailure((said) => said ?? t('composer.draftFailed', { why: wordsOf(error) })));
  const disk = useSlice('status', (state) => state.sync.storage === null);
  const typing = useTypingSignal(place);
  const corrected = useSlice('ui', (state) => (fixing ? state.corrections.get(fixing.key) : undefined));
  const fix = corrected ?? fixing?.text ?? '';
  const text = fixing ? fix : draft;

  const change = (next: string): void => {
    setAsks(false);
    if (fixing) return app.ui.getState().correct(fixing.key, next);
    latest.current = next;
    setDraft(next);
    app.thread.getState().wrote(next);
    save(next, reply);
    typing(next.trim() !== '');
  };
  const mentions = useMentions(people, field, change, around.mentions);
  /** Messages that the core has not taken yet: until it has, their words stay in the draft on the disk. */
  const going = useRef(0);
  const save = (next: string, answers: ReplyView | null): void => {
    if (next === '' && going.current > 0) return;
    keep.change({
      text: next,
      mentions: mentions.of(next).map((person) => person.id),
      replyTo: answers?.key ?? null,
      caret: field.current?.selectionStart ?? null,
      over: over.current,
    });
  };

  const putBack = (back: Put): void => {
    mentions.means(back.mentions);
    onReply(back.reply);
    // What was written meanwhile stays behind what comes back.
    setDraft((now) => {
      const next = now === '' ? back.text : `${back.text}\n${now}`;
      latest.current = next;
      app.thread.getState().wrote(next);
      save(next, back.reply);
      return next;
    });
  };
  const puts = useRef(putBack);
  const saves = useRef(save);
  useEffect(() => {
    puts.current = putBack;
    saves.current = save;
    sends.current = send;
  });
  useEffect(
    () => () => {
      // What still waits for a file when its thread is left stays there as a draft: it must not go to who is shown next.
      sends.current = () => undefined;
    },
    [],
  );
  useEffect(() => {
    if (!comeBack || !samePlace(comeBack.place, place)) return;
    app.ui.setState({ comeBack: null });
    puts.current(comeBack);
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(comeBack.text.length, comeBack.text.length);
    });
  }, [app, comeBack, place, field]);
  const first = useRef(true);
  useEffect(() => {
    // What it answers is kept as well; but what was kept already is not news.
    if (!first.current) saves.current(latest.current, reply);
    first.current = false;
    // oxlint-disable-next-line react/exhaustive-deps -- the text keeps itself
  }, [reply?.key]);
  useEffect(() => {
    if (around.caret !== null) field.current?.setSelectionRange(around.caret, around.caret);
    // oxlint-disable-next-line react/exhaustive-deps -- where the caret was when the thread was left
  }, []);
  useEffect(() => {
    if (asked) mentions.means(asked.mentions);
    // oxlint-disable-next-line react/exhaustive-deps -- once for each message that is edited
  }, [asked]);

  const fits = useRef(disk);
  useEffect(() => {
    const again = disk && !fits.current;
    fits.current = disk;
    if (!again) return;
    // The disk takes it again: what stands here is kept, and nothing is wrong with it any more.
    setFailure(null);
    saves.current(latest.current, reply);
    keep.flush();
    // oxlint-disable-next-line react/exhaustive-deps -- once for each time that there is room again
  }, [disk]);
  useEffect(() => {
    const { adopted } = news.shared;
    // What is being written stays: the core puts the other words aside with the next key that is kept.
    if (adopted === over.current || keep.waits()) return;
    over.current = adopted;
    latest.current = news.text;
    setDraft(news.text);
    app.thread.getState().wrote(news.text);
    mentions.means(news.mentions);
    onReply(news.replyTo);
    // oxlint-disable-next-line react/exhaustive-deps -- once for each time that another device wrote
  }, [news]);

  const filter = session?.contactFilter ?? 'off';
  const held = !team && filter !== 'off' && findContactDetails(text).length > 0 ? filter : 'off';
  const stopFixing = useCallback((): void => {
    const { fixing: left, correct } = app.ui.getState();
    if (left) correct(left.key, null);
    app.ui.setState({ fixing: null });
  }, [app]);

  const sendFix = (fixed: Fixing): void => {
    const ids = mentions.of(fix).map((person) => person.id);
    const work: Promise<unknown> =
      fixed.kind === 'retry'
        ? app.connection.send('message.retry', { key: fixed.key, text: fix, mentions: ids })
        : fix === fixed.text
          ? Promise.resolve()
          : app.connection.send('message.edit', { ...place, of: fixed.key, text: fix, mentions: ids });
    work.then(stopFixing, (error: unknown) => setFailure(t('composer.failed', { why: wordsOf(error) })));
  };
  const sends = useRef<(sure: boolean) => void>(() => undefined);
  const send = (sure = false): void => {
    const { heading } = app.thread.getState();
    // Another thread was chosen, and this one is shown for some ms more: who presses Enter now means the other one.
    if (heading !== null && !samePlace(heading, place)) return;
    if (!fixing && app.files.getState().adding.some((one) => samePlace(one.place, place))) {
      void whenAdded(app, place).then(() => sends.current(sure));
      return;
    }
    const files = fixing ? [] : draftFiles(app.files.getState());
    if (files.some((file) => file.state.kind === 'refused')) return setFailure(t('upload.takeOut'));
    if ((text.trim() === '' && files.length === 0) || text.length > LIMITS.textLength || !account || held === 'block') return;
    setFailure(null);
    app.ui.setState({ threadTrouble: null });
    mentions.close();
    if (fixing) return sendFix(fixing);
    const message = { text, mentions: mentions.of(text), reply };
    if (!sure && !team && conversation.team !== null && looksMeantForTeam(text, message.mentions)) return setAsks(true);
    app.files.getState().leave(files.map((file) => file.id));
    // Into the outbox before the draft goes: a crash in between leaves the words twice rather than nowhere.
    const author = { id: account.id, name: account.name, role: account.role };
    going.current++;
    const taken = app.thread.getState().send(place, author, { ...message, undoable, files });
    change('');
    onReply(null);
    taken.then(
      () => {
        going.current--;
        if (latest.current === '') keep.change({ text: '', mentions: [], replyTo: null, caret: 0, over: over.current });
        keep.flush();
      },
      (error: unknown) => {
        going.current--;
        app.files.getState().stay(files.map((file) => file.id));
        setFailure(t('composer.failed', { why: wordsOf(error) }));
        putBack(message);
      },
    );
  };

  const settleAside = (next: string): void => {
    app.thread.getState().dropAside();
    if (next !== latest.current) {
      latest.current = next;
      setDraft(next);
      app.thread.getState().wrote(next);
    }
    keep.change({
      text: next,
      mentions: mentions.of(next).map((person) => person.id),
      replyTo: reply?.key ?? null,
      caret: next.length,
      over: over.current,
      aside: 'drop',
    });
    keep.flush();
    field.current?.focus();
  };

  const moved = (): void => {
    // The caret may be told of with the very key that sent the text, to a drawing that still has it.
    if (!fixing && latest.current !== '') save(latest.current, reply);
  };

  return {
    text,
    fixing,
    failure,
    held,
    asks,
    mentions,
    change,
    moved,
    left: () => {
      moved();
      keep.flush();
      typing(false);
      mentions.close();
    },
    send,
    stopAsking: () => {
      setAsks(false);
      field.current?.focus();
    },
    moveToNotes: () => {
      const notes = { ...place, thread: 'team' as const };
      const ids = draftFiles(app.files.getState()).map((file) => file.id);
      if (ids.length > 0) {
        app.connection
          .send('files.move', { ids, ...notes })
          .catch((error: unknown) => app.ui.setState({ threadTrouble: wordsOf(error) }));
      }
      app.ui.setState({ comeBack: { place: notes, text, mentions: mentions.of(text), reply: null } });
      change('');
      keep.flush();
      openThread(app, notes);
    },
    stopFixing,
    addAside: () => settleAside([latest.current, news.shared.aside ?? ''].filter(Boolean).join('\n')),
    dropAside: () => settleAside(latest.current),
  };
}
