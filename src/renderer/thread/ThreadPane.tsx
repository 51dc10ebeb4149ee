import { ArrowLeft, Info, Lock, MessagesSquare, TextSearch } from 'lucide-react';
import { memo, useCallback, useRef, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { ConversationView, ReplyView } from '#shared/views.ts';

import { JobPanel } from '../frame/JobPanel.tsx';
import { useOnePane } from '../frame/one-pane.ts';
import { StatusBar } from '../frame/StatusBar.tsx';
import { Button, IconButton } from '../parts/Button.tsx';
import { Empty } from '../parts/Empty.tsx';
import { RoleMark } from '../parts/RoleMark.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { focusOn, openThread } from '../state/navigate.ts';
import type { OpenThread } from '../state/thread-store.ts';
import { isolate, listNames } from '../words/sentences.ts';
import { ThreadActions } from '../work/WorkActions.tsx';
import { Announcer } from './Announcer.tsx';
import { Composer } from './Composer.tsx';
import { ImageViewer } from './ImageViewer.tsx';
import { JumpMenu } from './JumpMenu.tsx';
import { audienceOf } from './people.ts';
import { ThreadList, type ListSize } from './ThreadList.tsx';
import { ThreadMenu } from './ThreadMenu.tsx';
import { TypingLine } from './TypingLine.tsx';
import { UndoBar } from './UndoBar.tsx';
import { useThreadKeys } from './use-thread-keys.ts';

function BackButton(): ReactElement {
  const { t } = useTranslation();
  const { thread } = useApp();
  return (
    <IconButton label={t('common.back')} className="-ms-2 two:hidden" onClick={() => thread.getState().close()}>
      <ArrowLeft className="size-4 rtl:-scale-x-100" aria-hidden="true" />
    </IconButton>
  );
}

const Header = memo(function Header({ conversation, me }: { conversation: ConversationView; me: string }): ReactElement {
  const { t } = useTranslation();
  const { ui } = useApp();
  const panel = useSlice('ui', (state) => state.jobPanel);
  const { job } = conversation;
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-3 border-b border-n5 ps-6 pe-4 max-two:flex-wrap max-two:gap-y-0 max-two:py-1">
      <BackButton />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-2">
          <h2 dir="auto" className="one-edge min-w-0 truncate text-base font-semibold" title={job.title}>
            {job.title}
          </h2>
          {/* The panel beside it says so too, and takes the title’s room. */}
          {!panel && (
            <span className="shrink-0 rounded-full border border-n6 px-2 text-xs text-n11">{t(`jobStatus.${job.status}`)}</span>
          )}
        </div>
        <p className="flex min-w-0 items-center gap-3 overflow-hidden text-xs text-n11">
          {audienceOf(conversation, me).map((person) => (
            <span key={person.id} className="flex min-w-0 shrink items-center gap-1">
              <RoleMark role={person.role} />
              <bdi className="truncate" title={person.name}>
                {person.name}
              </bdi>
            </span>
          ))}
        </p>
      </div>
      {/* Where there is little room, all of them stand below the title. */}
      <div className="flex shrink-0 items-center max-two:-ms-2 max-two:basis-full">
        <ThreadActions conversation={conversation} />
        <span aria-hidden="true" className="mx-1 h-4 w-px bg-n6 max-two:flex-1 max-two:bg-transparent" />
        <JumpMenu />
        <ThreadMenu conversation={conversation.id} />
        <IconButton
          label={t('thread.jobPanel')}
          aria-pressed={panel}
          className="aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
          onClick={() => ui.getState().toggleJobPanel()}
        >
          <Info className="size-4" aria-hidden="true" />
        </IconButton>
      </div>
    </header>
  );
});

type OpenProps = { shown: OpenThread; me: string };

