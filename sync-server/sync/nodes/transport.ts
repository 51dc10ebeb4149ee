/** Carries sealed hints between nodes; what it loses is found in Postgres. */
export type Transport = {
  /** Whether hints sent now arrive, as far as is known. */
  ready(): boolean;
  /** False when it can't be sent now. It may be lost later all the same: then `onLost` is called. */
  send(channel: string, text: string): boolean;
  /** From now on what comes on this channel is heard. */
  follow(channel: string): void;
  unfollow(channel: string): void;
  stop(): Promise<void>;
};

export type TransportEvents = {
  onText: (channel: string, text: string) => void;
  /** Hints may have been missed: it just began to listen, or was away. */
  onGap: () => void;
};
