import type { ReactElement } from 'react';

import { partyOf } from '#shared/roles.ts';
import type { PersonView } from '#shared/views.ts';

const clusters = new Intl.Segmenter();

function firstSign(word: string | undefined): string {
  return word ? ([...clusters.segment(word)][0]?.segment ?? '') : '';
}

/** One or two letters; scripts without word breaks show the first sign of the name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = firstSign(words[0]) + (words.length > 1 ? firstSign(words.at(-1)) : '');
  return letters.toLocaleUpperCase();
}

const TONES = {
  agency: 'bg-accent-soft text-accent-text',
  client: 'bg-n4 text-n11',
  worker: 'bg-n4 text-n11',
};
const SIZES = { md: 'size-7 rounded-sm text-badge', lg: 'size-8 rounded-sm text-xs' };

export function Avatar({ person, size = 'md' }: { person: PersonView; size?: 'md' | 'lg' }): ReactElement {
  return (
    <span
      aria-hidden="true"
      data-text={initials(person.name)}
      className={`drawn-text inline-flex shrink-0 items-center justify-center font-semibold select-none forced-colors:border ${SIZES[size]} ${TONES[partyOf(person.role)]}`}
    />
  );
}

/** A face of 16 px: the first letter alone. */
export function Face({ person }: { person: PersonView }): ReactElement {
  return (
    <span
      aria-hidden="true"
      data-text={firstSign(initials(person.name))}
      className={`drawn-text inline-flex size-4 shrink-0 items-center justify-center rounded-full text-badge leading-none font-semibold select-none ring-1 ring-n1 forced-colors:border ${TONES[partyOf(person.role)]}`}
    />
  );
}
