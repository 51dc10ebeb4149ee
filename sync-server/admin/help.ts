import type { Command, Option } from 'commander';

import { EXIT_CODES, GROUPS, OPTION_ABOUT } from './reference-shape.ts';
import { REFERENCE } from './reference.ts';

const CALL = 'npm run -s admin -- ';

/** Gives each command what help tells besides its options, and puts them into groups, each in the order of the reference. */
export function describeCommands(program: Command): void {
  program
    .usage('<command> [options]')
    .configureHelp({ showGlobalOptions: false, optionDescription: aboutOption, subcommandTerm: (command) => command.name() })
    .addHelpText('after', `\n${exitCodes()}\n\n"help <command>" tells all about one of them, with examples.`);
  for (const command of program.commands) {
    const reference = REFERENCE[command.name()];
    // A test sees to it that there is one.
    if (!reference) continue;
    for (const option of command.options) option.description ||= OPTION_ABOUT[option.long ?? ''] ?? '';
    const { examples, notes = [], json, group } = reference;
    command
      .helpGroup(`${group}:`)
      .configureHelp({ optionDescription: aboutOption })
      .addHelpText(
        'after',
        [
          '',
          ...notes.flatMap((note) => [...wrapped(note), '']),
          'Examples:',
          ...examples.map((example) => `  ${CALL}${example}`),
          '',
          'With --json, one object:',
          ...Object.entries(json).map(([field, about]) => `  ${field.padEnd(14)} ${about}`),
          '',
          exitCodes(),
        ].join('\n'),
      );
  }
  const order = Object.keys(REFERENCE);
  const place = (command: Command): number => {
    const group = REFERENCE[command.name()]?.group;
    return (group ? GROUPS.indexOf(group) : GROUPS.length) * 1_000 + order.indexOf(command.name());
  };
  (program.commands as Command[]).sort((a, b) => place(a) - place(b));
}

function aboutOption(option: Option): string {
  const { argChoices: choices, defaultValue, mandatory, description } = option;
  const extra = [
    ...(mandatory ? ['required'] : []),
    ...(choices ? [`one of ${choices.join(', ')}`] : []),
    ...(defaultValue === undefined || (Array.isArray(defaultValue) && defaultValue.length === 0) || defaultValue === ''
      ? []
      : [`default ${String(defaultValue)}`]),
  ];
  return extra.length > 0 ? `${description} (${extra.join('; ')})` : description;
}

function exitCodes(): string {
  return ['Ends with:', ...Object.entries(EXIT_CODES).map(([code, about]) => `  ${code}  ${about}`)].join('\n');
}

function wrapped(text: string, width = 100): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

/** docs/admin.md: the same, for reading. */
export function referencePage(program: Command): string {
  const lines = [
    '# The admin command line',
    '',
    `Made from the commands themselves (\`sync-server/admin/reference-*.ts\`); a test holds the two together.`,
    '',
    '```',
    `${CALL}<command> [options]`,
    '```',
    'It works beside a running server and without one, with the same environment: `DATABASE_URL` names a Postgres, else the embedded one in `DATA_DIR`',
    'is used. `help`, `help <command>` and `<command> --help` tell what is below. An agency is said by name or id, an account by e-mail address or id, a',
    'conversation by number or id; `list-agencies`, `list-accounts` and `list-conversations` find them.',
    '',
    '**For scripts**: with `--json` each command prints one JSON object to stdout, and nothing else there. Its fields stay; new ones may come. Times are ISO 8601',
    'in UTC. What goes on, and what is wrong, goes to stderr as text; when a command fails, stdout is empty, but for `check`, `rebuild` and imports that found problems.',
    '',
    '| it ends with | when |',
    '| --- | --- |',
    ...Object.entries(EXIT_CODES).map(([code, about]) => `| ${code} | ${about} |`),
  ];
  for (const group of GROUPS) {
    lines.push('', `## ${group}`);
    for (const command of program.commands) {
      const reference = REFERENCE[command.name()];
      if (reference?.group !== group) continue;
      const takes = command.registeredArguments.map((one) => ` <${one.name()}>`).join('');
      lines.push(
        '',
        `### ${command.name()}`,
        `${command.description()}.`,
        '',
        '```',
        ...reference.examples.map((one) => `${CALL}${one}`),
        '```',
      );
      const options = [
        ...command.registeredArguments.map((one) => `| \`<${one.name()}>\` | ${cell(one.description)} |`),
        ...command.options
          .filter(({ long }) => long !== '--json')
          .map((one) => `| \`${one.flags.replaceAll('|', String.raw`\|`)}\` | ${cell(aboutOption(one))} |`),
      ];
      if (options.length > 0)
        lines.push('', `| ${takes === '' ? 'option' : 'argument, option'} | |`, '| --- | --- |', ...options);
      lines.push(
        '',
        `JSON: ${Object.entries(reference.json)
          .map(([field, about]) => `\`${field}\` ${about}`)
          .join('; ')}.`,
      );
      for (const note of reference.notes ?? []) lines.push('', note);
    }
  }
  return `${lines.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
