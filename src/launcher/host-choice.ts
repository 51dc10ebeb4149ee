/** What is known of Electron's binary, which is no part of its npm package. */
export type ElectronState =
  | { kind: 'there'; path: string }
  /** It is being fetched and takes its time: it will be there for a later start. */
  | { kind: 'fetching' }
  | { kind: 'failed'; when: 'now' | 'before' };

export type HostChoice = { host: 'electron'; path: string; why: string } | { host: 'node'; open: boolean; why: string };

export type Situation = {
  open: boolean;
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
};

export function hasDisplay({ platform, env }: Situation): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);
}

/** `electron` is `null` where nobody looked for it. */
export function chooseHost(situation: Situation, electron: ElectronState | null): HostChoice {
  if (!situation.open) return { host: 'node', open: false, why: 'no window, as told by --no-open' };
  if (!hasDisplay(situation) || electron === null)
    return { host: 'node', open: true, why: 'no Electron window: this machine has no display' };
  switch (electron.kind) {
    case 'there':
      return { host: 'electron', path: electron.path, why: 'Electron: its binary is here' };
    case 'fetching':
      return { host: 'node', open: true, why: 'a browser window: Electron is still being fetched, the next start uses it' };
    case 'failed':
      return {
        host: 'node',
        open: true,
        why:
          electron.when === 'now'
            ? 'a browser window: Electron’s binary can’t be fetched on this network'
            : 'a browser window: Electron’s binary could not be fetched before (npx install-electron tries again)',
      };
  }
}
