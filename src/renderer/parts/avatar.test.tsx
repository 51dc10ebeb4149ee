import { render } from '@testing-library/react';
import { expect, it } from 'vitest';

import { Face, initials } from './Avatar.tsx';

const drawn = (name: string): string | undefined => {
  const { container } = render(<Face person={{ id: 'p', name, role: 'client' }} />);
  return container.querySelector<HTMLElement>('.drawn-text')?.dataset['text'];
};

it('[THREAD-6] a face shows a whole sign, also one beyond the first plane or of several code points', () => {
  expect(drawn('𠮷田 太郎')).toBe('𠮷');
  expect(drawn('नीता शाह')).toBe('नी');
  expect(drawn('ana reyes')).toBe('A');
  expect(initials('ana maria reyes')).toBe('AR');
});
