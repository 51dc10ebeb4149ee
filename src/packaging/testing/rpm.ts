import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a package is to say of itself, by the names of `fpm`'s options. */
export type RpmAbout = { option: (name: string) => string; depends: readonly string[] };

/** rpm's own names, as `fpm` puts them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'aarch64' };

/** Makes an rpm of a folder that holds all that is to be installed, with rpm's own tool. A script is a file's path, or empty. */
export function makeRpm(root: string, { option, depends }: RpmAbout): void {
  const top = mkdtempSync(join(tmpdir(), 'rpm-'));
  try {
    for (const name of ['BUILD', 'BUILDROOT', 'RPMS', 'SPECS', 'tmp']) mkdirSync(join(top, name));
    const script = (name: string): string =>
      option(name) === '' ? '' : readFileSync(option(name), 'utf8').replaceAll('%', '%%');
    // Nothing of what is inside is looked at, stripped or made smaller: it is as it was packed.
    const spec = `%define __os_install_post %{nil}
%define debug_package %{nil}
%define _build_id_links none
%define _unpackaged_files_terminate_build 0
Name: ${option('name')}
Version: ${option('version').replaceAll('-', '_')}
Release: 1
Summary: ${option('rpm-summary') || option('name')}
License: ${option('license')}
Vendor: ${option('vendor')}
Packager: ${option('maintainer')}
URL: ${option('url')}
AutoReqProv: no
${depends.map((name) => `Requires: ${name}`).join('\n')}
%description
${option('description').trim()}
%install
mkdir -p %{buildroot}
cp -a '${root}/.' %{buildroot}/
%post
${script('after-install')}
%postun
${script('after-remove')}
%files
%defattr(-,root,root,-)
/opt/*
/usr/share/applications/*
/usr/share/icons/hicolor/*/apps/*
`;
    writeFileSync(join(top, 'SPECS/app.spec'), spec);
    const defines = [`_topdir ${top}`, `_tmppath ${join(top, 'tmp')}`].flatMap((one) => ['--define', one]);
    const architecture = ARCHITECTURES[option('architecture')] ?? option('architecture');
    execFileSync('rpmbuild', ['-bb', '--target', architecture, ...defines, join(top, 'SPECS/app.spec')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const made = readdirSync(join(top, 'RPMS'), { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('.rpm'));
    renameSync(join(top, 'RPMS', made!), option('package'));
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}
