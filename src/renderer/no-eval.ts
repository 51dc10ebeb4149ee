import { config } from 'zod';

/** Else zod tries whether it may make code from text, once at the start: the page's policy refuses that, and every refusal should be somebody's mistake. */
config({ jitless: true });
