import { definitionOf, POLICY_NAMES, POLICY_PLACES, type PolicyDefinition, type PolicyName } from '#shared/policies.ts';

import { xml } from './xml.ts';

const NAMESPACE = 'Trialogue.Policies.App';
const KEY = POLICY_PLACES.registry;
const DEFAULTS_KEY = `${KEY}\\${POLICY_PLACES.registryDefaults}`;

type Shown = { name: PolicyName; definition: PolicyDefinition; id: string; key: string; category: string };

/** Each policy once, and once more in a category of its own where it can be a default. */
function shownPolicies(): Shown[] {
  return POLICY_NAMES.flatMap((name) => {
    const definition = definitionOf(name);
    const enforced = { name, definition, id: name, key: KEY, category: 'Trialogue' };
    return definition.levels === 'both'
      ? [enforced, { ...enforced, id: `${name}_Default`, key: DEFAULTS_KEY, category: 'TrialogueDefaults' }]
      : [enforced];
  });
}

/** The template for Windows' group policies. It refers to no other: Intune takes none whose others weren't brought to it before. */
export function admx(): string {
  const policies = shownPolicies().map(({ name, definition, id, key, category }) => {
    const head =
      `    <policy name="${id}" class="Both" displayName="$(string.${name})" explainText="$(string.${name}_About)" key="${xml(key)}"` +
      (definition.kind === 'switch' ? ` valueName="${name}"` : ` presentation="$(presentation.${id})"`) +
      '>';
    return [
      head,
      `      <parentCategory ref="${category}" />`,
      '      <supportedOn ref="SUPPORTED_Trialogue" />',
      ...valueOf(name, definition).map((line) => `      ${line}`),
      '    </policy>',
    ].join('\n');
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="trialogue" namespace="${NAMESPACE}" />
  </policyNamespaces>
  <resources minRequiredRevision="1.0" />
  <supportedOn>
    <definitions>
      <definition name="SUPPORTED_Trialogue" displayName="$(string.SUPPORTED_Trialogue)" />
    </definitions>
  </supportedOn>
  <categories>
    <category name="Trialogue" displayName="$(string.Trialogue)" />
    <category name="TrialogueDefaults" displayName="$(string.TrialogueDefaults)" explainText="$(string.TrialogueDefaults_About)">
      <parentCategory ref="Trialogue" />
    </category>
  </categories>
  <policies>
${policies.join('\n')}
  </policies>
</policyDefinitions>
`;
}

function valueOf(name: PolicyName, definition: PolicyDefinition): string[] {
  switch (definition.kind) {
    case 'switch':
      return ['<enabledValue><decimal value="1" /></enabledValue>', '<disabledValue><decimal value="0" /></disabledValue>'];
    case 'count':
      return [
        '<elements>',
        `  <decimal id="${name}" valueName="${name}" required="true" minValue="${definition.least}" maxValue="${definition.most}" />`,
        '</elements>',
      ];
    case 'choice':
      return [
        '<elements>',
        `  <enum id="${name}" valueName="${name}" required="true">`,
        ...(definition.options ?? []).map(
          (option) => `    <item displayName="$(string.${name}_${option})"><value><string>${option}</string></value></item>`,
        ),
        '  </enum>',
        '</elements>',
      ];
    case 'address':
    case 'proxy':
    case 'path':
      return ['<elements>', `  <text id="${name}" valueName="${name}" required="true" maxLength="2000" />`, '</elements>'];
  }
}

/** Its words, in English. */
export function adml(): string {
  const strings: [string, string][] = [
    ['SUPPORTED_Trialogue', 'Trialogue for Windows'],
    ['Trialogue', 'Trialogue'],
    ['TrialogueDefaults', 'Defaults (people may change them)'],
    ['TrialogueDefaults_About', 'What the settings start with; each person may choose otherwise in the app.'],
    ...POLICY_NAMES.flatMap((name): [string, string][] => {
      const { title, about, unset, options } = definitionOf(name);
      return [
        [name, title],
        [`${name}_About`, `${about}\n\nNot configured: ${unset}`],
        ...(options ?? []).map((option): [string, string] => [`${name}_${option}`, option]),
      ];
    }),
  ];
  const presentations = shownPolicies().filter(({ definition }) => definition.kind !== 'switch');
  return `<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">
  <displayName>Trialogue</displayName>
  <description>What an organisation can settle about the Trialogue app.</description>
  <resources>
    <stringTable>
${strings.map(([id, text]) => `      <string id="${id}">${xml(text)}</string>`).join('\n')}
    </stringTable>
    <presentationTable>
${presentations.map(presentation).join('\n')}
    </presentationTable>
  </resources>
</policyDefinitionResources>
`;
}

function presentation({ id, name, definition }: Shown): string {
  const title = xml(definition.title);
  const control = {
    count: `<decimalTextBox refId="${name}" defaultValue="${xml(String(definition.example))}">${title}</decimalTextBox>`,
    choice: `<dropdownList refId="${name}" defaultItem="0">${title}</dropdownList>`,
    text: `<textBox refId="${name}"><label>${title}</label></textBox>`,
  }[definition.kind === 'count' || definition.kind === 'choice' ? definition.kind : 'text'];
  return `      <presentation id="${id}">\n        ${control}\n      </presentation>`;
}
