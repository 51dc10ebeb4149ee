import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** As in Electron's binaries: where its nine fuses lie, all of them on. */
const FUSE_WIRE = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 9]),
  Buffer.from('1'.repeat(9)),
]);
/** Some of Electron's, those of the app among them. */
const LANGUAGES = ['ar', 'de', 'en-US', 'fil', 'fr'];

export type System = 'linux' | 'windows' | 'mac';

/**
 * Makes a folder of the form of Electron's own, which the builder packs the app into: its programs do nothing, but everything that the builder
 * adds, takes away or changes is as in a release.
 */
export function makePlaceholder(system: System, folder: string, root: string): void {
  const put = (path: string, content: string | Buffer = 'placeholder'): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  put('LICENSE');
  put('version', '45.4.1');
  if (system === 'mac') return putMac(put);
  for (const language of LANGUAGES) put(`locales/${language}.pak`);
  put('resources.pak');
  if (system === 'linux') {
    put('electron', Buffer.concat([Buffer.from('#!/bin/sh\nexit 0\n'), FUSE_WIRE]));
    put('chrome-sandbox');
    chmodSync(join(folder, 'electron'), 0o755);
    return;
  }
  // A real program of Windows: its icon, version and integrity are written into it.
  const exe = join(root, 'node_modules/electron-winstaller/vendor/Setup.exe');
  mkdirSync(folder, { recursive: true });
  cpSync(exe, join(folder, 'electron.exe'));
  writeFileSync(join(folder, 'electron.exe'), Buffer.concat([readFileSync(exe), FUSE_WIRE]));
}

const HELPERS = ['', ' (GPU)', ' (Plugin)', ' (Renderer)'];

function putMac(put: (path: string, content?: string | Buffer) => void): void {
  const app = (path: string, name: string): void => {
    put(`${path}/Contents/Info.plist`, plist(name));
    put(`${path}/Contents/MacOS/${name}`);
  };
  app('Electron.app', 'Electron');
  for (const kind of HELPERS) app(`Electron.app/Contents/Frameworks/Electron Helper${kind}.app`, `Electron Helper${kind}`);
  put('Electron.app/Contents/PkgInfo', 'APPL????');
  put('Electron.app/Contents/Resources/electron.icns');
  const framework = 'Electron.app/Contents/Frameworks/Electron Framework.framework';
  put(`${framework}/Electron Framework`, Buffer.concat([Buffer.from('placeholder'), FUSE_WIRE]));
  for (const language of LANGUAGES.map((name) => name.replace('en-US', 'en'))) {
    put(`${framework}/Versions/A/Resources/${language}.lproj/locale.pak`);
    put(`Electron.app/Contents/Resources/${language}.lproj/locale.pak`);
  }
}

function plist(name: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>${name}</string>
<key>CFBundleIdentifier</key><string>com.github.Electron</string>
<key>CFBundleName</key><string>${name}</string>
<key>CFBundlePackageType</key><string>APPL</string>
<key>CFBundleVersion</key><string>45.4.1</string>
</dict></plist>
`;
}
