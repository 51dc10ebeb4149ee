import { CheckCheck } from 'lucide-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import type { MessageView } from '#shared/views.ts';

import { Face } from '../parts/Avatar.tsx';
import { listNames } from '../words/sentences.ts';
import type { RowActions } from './row-actions.ts';
import { StateIcon } from './StateIcon.tsx';
import type { Readers } from './thread-rows.ts';

const FACES = 3;

type MarkProps = { item: MessageView; readers: Readers; actions: RowActions };

function ReadBy({ item, readers, actions }: MarkProps): ReactElement {
  const { t, i18n } = useTranslation();
  const names = listNames(
    readers.all.map((person) => person.name),
    i18n.language,
  );
  return (
    <button
      type="button"
      data-testid="read-by"
      aria-haspopup="dialog"
      aria-label={t('message.readBy', { count: readers.all.length, names })}
      onClick={(event) => actions.show('readers', item, event.currentTarget)}
      className="inline-flex h-5 items-center gap-1 rounded-sm text-accent-text hover:bg-n4"
    >
      {readers.faces.length > 0 && (
        <span className="flex -space-x-0.5">
          {readers.faces.slice(0, FACES).map((person) => (
            <Face key={person.id} person={person} />
          ))}
        </span>
      )}
      <CheckCheck className="size-3.5" aria-hidden="true" />
    </button>
  );
}

/** Where an own message stands, at the right edge of its row. No row costs a tooltip. */
export function MessageStateMark({ item, readers, actions }: MarkProps): ReactElement {
  const { t } = useTranslation();
  const { kind } = item.state;
  if (kind === 'sent' && readers.all.length > 0) return <ReadBy item={item} readers={readers} actions={actions} />;
  // What was not sent is said in words below the text.
  if (kind === 'not-sent') return <StateIcon kind={kind} />;
  const said = t(`message.${kind}`);
  return (
    <span className="inline-flex h-5 items-center" title={said}>
      <StateIcon kind={kind} />
      <span className="sr-only">{said}</span>
    </span>
  );
}
