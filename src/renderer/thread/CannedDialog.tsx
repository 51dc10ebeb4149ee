import { useState, type ReactElement, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';

import type { CannedReply } from '#shared/thread-views.ts';

import { wordsOf } from '../connect.ts';
import { Button } from '../parts/Button.tsx';
import { Sheet } from '../parts/Sheet.tsx';
import { useApp, useSlice } from '../state/app.ts';
import { useCannedReplies } from '../state/canned-replies.ts';
import { VARIABLES } from './canned.ts';

const FIELD = 'mt-1 block w-full rounded-sm border border-n7 bg-n1 px-3 py-2 text-sm text-n12';

function Editor({
  reply,
  onKeep,
  onStop,
}: {
  reply: CannedReply;
  onKeep: (reply: CannedReply) => void;
  onStop: () => void;
}): ReactElement {
  const { t } = useTranslation();
  const [name, setName] = useState(reply.name);
  const [text, setText] = useState(reply.text);
  const ready = name.trim() !== '' && text.trim() !== '';
  const keep = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (ready) onKeep({ id: reply.id, name: name.trim(), text });
  };
  return (
    <form onSubmit={keep} className="mt-3 rounded-sm border border-n6 bg-n2 p-3">
      <label className="block text-xs font-medium text-n11">
        {t('canned.name')}
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- one asked for this form, and it comes where one looks */}
        <input autoFocus maxLength={60} value={name} onChange={(event) => setName(event.target.value)} className={FIELD} />
      </label>
      <label className="mt-3 block text-xs font-medium text-n11">
        {t('canned.text')}
        <textarea
          dir="auto"
          rows={4}
          maxLength={4_000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className={`${FIELD} resize-y`}
        />
      </label>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <span className="text-xs text-n11">{t('canned.variables')}</span>
        {VARIABLES.map((variable) => (
          <Button key={variable} small onClick={() => setText((now) => `${now}{${variable}}`)}>
            {`{${variable}}`}
          </Button>
        ))}
      </div>
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onStop}>{t('common.cancel')}</Button>
        <Button kind="primary" type="submit" disabled={!ready}>
          {t('canned.keep')}
        </Button>
      </div>
    </form>
  );
}

/** What one keeps to answer with: to read, write, change and throw away. */
export function CannedDialog(): ReactElement {
  const { t } = useTranslation();
  const { ui } = useApp();
  const open = useSlice('ui', (state) => state.dialog === 'canned');
  const { replies, put, remove } = useCannedReplies(open);
  const [edited, setEdited] = useState<CannedReply | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const close = (): void => {
    setEdited(null);
    ui.getState().closeDialog();
  };
  const ask = (work: Promise<void>): void => {
    setFailure(null);
    work.then(
      () => setEdited(null),
      (error: unknown) => setFailure(wordsOf(error)),
    );
  };
  return (
    <Sheet
      open={open}
      onClose={close}
      title={t('canned.title')}
      about={t('canned.about')}
      foot={
        <>
          <Button onClick={() => setEdited({ id: crypto.randomUUID(), name: '', text: '' })}>{t('canned.add')}</Button>
          <Button onClick={close}>{t('common.close')}</Button>
        </>
      }
    >
      {failure !== null && (
        <p role="alert" className="mt-2 rounded-sm bg-red-tint px-3 py-2 text-sm text-red">
          {failure}
        </p>
      )}
      {edited && <Editor key={edited.id} reply={edited} onKeep={(reply) => ask(put(reply))} onStop={() => setEdited(null)} />}
      {replies?.length === 0 && !edited && <p className="py-4 text-sm text-n11">{t('canned.empty')}</p>}
      <ul className="divide-y divide-n5">
        {replies
          ?.filter((reply) => reply.id !== edited?.id)
          .map((reply) => (
            <li key={reply.id} className="flex items-start gap-3 py-3">
              <div className="min-w-0 flex-1">
                <p className="truncate text-sm font-medium">
                  <bdi>{reply.name}</bdi>
                </p>
                <p dir="auto" className="written one-edge mt-0.5 line-clamp-2 text-sm text-n11">
                  {reply.text}
                </p>
              </div>
              <Button small aria-label={t('canned.editOf', { name: reply.name })} onClick={() => setEdited(reply)}>
                {t('common.edit')}
              </Button>
              <Button
                small
                kind="danger"
                aria-label={t('canned.removeOf', { name: reply.name })}
                onClick={() => ask(remove(reply.id))}
              >
                {t('message.remove')}
              </Button>
            </li>
          ))}
      </ul>
    </Sheet>
  );
}
