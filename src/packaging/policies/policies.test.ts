import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';

import { POLICIES, POLICY_NAMES } from '#shared/policies.ts';

import { POLICY_FILES } from './files.ts';
import { linuxExample } from './linux.ts';
import { mobileconfig } from './macos.ts';
import { adml, admx } from './windows.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Throws where it isn't well-formed. */
function read(text: string): Document {
  return new DOMParser({
    errorHandler: (level: string, message: unknown) => {
      throw new Error(`${level}: ${String(message)}`);
    },
  }).parseFromString(text, 'text/xml');
}
const all = (document: Document, tag: string): Element[] => Array.from(document.getElementsByTagName(tag));
const childrenOf = (element: Element): Element[] =>
  Array.from(element.childNodes).filter((node): node is Element => node.nodeType === 1);
const inOrder = (element: Element, order: readonly string[]): void => {
  const places = childrenOf(element).map(({ nodeName }) => order.indexOf(nodeName));
  expect(places, element.nodeName).toEqual(places.toSorted((a, b) => a - b));
  expect(places, element.nodeName).not.toContain(-1);
};
const named = (document: Document, tag: string, attribute = 'name'): string[] =>
  all(document, tag).map((element) => element.getAttribute(attribute) ?? '');

/** The first such attribute below an element. */
function firstId(element: Element, attribute: string): string | undefined {
  return Array.from(element.getElementsByTagName('*'), (child) => child.getAttribute(attribute) ?? '').find(Boolean);
}

/** What the template refers to, by `$(string.…)` and `$(presentation.…)`. */
function mentioned(kind: string): string[] {
  return [...new Set(Array.from(admx().matchAll(new RegExp(`\\$\\(${kind}\\.(\\w+)\\)`, 'g')), (match) => match[1]!))].toSorted();
}

/** The plain values of a property list's dictionary. */
function dictionary(dict: Element): Record<string, unknown> {
  const parts = Array.from(dict.childNodes).filter((node) => node.nodeType === 1);
  return Object.fromEntries(
    parts.flatMap((part, index) => {
      const value = parts[index + 1];
      if (part.nodeName !== 'key' || !value) return [];
      const text = value.textContent ?? '';
      const read = { true: true, false: false, integer: Number(text), string: text }[value.nodeName];
      return [[part.textContent, read]];
    }),
  );
}

describe('files written from the schema', () => {
  it.each(Object.keys(POLICY_FILES))('[IT-2] %s is as `npm run policies` writes it', (path) => {
    expect(readFileSync(join(ROOT, path), 'utf8')).toBe(POLICY_FILES[path]!());
  });

  it('[IT-2] the Windows template has each policy, and each word that it speaks of', () => {
    const [template, words] = [read(admx()), read(adml())];
    const policies = named(template, 'policy');
    expect(policies.filter((name) => !name.endsWith('_Default'))).toEqual(POLICY_NAMES);
    expect(policies.filter((name) => name.endsWith('_Default'))).toEqual(
      POLICY_NAMES.filter((name) => POLICIES[name].levels === 'both').map((name) => `${name}_Default`),
    );
    const strings = named(words, 'string', 'id');
    const presentations = named(words, 'presentation', 'id');
    expect(mentioned('string')).toEqual(strings.toSorted());
    expect(mentioned('presentation')).toEqual(presentations.toSorted());
    // What is shown for a policy fills in the element of the same name.
    const shown = all(words, 'presentation').map((one) => [one.getAttribute('id'), firstId(one, 'refId')]);
    const filled = all(template, 'policy')
      .filter((policy) => policy.getAttribute('presentation'))
      .map((policy) => [policy.getAttribute('name'), firstId(policy, 'id')]);
    expect(shown).toEqual(filled);
    expect(named(template, 'policy', 'key').filter((key) => key.endsWith('\\Recommended'))).toHaveLength(
      POLICY_NAMES.filter((name) => POLICIES[name].levels === 'both').length,
    );
  });

  it('[IT-2] the Windows templates keep the order of Microsoft’s schema, and refer to no template that Intune would have to know', () => {
    const [template, words] = [read(admx()), read(adml())];
    inOrder(template.documentElement, ['policyNamespaces', 'resources', 'supportedOn', 'categories', 'policies']);
    for (const policy of all(template, 'policy')) {
      inOrder(policy, ['parentCategory', 'supportedOn', 'enabledValue', 'disabledValue', 'elements']);
      // A switch needs its two values, anything else an element; with neither, an editor writes a 1.
      expect(childrenOf(policy).filter(({ nodeName }) => /Value$|^elements$/.test(nodeName)).length).toBe(
        policy.getAttribute('valueName') ? 2 : 1,
      );
      expect(policy.getAttribute('key')).toMatch(/^Software\\Policies\\Trialogue(\\Recommended)?$/);
    }
    inOrder(words.documentElement, ['displayName', 'description', 'resources']);
    inOrder(all(words, 'resources')[0]!, ['stringTable', 'presentationTable']);
    expect(all(template, 'using')).toEqual([]);
    const own = new Set([...named(template, 'category'), ...named(template, 'definition')]);
    const references = ['parentCategory', 'supportedOn'].flatMap((tag) => named(template, tag, 'ref')).filter(Boolean);
    expect(references.length).toBeGreaterThan(POLICY_NAMES.length);
    expect(references.filter((name) => !own.has(name))).toEqual([]);
    for (const ids of [named(template, 'policy'), named(words, 'string', 'id'), named(words, 'presentation', 'id')]) {
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('[IT-2] the Mac’s profile forces values that the app takes', () => {
    const payload = dictionary(all(read(mobileconfig()), 'dict')[1]!);
    expect(payload).toMatchObject({ PayloadType: 'app.trialogue.desktop', PayloadVersion: 1 });
    for (const name of POLICY_NAMES) expect(POLICIES[name].value.safeParse(payload[name]).success, name).toBe(true);
  });

  it('[IT-2] the example for Linux holds each policy once, in a form that the app takes', () => {
    const { enforced, defaults } = JSON.parse(linuxExample()) as Record<string, Record<string, unknown>>;
    expect([...Object.keys(enforced!), ...Object.keys(defaults!)].toSorted()).toEqual(POLICY_NAMES.toSorted());
    for (const [name, value] of Object.entries({ ...enforced, ...defaults })) {
      expect(POLICIES[name as keyof typeof POLICIES].value.safeParse(value).success, name).toBe(true);
    }
    for (const name of Object.keys(defaults!)) expect(POLICIES[name as keyof typeof POLICIES].levels).toBe('both');
  });
});