/** What belongs to one thread alone: another one begins it anew. */
function Conversation({ shown, me, size }: OpenProps & { size: ListSize }): ReactElement {
  const { t, i18n } = useTranslation();
  const [reply, setReply] = useState<ReplyView | null>(shown.draftAround.replyTo);
  const onReply = useCallback((next: ReplyView) => {
    setReply(next);
    focusOn('composer');
  }, []);
  const team = shown.place.thread === 'team';
  const agency = isolate(shown.conversation.agency.name);
  const names = audienceOf(shown.conversation, me).map((person) => person.name);
  return (
    <>
      {team && (
        <p
          data-testid="notes-band"
          className="flex h-7 shrink-0 items-center gap-2 border-b border-amber-line bg-amber-tint px-6 text-xs text-amber"
        >
          <Lock className="size-3 shrink-0" aria-hidden="true" />
          <span className="truncate">
            <span className="font-semibold">{t('composer.team')}</span> · {t('composer.teamOnly', { agency })}
          </span>
        </p>
      )}
      {shown.items.length === 0 && !shown.loading ? (
        <div className="min-h-0 flex-1">
          <Empty
            title={team ? t('thread.emptyNotes') : t('thread.empty')}
            how={
              team
                ? t('thread.emptyNotesHow', { agency })
                : t('thread.emptyHow', { names: names.length > 0 ? listNames(names, i18n.language) : t('composer.nobody') })
            }
          />
        </div>
      ) : (
        <ThreadList shown={shown} me={me} size={size} onReply={onReply} />
      )}
      <Announcer items={shown.items} newest={shown.newest} />
      <TypingLine />
      <div className="relative">
        <UndoBar />
        <Composer
          place={shown.place}
          conversation={shown.conversation}
          kept={shown.draft}
          around={shown.draftAround}
          news={shown.draftNews}
          reply={reply}
          onReply={setReply}
        />
      </div>
    </>
  );
}

function Open({ shown, me }: OpenProps): ReactElement {
  const { t } = useTranslation();
  const panel = useSlice('ui', (state) => state.jobPanel);
  const onePane = useOnePane();
  const size: ListSize = useRef({ width: 0, height: 0 });
  useThreadKeys();
  const key = `${shown.place.conversation}/${shown.place.thread}`;
  return (
    <>
      <section aria-label={t('thread.region')} className="flex min-w-0 flex-1 flex-col">
        {onePane && <StatusBar />}
        <Header conversation={shown.conversation} me={me} />
        <Conversation key={key} shown={shown} me={me} size={size} />
      </section>
      {panel && <JobPanel shown={shown} me={me} />}
      <ImageViewer key={key} shown={shown} />
    </>
  );
}

/** What one was writing when the conversation went: nothing else holds it any more. */
function Unsent({ text }: { text: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <label className="block w-full max-w-form text-start">
      <span className="text-xs font-medium text-n11">{t('thread.unsent')}</span>
      <textarea
        readOnly
        dir="auto"
        rows={4}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        className="written mt-1 block w-80 max-w-full resize-y rounded-sm border border-n7 bg-n1 px-3 py-2 text-base text-n12"
      />
    </label>
  );
}

export function ThreadPane(): ReactElement {
  const { t } = useTranslation();
  const app = useApp();
  const { thread } = app;
  const shown = useSlice('thread', (state) => state.shown);
  const searching = useSlice('ui', (state) => state.search);
  const me = useSlice('session', (state) => (state.phase.kind === 'signed-in' ? state.phase.session.account.id : ''));
  const icon = <MessagesSquare className="size-8" strokeWidth={1.5} aria-hidden="true" />;
  const back = (
    <div className="absolute start-6 top-3">
      <BackButton />
    </div>
  );
  switch (shown.kind) {
    case 'open':
      return <Open shown={shown} me={me} />;
    case 'opening':
      return (
        <section aria-label={t('thread.region')} aria-busy="true" className="flex flex-1 items-center justify-center">
          <p className="late text-sm text-n11">{t('common.opening')}</p>
        </section>
      );
    case 'none':
      return (
        <section aria-label={t('thread.region')} className="flex-1">
          {searching ? (
            <Empty
              icon={<TextSearch className="size-8" strokeWidth={1.5} aria-hidden="true" />}
              title={t('thread.searching')}
              how={t('thread.searchingHow')}
            />
          ) : (
            <Empty icon={icon} title={t('thread.none')} how={t('thread.noneHow')} />
          )}
        </section>
      );
    case 'gone':
      return (
        <section aria-label={t('thread.region')} className="flex-1">
          {back}
          <Empty
            icon={icon}
            title={shown.what === 'team' ? t('thread.notesGone') : t('thread.gone')}
            how={shown.what === 'team' ? t('thread.notesGoneHow') : t('thread.goneHow')}
          >
            {shown.what === 'team' && (
              <Button onClick={() => openThread(app, { conversation: shown.conversation, thread: 'all' })}>
                {t('thread.toEveryone')}
              </Button>
            )}
            {shown.unsent.trim() !== '' && <Unsent text={shown.unsent} />}
          </Empty>
        </section>
      );
    case 'failed':
      return (
        <section aria-label={t('thread.region')} className="flex-1">
          {back}
          <Empty icon={icon} title={t('thread.failed')} how={shown.why}>
            <Button onClick={() => void thread.getState().open(shown.place)}>{t('common.retry')}</Button>
          </Empty>
        </section>
      );
  }
}
