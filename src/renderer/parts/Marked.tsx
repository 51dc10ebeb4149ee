import type { ReactElement } from 'react';

export type MarkedText = { text: string; marks: readonly (readonly [number, number])[] };

/** Cuts a text at its marks, which may overlap or lie outside of it. */
export function markedParts({ text, marks }: MarkedText): { text: string; at: number; marked: boolean }[] {
  const parts: { text: string; at: number; marked: boolean }[] = [];
  let at = 0;
  for (const [start, end] of marks.toSorted((a, b) => a[0] - b[0])) {
    const from = Math.max(at, Math.min(start, text.length));
    const to = Math.min(end, text.length);
    if (to <= from) continue;
    if (from > at) parts.push({ text: text.slice(at, from), at, marked: false });
    parts.push({ text: text.slice(from, to), at: from, marked: true });
    at = to;
  }
  if (at < text.length) parts.push({ text: text.slice(at), at, marked: false });
  return parts;
}

export function Marked({ className, ...props }: MarkedText & { className?: string }): ReactElement {
  return (
    <bdi className={className}>
      {markedParts(props).map((part) =>
        part.marked ? (
          <mark key={part.at} className="rounded-xs bg-mark text-n12">
            {part.text}
          </mark>
        ) : (
          <span key={part.at}>{part.text}</span>
        ),
      )}
    </bdi>
  );
}
