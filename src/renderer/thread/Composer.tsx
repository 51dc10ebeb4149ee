import { Lock, SendHorizontal, Smile } from 'lucide-react';
import { memo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { LIMITS } from '#shared/limits.ts';
import type { ConversationView, DraftAround, DraftNews, ReplyView } from '#shared/views.ts';

import { EmojiPopover } from '../emoji/EmojiPopover.tsx';
import { AttachButton } from '../files/AttachButton.tsx';
import { FileStrip } from '../files/FileStrip.tsx';
import { Button } from '../parts/Button.tsx';
import { chordOf, pressed } from '../shortcuts/keys.ts';
import { useApp, useSlice } from '../state/app.ts';
import { draftFiles } from '../state/files-store.ts';
import { beginEdit, heldIn, mayChange, undo } from '../state/message-actions.ts';
import { FOCUS, focusOn } from '../state/navigate.ts';
import type { Place } from '../state/thread-store.ts';
import { firstName, isolate, listNames } from '../words/sentences.ts';
import { Attached } from './Attached.tsx';
import { AudienceSwitch } from './AudienceSwitch.tsx';
import { CANNED_LIST, cannedId, CannedList } from './CannedList.tsx';
import { DraftAside } from './DraftAside.tsx';
import { MENTION_LIST, mentionId, MentionList } from './MentionList.tsx';
import { audienceOf } from './people.ts';
import { TeamCheck } from './TeamCheck.tsx';
import { useCanned } from './use-canned.ts';
import { useComposer } from './use-composer.ts';

const COUNT_FROM = LIMITS.textLength - 500;

export type ComposerProps = {
  place: Place;
  conversation: ConversationView;
  /** The draft as it was kept when the thread was opened. */
  kept: string;
  around: DraftAround;
  /** The draft as the core told of it last. */
  news: DraftNews;
  reply: ReplyView | null;
  onReply: (reply: ReplyView | null) => void;
};

export const Composer = memo(function Composer(props: ComposerProps): ReactElement {
  const { place, conversation, reply, onReply } = props;
  const { t, i18n } = useTranslation();
  const app = useApp();
  const me = useSlice('session', (state) => (state.phase.kind === 'signed-in' ? state.phase.session.account : null));
  const trouble = useSlice('ui', (state) => state.threadTrouble);
  const field = useRef<HTMLTextAreaElement>(null);
  const [picker, setPicker] = useState<Element | null>(null);
  const composer = useComposer(props, field);
  const { text, fixing, mentions, held, change } = composer;
  const canned = useCanned(field, change, { conversation, me }, () => app.ui.getState().show('canned'));
  const files = useSlice('files', (state) => !fixing && draftFiles(state).length + state.adding.length > 0);
  const team = place.thread === 'team';
  const isStaff = conversation.team !== null;

  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing || mentions.press(event) || canned.press(event)) return;
    const { shown } = app.thread.getState();
    const items = shown.kind === 'open' ? shown.items : [];
    const sent = heldIn(shown);
    const id = pressed(event, 'field');
    // Ctrl+Enter is what many are used to.
    if (id === 'send' || chordOf(event) === 'Mod+Enter') composer.send();
    else if (id === 'undo' && text === '' && sent !== null) undo(app, sent.key, sent.place);
    else if (id === 'editLast' && text === '' && !fixing) {
      const last = items.findLast((item) => item.kind === 'message' && mayChange(app, item));
      if (last?.kind !== 'message') return;
      beginEdit(app, last);
    } else if (event.key === 'Escape') {
      if (fixing) composer.stopFixing();
      else if (reply) onReply(null);
      else focusOn('messages');
    } else return;
    event.preventDefault();
  };
  const insert = (sign: string): void => {
    setPicker(null);
    const [start, end] = [field.current?.selectionStart ?? text.length, field.current?.selectionEnd ?? text.length];
    change(text.slice(0, start) + sign + text.slice(end));
    requestAnimationFrame(() => field.current?.setSelectionRange(start + sign.length, start + sign.length));
  };

  const [lock] = conversation.locks;
  if (lock && !team) {
    return (
      <div
        className="flex items-start gap-3 border-t border-n5 bg-n2 px-6 py-4 text-sm text-n11 max-two:flex-wrap max-two:px-4"
        data-testid="composer-locked"
      >
        <Lock className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
        {/* As wide as the pane but for the lock, where the switch has no room beside it. */}
        <p className="min-w-0 flex-1 max-two:min-w-50">{t(`lock.${lock}`)}</p>
        {isStaff && <AudienceSwitch conversation={conversation} thread={place.thread} />}
      </div>
    );
  }

  const names = audienceOf(conversation, me?.id ?? '').map((person) => person.name);
  const audience = names.length > 0 ? listNames(names, i18n.language) : t('composer.nobody');
  const left = LIMITS.textLength - text.length;
  const mentioned = mentions.offered[mentions.active];
  const list = mentioned
    ? { id: MENTION_LIST, active: mentionId(mentioned) }
    : canned.offered
      ? { id: CANNED_LIST, active: cannedId(canned.active) }
      : null;
  const failure = composer.failure ?? trouble;
  return (
    <div className="relative px-4 pb-4">
      <div
        className={`@container relative rounded-md border focus-within:border-accent-text ${team ? 'border-amber-line bg-amber-tint' : 'border-n7 bg-n1'}`}
      >
        {mentions.offered.length > 0 && <MentionList people={mentions.offered} active={mentions.active} onPick={mentions.pick} />}
        {canned.offered && <CannedList replies={canned.offered} active={canned.active} onPick={canned.pick} />}
        {composer.asks && (
          <TeamCheck
            audience={audience}
            onMove={composer.moveToNotes}
            onSend={() => {
              composer.send(true);
              field.current?.focus();
            }}
            onStop={composer.stopAsking}
          />
        )}
        {fixing && (
          <Attached
            title={fixing.kind === 'edit' ? t('composer.editing') : t('composer.fixing')}
            text={fixing.text}
            stop={t('common.cancel')}
            onStop={composer.stopFixing}
          />
        )}
        {!fixing && reply && (
          <Attached
            title={t('composer.replying', { name: isolate(firstName(reply.author?.name ?? t('common.somebody'))) })}
            text={reply.excerpt || t('message.quoteEmpty')}
            stop={t('composer.stopReplying')}
            onStop={() => onReply(null)}
          />
        )}
        {!fixing && <DraftAside shared={props.news.shared} onAdd={composer.addAside} onDrop={composer.dropAside} />}
        {!fixing && <FileStrip place={place} />}
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
          aria-controls={list?.id}
          aria-activedescendant={list?.active}
          placeholder={team ? t('composer.notePlaceholder') : t('composer.placeholder')}
          onChange={(event) => {
            change(event.target.value);
            mentions.look(event.target);
            if (!fixing) canned.look(event.target);
          }}
          onSelect={(event) => {
            mentions.look(event.currentTarget);
            composer.moved();
          }}
          onKeyDown={press}
          onBlur={() => {
            composer.left();
            canned.close();
          }}
          className="composer-box block w-full resize-none bg-transparent px-3 pt-3 pb-1 text-base text-n12 outline-none placeholder:text-n10"
        />
        <div className="flex flex-wrap items-center gap-2 ps-2 pe-2 pb-2">
          {isStaff && <AudienceSwitch conversation={conversation} thread={place.thread} />}
          <p
            id="composer-audience"
            className={`min-w-0 flex-1 truncate ps-1 text-xs @max-panel:order-first @max-panel:basis-full ${team ? 'text-amber' : 'text-n11'}`}
            title={team ? undefined : audience}
          >
            {team ? (
              <>
                <span className="sr-only">{t('composer.team')}: </span>
                {t('composer.teamOnly', { agency: isolate(conversation.agency.name) })}
              </>
            ) : (
              <>
                <span className={isStaff ? 'sr-only' : 'font-medium text-n12'}>{t('composer.everyone')}: </span>
                {audience}
              </>
            )}
          </p>
          {text.length >= COUNT_FROM && (
            <span role="status" className={`shrink-0 text-xs tabular-nums ${left < 0 ? 'font-medium text-red' : 'text-n11'}`}>
              {left < 0 ? t('composer.tooLong', { count: -left }) : t('composer.left', { count: left })}
            </span>
          )}
          <div className="ms-auto flex shrink-0 items-center gap-1">
            <AttachButton place={place} disabled={fixing !== null} />
            <button
              type="button"
              aria-label={t('emoji.add')}
              title={t('emoji.add')}
              aria-haspopup="dialog"
              onClick={(event) => setPicker(event.currentTarget)}
              className="inline-flex size-7 shrink-0 items-center justify-center rounded-sm text-n11 hover:bg-n3 hover:text-n12"
            >
              <Smile className="size-4" aria-hidden="true" />
            </button>
            <Button
              kind="primary"
              className="h-7 px-2 text-xs"
              disabled={(text.trim() === '' && !files) || left < 0 || held === 'block'}
              title={t('composer.hint')}
              onClick={() => composer.send()}
            >
              {fixing?.kind === 'edit' ? t('composer.keepEdit') : team ? t('composer.addNote') : t('composer.send')}
              <SendHorizontal className="size-3.5 @max-panel:hidden rtl:-scale-x-100" aria-hidden="true" />
            </Button>
          </div>
        </div>
      </div>
      <EmojiPopover anchor={picker} returnTo={() => field.current} onPick={insert} onClose={() => setPicker(null)} />
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
