/** Structured log: an event's name and plain fields. Never message text, names of people, tokens or query strings. */
export type Log = {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
};
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** For short-lived commands and tests that show nothing. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
