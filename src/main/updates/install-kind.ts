/** What may be done about a newer version: `automatic`: fetched, and put in when the app is closed. `notice`: said, and left to IT. */
export type UpdateWay = { way: 'automatic' | 'notice' | 'off'; why: string };

export type Installation = {
  platform: NodeJS.Platform;
  packaged: boolean;
  execPath: string;
  /** What the build says of itself, in the archive. */
  signed: boolean;
  /** `app-update.yml` beside the archive, as the builder wrote it; `null` when there is none. */
  configuration: string | null;
  exists: (path: string) => boolean;
  writable: (path: string) => boolean;
};

/**
 * Pure but for the two questions. An installation for all people of a machine is never changed by one of them; nor is one whose updates nothing would check but
 * their server's own word.
 */
export function updateWay(installation: Installation): UpdateWay {
  const { platform, packaged, execPath, signed, configuration, exists, writable } = installation;
  if (!packaged) return { way: 'off', why: 'a checkout' };
  if (platform === 'linux') return { way: 'notice', why: 'packages of Linux are their system’s' };
  if (platform === 'win32') {
    const folder = execPath.replace(/\\[^\\]+$/, '');
    // The MSI brings none.
    if (!exists(`${folder}\\Uninstall Trialogue.exe`) || !writable(folder))
      return { way: 'notice', why: 'installed for the machine' };
    if (!/^publisherName:/m.test(configuration ?? '')) return { way: 'notice', why: 'not signed' };
    return { way: 'automatic', why: 'installed for one person' };
  }
  if (platform === 'darwin') {
    const bundle = execPath.replace(/\/Contents\/MacOS\/[^/]+$/, '');
    if (!writable(bundle)) return { way: 'notice', why: 'installed for the machine' };
    // The system itself compares signatures, and replaces nothing that has none.
    if (!signed) return { way: 'notice', why: 'not signed' };
    return { way: 'automatic', why: 'installed for one person' };
  }
  return { way: 'off', why: 'no such system' };
}
