import { CONVERSATIONS } from './reference-conversations.ts';
import { DATA } from './reference-data.ts';
import { PEOPLE } from './reference-people.ts';
import type { CommandReference } from './reference-shape.ts';

/** Of every command, by its name; within its group in the order in which help tells it. */
export const REFERENCE: Readonly<Record<string, CommandReference>> = { ...PEOPLE, ...CONVERSATIONS, ...DATA };
