import { z } from 'zod';

/**
 * What an organisation may settle about the app on its machines. The one place where a policy is declared: the loader, the templates for
 * Windows and macOS, the example for Linux, the table in `docs/policies.md` and the app's own page derive from this value.
 */
export type PolicyKind = 'address' | 'count' | 'switch' | 'proxy' | 'path' | 'choice';

export type PolicyDefinition = {
  kind: PolicyKind;
  value: z.ZodType<PolicyValue>;
  /** Of a count. */
  least?: number;
  most?: number;
  /** Of a choice. */
  options?: readonly string[];
  /** English, for people in IT. */
  title: string;
  about: string;
  /** What holds when nobody says anything. */
  unset: string;
  example: PolicyValue;
  /** `both` where a person has a setting of their own that a default can be the start of. */
  levels: 'enforced' | 'both';
};
export type PolicyValue = string | number | boolean;

const noAddress = 'is no address like https://chat.example.com';
/** In the form in which addresses are compared: without a slash at its end. */
const address = {
  kind: 'address',
  value: z
    .url({ protocol: /^https?$/, normalize: true, error: noAddress })
    .max(2_000)
    .refine((href) => !/[?#@]/.test(href), { error: noAddress })
    .transform((href) => href.replace(/\/+$/, '')),
} as const;

const noProxy = 'is neither “system” nor “direct” nor an address like http://proxy.example.com:8080';
const proxy = {
  kind: 'proxy',
  value: z.union(
    [
      z.enum(['system', 'direct']),
      z
        .url({ protocol: /^https?$/, normalize: true })
        .max(2_000)
        .regex(/^https?:\/\/[^/?#]+\/$/)
        .transform((href) => href.slice(0, -1)),
    ],
    { error: noProxy },
  ),
} as const;

const path = {
  kind: 'path',
  value: z
    .string()
    .max(1_000)
    .regex(/^(\/|[A-Za-z]:\\|\\\\)/, 'is no whole path of a file'),
} as const;

function choice<const O extends readonly [string, ...string[]]>(...options: O) {
  return { kind: 'choice', options, value: z.enum(options, { error: `is none of ${options.join(', ')}` }) } as const;
}

/** The registry knows no truth, only 0 and 1. */
const onOff = {
  kind: 'switch',
  value: z
    .union([z.boolean(), z.literal(0), z.literal(1)], { error: 'is neither true nor false (1 or 0)' })
    .transform((value) => Boolean(value)),
} as const;

function count(least: number, most: number) {
  const error = `is no whole number from ${least} to ${most}`;
  return {
    kind: 'count',
    least,
    most,
    value: z.number({ error }).int({ error }).min(least, { error }).max(most, { error }),
  } as const;
}

export const POLICIES = {
  ServerAddress: {
    ...address,
    title: 'Server address',
    about:
      'The server that the app signs in to. Enforced, the field is locked and no other server is talked to; what the app holds of another server stays unread until that is wiped. As a default, the field starts with it.',
    unset: 'Each person types it when they first sign in.',
    example: 'https://chat.example.com',
    levels: 'both',
  },
  SignInMethod: {
    ...choice('any', 'password', 'oidc'),
    title: 'How people sign in',
    about:
      'Which ways of the server the app offers: “password” (e-mail address and password), “oidc” (the agency’s own sign-in, in the browser), or “any” of them. Enforced, the other one is neither shown nor taken. As a default, that one comes first. Who is signed in stays so.',
    unset: 'Every way that the server has.',
    example: 'oidc',
    levels: 'both',
  },
  CacheDays: {
    ...count(1, 3_650),
    title: 'Days to keep conversations on the computer',
    about:
      'Conversations in which nothing happened for so many days are removed from the computer with their files and their place in the search, also while somebody is signed out; the server keeps them, and they come back with their next message. Files that were opened longer ago go too, and come back when they are opened again. A conversation with replies that wait, or with a draft, stays.',
    unset: 'Everything that somebody takes part in is kept, and readable without a network.',
    example: 90,
    levels: 'enforced',
  },
  AttachmentsEnabled: {
    ...onOff,
    title: 'Allow files in messages',
    about:
      'Turned off, files are neither fetched, shown, saved nor sent, and no conversation is written into a file; those that were kept on the computer are removed. Their names stay visible. People elsewhere are not affected.',
    unset: 'Files are allowed.',
    example: false,
    levels: 'enforced',
  },
  NotificationText: {
    ...onOff,
    title: 'Show names and text in notifications',
    about: 'Turned off, a notification only says that there is something new: no name, job title or text.',
    unset: 'They are shown; each person can turn them off.',
    example: false,
    levels: 'both',
  },
  SpellCheck: {
    ...onOff,
    title: 'Check spelling',
    about:
      'Whether what is written is checked for its spelling. On Windows and Linux the dictionaries for it are fetched from Google’s server (redirector.gvt1.com), once for each language; what is written leaves the computer nowhere. macOS checks by itself.',
    unset: 'Each person turns it on or off; it is off on Windows and Linux until they do.',
    example: false,
    levels: 'both',
  },
  Proxy: {
    ...proxy,
    title: 'Proxy',
    about:
      'How the app reaches its server, with HTTP and WebSocket alike: “system” (as the system says, also by a PAC file), “direct”, or the address of an HTTP proxy, with name and password where it asks for them (http://name:password@proxy.example.com:8080; others on the computer may be able to read a policy). Kerberos, NTLM and SOCKS are not spoken.',
    unset: 'The system’s proxy is used.',
    example: 'http://proxy.example.com:8080',
    levels: 'enforced',
  },
  ExtraCertificates: {
    ...path,
    title: 'Further certificate authorities',
    about:
      'The path of a file with certificates (PEM) of authorities that the app trusts besides those of the system’s store and its own. Needed only where they aren’t in the system’s store.',
    unset: 'The system’s store and the authorities that come with the app are trusted.',
    example: '/etc/trialogue/ca.pem',
    levels: 'enforced',
  },
  UpdatesEnabled: {
    ...onOff,
    title: 'Look for newer versions',
    about:
      'Turned off, the app neither looks for newer versions nor says that there is one. Turned on, what one person installed is fetched and put in when the app is closed; what was installed for the machine is only said to be there.',
    unset: 'The app looks for newer versions, where whoever built it said where they are.',
    example: false,
    levels: 'enforced',
  },
  UpdateChannel: {
    ...choice('latest', 'beta'),
    title: 'Channel of newer versions',
    about:
      'Which versions are looked for. Leaving beta never goes back to an older version: it waits for the next one of the other channel.',
    unset: 'The channel “latest”.',
    example: 'beta',
    levels: 'enforced',
  },
  UpdateAddress: {
    ...address,
    title: 'Address of newer versions',
    about:
      'The folder of a web server of your own with the files of releases (latest.yml and what it names), in place of the one that the app was built with.',
    unset: 'The address that the app was built with, if it was built with one.',
    example: 'https://files.example.com/trialogue',
    levels: 'enforced',
  },
} as const satisfies Record<string, PolicyDefinition>;

export type PolicyName = keyof typeof POLICIES;
export const POLICY_NAMES = Object.keys(POLICIES) as PolicyName[];
export type PolicyOutput<N extends PolicyName> = z.output<(typeof POLICIES)[N]['value']>;

export function definitionOf(name: PolicyName): PolicyDefinition {
  return POLICIES[name];
}

/** Where Windows, macOS and Linux look. */
export const POLICY_PLACES = {
  registry: 'Software\\Policies\\Trialogue',
  /** Below that key: values that people may change. */
  registryDefaults: 'Recommended',
  domain: 'app.trialogue.desktop',
  folder: '/etc/trialogue/policies',
} as const;

export const LEVELS = ['enforced', 'default'] as const;
export type PolicyLevel = (typeof LEVELS)[number];

const policyValue = z.union([z.string(), z.number(), z.boolean()]);

/** What holds on this machine, and where it comes from. */
export const policiesView = z.object({
  /** Each policy once, in the order above. `set` is `null` where nobody says anything. */
  entries: z.array(
    z.object({
      name: z.enum(POLICY_NAMES),
      set: z.object({ value: policyValue, level: z.enum(LEVELS), where: z.string() }).nullable(),
    }),
  ),
  /** What was given and isn't taken: where it stands, which value, and why, in words. */
  problems: z.array(z.object({ where: z.string(), name: z.string().nullable(), message: z.string() })),
});
export type PoliciesView = z.infer<typeof policiesView>;
export type PolicyProblem = PoliciesView['problems'][number];

export const NO_POLICIES: PoliciesView = { entries: POLICY_NAMES.map((name) => ({ name, set: null })), problems: [] };

function setOf(policies: PoliciesView, name: PolicyName): PoliciesView['entries'][number]['set'] {
  return policies.entries.find((entry) => entry.name === name)?.set ?? null;
}

/** The value that nobody can change; `undefined` where there is none. */
export function enforcedPolicy<N extends PolicyName>(policies: PoliciesView, name: N): PolicyOutput<N> | undefined {
  const set = setOf(policies, name);
  return set?.level === 'enforced' ? (set.value as PolicyOutput<N>) : undefined;
}

/** The value that a setting starts with; `undefined` where there is none. */
export function defaultPolicy<N extends PolicyName>(policies: PoliciesView, name: N): PolicyOutput<N> | undefined {
  const set = setOf(policies, name);
  return set?.level === 'default' ? (set.value as PolicyOutput<N>) : undefined;
}
