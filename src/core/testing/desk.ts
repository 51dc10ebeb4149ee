import { inject } from 'vitest';

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- vitest's own is added to
  interface ProvidedContext {
    /** Where databases and admin commands of the server are to be had, without a program for each. */
    deskUrl: string;
  }
}

type Asked =
  | { what: 'database' }
  | { what: 'drop'; database: string }
  | { what: 'admin'; env: Record<string, string>; words: string[] };

/** @throws Error with what the desk said */
export async function askDesk<T>(asked: Asked): Promise<T> {
  const answer = await fetch(inject('deskUrl'), { method: 'POST', body: JSON.stringify(asked) });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`${asked.what}: ${body}`);
  return JSON.parse(body) as T;
}
