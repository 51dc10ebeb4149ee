import { expect, it } from 'vitest';

import { publisherOf } from './publisher.ts';
import { SigningError } from './signing.ts';

const HARBOR = { PUBLISHER_HOMEPAGE: 'https://harbor.org/chat', PUBLISHER_MAINTAINER: 'Harbor Inc <packages@harbor.org>' };

it('[IT-1] packages name who publishes them, and nothing that is signed goes out without', () => {
  const changes = ['-c.extraMetadata.homepage=https://harbor.org/chat', '-c.linux.maintainer=Harbor Inc <packages@harbor.org>'];
  for (const signed of [true, false]) expect(publisherOf(signed, HARBOR)).toEqual(changes);
  expect(publisherOf(false, {})).toEqual([]);
  expect(() => publisherOf(true, { PUBLISHER_HOMEPAGE: '', PUBLISHER_MAINTAINER: '' })).toThrow(SigningError);
});

it.each([
  { ...HARBOR, PUBLISHER_HOMEPAGE: '' },
  { ...HARBOR, PUBLISHER_HOMEPAGE: 'http://harbor.org' },
  { ...HARBOR, PUBLISHER_MAINTAINER: undefined },
  { ...HARBOR, PUBLISHER_MAINTAINER: 'packages@harbor.org' },
  { ...HARBOR, PUBLISHER_MAINTAINER: 'Harbor <packages>' },
])('[IT-1] a publisher that is half there stops the build (%j)', (env) => {
  expect(() => publisherOf(false, env)).toThrow(/PUBLISHER_/);
});
