/** A block of bash in a document, and what it says that it prints; `null` where it says nothing. */
export type Step = { line: number; command: string; expected: string | null };

/** The ```bash blocks of one section of a Markdown document, each with the block of text or JSON that follows it at once. */
export function readWalkThrough(markdown: string, heading: string): Step[] {
  const steps: Step[] = [];
  const lines = markdown.split('\n');
  const from = lines.indexOf(heading);
  if (from < 0) throw new Error(`there is no section "${heading}"`);
  for (let index = from + 1; index < lines.length && !lines[index]!.startsWith('## '); index++) {
    const language = /^```(\w+)$/.exec(lines[index]!)?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf('```', index);
    if (end < 0) throw new Error(`line ${index + 1}: this block has no end`);
    const content = lines.slice(index + 1, end).join('\n');
    if (language === 'bash') steps.push({ line: index + 1, command: content, expected: null });
    else if (language === 'text' || language === 'json') {
      const step = steps.at(-1);
      if (!step || step.expected !== null) throw new Error(`line ${index + 1}: nothing was run that prints this`);
      step.expected = content;
    }
    index = end;
  }
  return steps;
}

/** Whether something printed is as a document shows it: `…` stands for anything within the line. */
export function isAsShown(printed: string, expected: string): boolean {
  const pattern = expected
    .trim()
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*?');
  return new RegExp(`^${pattern}$`).test(printed.trim());
}
