import { memo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

import { useSlice } from '../state/app.ts';
import { typingSentence } from '../words/sentences.ts';

/** A slot of fixed height, so that nothing moves; never read out. */
export const TypingLine = memo(function TypingLine(): ReactElement {
  const { t } = useTranslation();
  const people = useSlice('thread', (state) => state.typing);
  const line = typingSentence(people, t);
  return (
    <div className="flex h-6 items-center gap-2 px-6 text-xs text-n11" data-testid="typing" aria-hidden="true">
      {line !== '' && (
        <>
          <span className="flex gap-1">
            {[0, 1, 2].map((dot) => (
              <span key={dot} className="typing-dot size-1 rounded-full bg-n10" />
            ))}
          </span>
          <span className="truncate">{line}</span>
        </>
      )}
    </div>
  );
});
