/** One socket of a client. */
export type ClientOf = {
  url: string;
  headers: Record<string, string>;
  /** The Yjs client id and the account under which it writes. */
  lease: number;
  account: string;
  thread: number;
  /** Hocuspocus puts the document's name before each frame. */
  document: string | null;
  /** A socket that is told what changed, and writes nothing. */
  isFeed?: true;
};

/** What counts as open together: the sockets by which one client has one thread, once that many messages have come by them. */
export type Opening = { clients: ClientOf[]; messages: number };

/** What the process of clients is told to do. */
export type Order =
  /** `atOnce`: how many openings are under way at most. `again`: wait until the port answers, and try until it works. */
  | { kind: 'open'; openings: Opening[]; atOnce: number; again: boolean; patienceMs: number }
  /** Each of these threads gets so many messages by its open clients in turn, `perUpdate` in one update. */
  | { kind: 'fill'; threads: { thread: number; messages: number }[]; perUpdate: number }
  /** `perSecond` messages of `length` characters for `seconds`, by the open clients in turn. `killWhenDone`: a process. */
  | { kind: 'write'; perSecond: number; seconds: number; length: number; killWhenDone: number | null }
  /** The first open client reads nothing from now on, and isn't counted on any more. */
  | { kind: 'stop-reading' }
  /** `forgets`: with the server all that was written is gone, so writers begin anew. */
  | { kind: 'close'; forgets?: boolean }
  | { kind: 'end' };

export type Told =
  /** `ms` of each opening that came to its end; `bytes` of all of them; `found`: distinct messages of all of them. */
  | { kind: 'opened'; ms: number[]; allMs: number; bytes: number; found: number; missing: number }
  /** `delays`: ms from when a message was due until another had it, one for each who got it. `missing`: how
   *  many had not come 2 s after the last. `open`: sockets that still are. */
  | { kind: 'written'; sent: number; tookMs: number; delays: number[]; missing: number; open: number }
  | { kind: 'done' };
