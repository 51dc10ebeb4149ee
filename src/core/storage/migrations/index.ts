import { initial } from './0001-initial.ts';
import { mergeWordsApart } from './0002-merge-words-apart.ts';
import { team } from './0003-team.ts';
import { ownWords } from './0004-own-words.ts';
import { own } from './0005-own.ts';
import { uploads } from './0006-uploads.ts';
import { inStep } from './0007-in-step.ts';
import { timeline } from './0008-timeline.ts';

/** In their order; the database's `user_version` is how many of them it has had. Never change one that was released. */
export const MIGRATIONS: readonly string[] = [initial, mergeWordsApart, team, ownWords, own, uploads, inStep, timeline];
