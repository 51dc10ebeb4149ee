import { Lock, SendHorizontal, X } from 'lucide-react';
import { memo, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { findContactDetails } from '#shared/contact-details.ts';
import { LIMITS } from '#shared/limits.ts';
import type { ConversationView, MessageView } from '#shared/views.ts';

import { wordsOf } from '../connect.ts';
import { Button } from '../parts/Button.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { FOCUS, focusOn } from '../state/navigate.ts';
import type { Place } from '../state/thread-store.ts';
import { firstName, isolate, listNames } from '../words/sentences.ts';
import { MENTION_LIST, mentionId, MentionList } from './MentionList.tsx';
import { audienceOf } from './people.ts';
import { useDraft } from './use-draft.ts';
import { useMentions } from './use-mentions.ts';
import { useTypingSignal } from './use-typing-signal.ts';

const COUNT_FROM = LIMITS.textLength - 500;

export type ComposerProps = {
  place: Place;
  conversation: ConversationView;
  /** The draft as it was kept when the thread was opened. */
  kept: string;
  reply: MessageView | null;
  onReply: (item: MessageView | null) => void;
};

function Attached({
  title,
  text,
  stop,
  onStop,
}: {
  title: string;
  text: ReactNode;
  stop: string;
  onStop: () => void;
}): ReactElement {
  return (
    <div className="flex items-start gap-2 border-b border-n5 px-3 py-2">
      <div className="min-w-0 flex-1 border-s-2 border-accent ps-2">
        <p className="text-xs font-medium text-n11">{title}</p>
        <p dir="auto" className="truncate text-sm text-n11">
          {text}
        </p>
      </div>
      <button
        type="button"
        aria-label={stop}
        onClick={onStop}
        className="inline-flex size-6 items-center justify-center rounded-sm text-n11 hover:bg-n3"
      >
        <X className="size-4" aria-hidden="true" />
      </button>
    </div>
  );
}

export const Composer = memo(function Composer({ place, conversation, kept, reply, onReply }: ComposerProps): ReactElement {
  const { t, i18n } = useTranslation();
  const app = useApp();
  const account = useSlice('session', (state) => (state.phase.kind === 'signed-in' ? state.phase.session.account : null));
  const asked = useSlice('ui', (state) => state.fixing);
  const here = useSlice(
    'thread',
    ({ shown }) => asked !== null && shown.kind === 'open' && shown.items.some((item) => item.key === asked.key),
  );
  const fixing = here ? asked : null;
  const [draft, setDraft] = useState(kept);
  const [corrected, setCorrected] = useState<{ key: string; text: string } | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const people = audienceOf(conversation, account?.id ?? '');
  const team = place.thread === 'team';
  const keep = useDraft(place, (error) => setFailure(t('composer.draftFailed', { why: wordsOf(error) })));
  const typing = useTypingSignal(place);
  const filter = useSlice('session', (state) => (state.phase.kind === 'signed-in' ? state.phase.session.contactFilter : 'off'));
  const fix = fixing && corrected?.key === fixing.key ? corrected.text : (fixing?.text ?? '');

  const text = fixing ? fix : draft;
  const change = (next: string): void => {
    if (fixing) return setCorrected({ key: fixing.key, text: next });
    setDraft(next);
    app.thread.getState().wrote(next);
    keep.change(next);
    typing(next.trim() !== '');
  };
  const held = !team && filter !== 'off' && findContactDetails(text).length > 0 ? filter : 'off';
  const mentions = useMentions(people, field, change);

  const stopFixing = (): void => {
    setCorrected(null);
    app.ui.setState({ fixing: null });
  };
  const send = (): void => {
    if (text.trim() === '' || text.length > LIMITS.textLength || !account || held === 'block') return;
    setFailure(null);
    mentions.close();
    if (fixing) {
      app.connection
        .send('message.retry', { key: fixing.key, text: fix })
        .then(stopFixing, (error: unknown) => setFailure(t('composer.failed', { why: wordsOf(error) })));
      return;
    }
    const message = { text, mentions: mentions.of(text), reply };
    change('');
    keep.flush();
    onReply(null);
    app.thread
      .getState()
      .send({ id: account.id, name: account.name, role: account.role }, message)
      .catch((error: unknown) => {
        setFailure(t('composer.failed', { why: wordsOf(error) }));
        onReply(message.reply);
        // What was written meanwhile stays behind what comes back.
        setDraft((now) => {
          const back = now === '' ? message.text : `${message.text}\n${now}`;
          app.thread.getState().wrote(back);
          keep.change(back);
          return back;
        });
      });
  };

  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing || mentions.press(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) send();
    else if (event.key === 'Escape') {
      if (fixing) stopFixing();
      else if (reply) onReply(null);
      else focusOn('messages');
    } else return;
    event.preventDefault();
  };

  const [lock] = conversation.locks;
  if (lock) {
    return (
      <div className="flex items-start gap-3 border-t border-n5 bg-n2 px-6 py-4 text-sm text-n11" data-testid="composer-locked">
        <Lock className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
        <p>{t(`lock.${lock}`)}</p>
      </div>
    );
  }

  const names = people.map((person) => person.name);
  const audience = names.length > 0 ? listNames(names, i18n.language) : t('composer.nobody');
  const left = LIMITS.textLength - text.length;
  const active = mentions.offered[mentions.active];
  return (
    <div className="relative px-4 pb-4">
      <div
        className={`relative rounded-md border focus-within:border-accent-text ${team ? 'border-amber-line bg-amber-tint' : 'border-n7 bg-n1'}`}
      >
        {mentions.offered.length > 0 && <MentionList people={mentions.offered} active={mentions.active} onPick={mentions.pick} />}
        {fixing && <Attached title={t('composer.fixing')} text={fixing.text} stop={t('common.cancel')} onStop={stopFixing} />}
        {!fixing && reply && (
          <Attached
            title={t('composer.replying', { name: isolate(firstName(reply.author.name)) })}
            text={reply.text || t('inbox.files', { count: reply.attachments.length })}
            stop={t('composer.stopReplying')}
            onStop={() => onReply(null)}
          />
        )}
        <textarea
          ref={field}
          id={FOCUS.composer}
          rows={1}
          dir="auto"
          spellCheck
          value={text}
          aria-label={
            team ? t('composer.noteLabel', { agency: conversation.agency.name }) : t('composer.label', { names: audience })
          }
          aria-describedby="composer-audience"
          aria-autocomplete="list"
          aria-controls={active ? MENTION_LIST : undefined}
          aria-activedescendant={active ? mentionId(active) : undefined}
          placeholder={team ? t('composer.notePlaceholder') : t('composer.placeholder')}
          onChange={(event) => {
            change(event.target.value);
            mentions.look(event.target);
          }}
          onSelect={(event) => mentions.look(event.currentTarget)}
          onKeyDown={press}
          onBlur={() => {
            keep.flush();
            typing(false);
            mentions.close();
          }}
          className="composer-box block w-full resize-none bg-transparent px-3 pt-3 pb-1 text-base text-n12 outline-none placeholder:text-n10"
        />
        <div className="flex items-center gap-3 ps-3 pe-2 pb-2">
          <p
            id="composer-audience"
            className={`min-w-0 flex-1 truncate text-xs ${team ? 'text-amber' : 'text-n11'}`}
            title={team ? undefined : audience}
          >
            {team ? (
              <span className="inline-flex items-center gap-1">
                <Lock className="size-3" aria-hidden="true" />
                <span className="font-medium">{t('composer.team')}</span>
                <span>{t('composer.teamOnly', { agency: isolate(conversation.agency.name) })}</span>
              </span>
            ) : (
              <>
                <span className="font-medium text-n12">{t('composer.everyone')}</span>: {audience}
              </>
            )}
          </p>
          {text.length >= COUNT_FROM && (
            <span role="status" className={`shrink-0 text-xs tabular-nums ${left < 0 ? 'font-medium text-red' : 'text-n11'}`}>
              {left < 0 ? t('composer.tooLong', { count: -left }) : t('composer.left', { count: left })}
            </span>
          )}
          <Button
            kind="primary"
            className="h-7 px-2 text-xs"
            disabled={text.trim() === '' || left < 0 || held === 'block'}
            title={t('composer.hint')}
            onClick={send}
          >
            {team ? t('composer.addNote') : t('composer.send')}
            <SendHorizontal className="size-3.5 rtl:-scale-x-100" aria-hidden="true" />
          </Button>
        </div>
      </div>
      {held !== 'off' && (
        <p role="status" className={`mt-2 px-3 text-sm ${held === 'block' ? 'text-red' : 'text-amber'}`}>
          {held === 'block' ? t('composer.contactBlock') : t('composer.contactWarn')}
        </p>
      )}
      {failure !== null && (
        <p role="alert" className="mt-2 px-3 text-sm text-red">
          {failure}
        </p>
      )}
    </div>
  );
});
