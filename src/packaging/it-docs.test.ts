import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { POLICY_NAMES, POLICIES } from '#shared/policies.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const [deploy, trouble] = [text('docs/deploy-desktop.md'), text('docs/troubleshooting.md')];

describe('the pages for IT', () => {
  it('[IT-5] speak of policies that there are, with values that they take', () => {
    const registry = Array.from(deploy.matchAll(/\/v (\w+) \/t (REG_\w+) \/d (\S+)/g), ([, name, type, value]) => [
      name!,
      type === 'REG_DWORD' ? Number(value) : value,
    ]);
    const ansible = JSON.parse(/content: \|\n([\s\S]+?)\n```/.exec(deploy)![1]!) as Record<string, Record<string, unknown>>;
    const given = [...registry, ...Object.values(ansible).flatMap((values) => Object.entries(values))];
    expect(given.length).toBeGreaterThan(5);
    for (const [name, value] of given) {
      expect(POLICY_NAMES).toContain(name);
      expect(POLICIES[name as keyof typeof POLICIES].value.safeParse(value).success, String(name)).toBe(true);
    }
  });

  it('[IT-5] explain lines of the log that the app writes', () => {
    const sources = globSync('src/{core,main,node-host}/**/*.ts', { cwd: ROOT })
      .filter((path) => !path.endsWith('.test.ts'))
      .map(text)
      .join('\n');
    const table = trouble.slice(trouble.indexOf('## Lines of the log'));
    const events = Array.from(table.matchAll(/^\| ((?:`[\w.-]+`(?:, )?)+) \|/gm), (match) =>
      match[1]!.replaceAll('`', '').split(', '),
    ).flat();
    expect(events.length).toBeGreaterThan(8);
    expect(events.filter((event) => !sources.includes(`'${event}'`))).toEqual([]);
  });

  it('[IT-5] lead to pages that there are', () => {
    for (const page of ['deploy-desktop', 'troubleshooting', 'security', 'release', 'policies']) {
      const path = `docs/${page}.md`;
      const links = Array.from(text(path).matchAll(/\]\(([\w./-]+\.md)\)/g), (match) => join(dirname(path), match[1]!));
      expect(links.filter((link) => globSync(link, { cwd: ROOT }).length === 0)).toEqual([]);
    }
  });
});
