import { LANGUAGE_CHOICES } from '#shared/languages.ts';

import { createConnection } from '../connect.ts';
import { mount } from '../mount.tsx';
import { FakeCore } from './fake-core.ts';

/** The screens over a fake core: `?scene=offline`, `?rows=0`, `?language=ar`, … */
const query = new URLSearchParams(location.search);
const scene = query.get('scene') ?? 'usual';

const now = Date.now();
const core = new FakeCore({
  now,
  conversations: Number(query.get('rows') ?? 10_000),
  longThread: Number(query.get('messages') ?? 30_000),
  signedIn: scene !== 'sign-in',
  language: LANGUAGE_CHOICES.find((language) => language === query.get('language')) ?? 'system',
  toured: !query.has('tour'),
  connection:
    scene === 'offline'
      ? { kind: 'offline', since: now - 3_600_000 }
      : scene === 'ended'
        ? { kind: 'signed-out', reason: 'ended' }
        : { kind: 'online' },
  failing: scene === 'failing',
  firstSync: scene === 'first-sync' ? { done: 1_240, total: 10_000, paused: false } : null,
});

Object.assign(window, { core, app: mount(createConnection({ open: () => Promise.resolve(core.open()), again: true })) });
