import { definitionOf, POLICY_NAMES, POLICY_PLACES, type PolicyDefinition } from '#shared/policies.ts';

/** The page for people in IT. */
export function policiesPage(): string {
  return `# Policies

Written by \`npm run policies\` from \`src/shared/policies.ts\`; changes by hand are lost.

The app reads them once, when it starts. Its menu → *Set by your organisation…* shows each value, whether it is enforced or a default, and where it stands; what is not
understood (an unknown name, a wrong value, a broken file) is listed there and in \`app.log\` (\`policy-refused\`), and everything else holds.

- **Enforced**: people can't change it. **Default**: what a setting starts with until a person chooses otherwise.
- Of two that say the same, the enforced one counts; among those, the machine's before the user's (Windows), and the file later in the alphabet (Linux).

| policy | kind | may be | what it does | when nobody says anything | example |
| --- | --- | --- | --- | --- | --- |
${POLICY_NAMES.map((name) => row(name, definitionOf(name))).join('\n')}

## Where they stand
| system | enforced | default |
| --- | --- | --- |
| Windows | \`HKLM\\${POLICY_PLACES.registry}\`, then \`HKCU\\${POLICY_PLACES.registry}\` | the same with \`\\${POLICY_PLACES.registryDefaults}\` |
| macOS | forced by a configuration profile for the domain \`${POLICY_PLACES.domain}\` | any other value in that domain (\`defaults write\`) |
| Linux | \`enforced\` in \`${POLICY_PLACES.folder}/*.json\` | \`defaults\` in the same files |

Kinds in the registry: an address, a path, a choice and the proxy are \`REG_SZ\`, a number and on/off are \`REG_DWORD\` (1 or 0).

## Templates
| file | for |
| --- | --- |
| \`resources/policies/windows/Trialogue.admx\`, \`en-US/Trialogue.adml\` | group policies and Intune: copy both into \`PolicyDefinitions\`, or import them |
| \`resources/policies/macos/Trialogue.mobileconfig\` | Jamf, Intune and other device managements: take out what you don't want |
| \`resources/policies/linux/example.json\` | \`${POLICY_PLACES.folder}/\` |

The templates are checked by the tests of this repository: they are well-formed, in the order of elements that Microsoft's schema wants, and agree with the schema of the app; loading them into a Windows domain, Intune or a Mac is a step of the release
checklist, on those systems.

## Trying them out
From a checkout, \`TRIALOGUE_POLICIES_DIR=<folder>\` is read instead of what the system has, in the form of the Linux files, by both hosts and on every system. An installed app
takes no notice of it.
`;
}

function row(name: string, { kind, least, most, options, levels, about, unset, example }: PolicyDefinition): string {
  const kinds = {
    address: 'address (http or https)',
    count: `number, ${least} to ${most}`,
    switch: 'on/off',
    proxy: '`system`, `direct` or an address',
    path: 'path of a file',
    choice: (options ?? []).map((option) => `\`${option}\``).join(' or '),
  };
  const cells = [
    `\`${name}\``,
    kinds[kind],
    levels === 'both' ? 'enforced, default' : 'enforced',
    about,
    unset,
    `\`${JSON.stringify(example)}\``,
  ];
  return `| ${cells.join(' | ')} |`;
}
