/** A plot as SVG, readable on light and dark pages. Nothing of it needs a script or a font. */
/** `style`: which colour and shape; the same server has the same in all plots. */
export type Line = { name: string; style: number; points: { x: number; y: number; least: number; most: number }[] };
export type Plot = { title: string; x: string; y: string; lines: Line[] };

const WIDTH = 720;
const HEIGHT = 300;
const LEFT = 62;
const RIGHT = 200;
const TOP = 34;
const BOTTOM = 44;
/** Told apart by people who see no red or green, too; the shapes say the same. */
const COLOURS = ['#3b7dd8', '#d97a00', '#8a5cd6', '#1a9c8c', '#c2477f'];
const SHAPES = ['circle', 'square', 'diamond', 'triangle', 'cross'] as const;
const STYLE = `<style>
text { font: 12px system-ui, sans-serif; fill: #24292f }
.quiet { fill: #57606a } .title { font-weight: 600; font-size: 13px }
.grid { stroke: #d0d7de; stroke-width: 1 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .quiet { fill: #9aa4af } .grid { stroke: #3d444d } }
</style>`;

type Scale = { at(value: number): number; ticks: number[] };

/** Both axes by powers of ten: growth in proportion to the work is a straight line that rises as much as it goes to the right. */
export function drawPlot({ title, x, y, lines }: Plot): string {
  const all = lines.flatMap(({ points }) => points).filter((point) => point.y > 0 && point.x > 0);
  const xs = logarithmic(
    all.map((point) => point.x),
    [LEFT + 20, WIDTH - RIGHT - 20],
    [...new Set(all.map((point) => point.x))],
  );
  const values = all.flatMap(({ least, most }) => [Math.max(least, most / 1_000), most]);
  const ys = logarithmic(values, [HEIGHT - BOTTOM - 6, TOP + 8], null);
  const parts = [
    text(LEFT, 18, title, 'title'),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x, 'quiet', 'middle'),
    text(LEFT, TOP - 2, y, 'quiet'),
    ...ys.ticks.flatMap((tick) => [
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(ys.at(tick))}" y2="${px(ys.at(tick))}"/>`,
      text(LEFT - 8, ys.at(tick) + 4, short(tick), 'quiet', 'end'),
    ]),
    ...xs.ticks.map((tick) => text(xs.at(tick), HEIGHT - BOTTOM + 16, short(tick), 'quiet', 'middle')),
    ...lines.flatMap((line, index) => drawLine(line, index, { xs, ys })),
  ];
  return svg(title, parts);
}

/** A bar for each, from nothing. */
export function drawBars({
  title,
  y,
  bars,
}: {
  title: string;
  y: string;
  bars: { name: string; style: number; value: number }[];
}): string {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const [left, right] = [210, 90];
  const parts = [text(12, 18, title, 'title'), text(12, TOP, y, 'quiet')];
  for (const [index, { name, style, value }] of bars.entries()) {
    const top = TOP + 16 + index * 44;
    const width = Math.max(1, (value / most) * (WIDTH - left - right));
    parts.push(
      text(left - 10, top + 20, name, '', 'end'),
      `<rect x="${left}" y="${top + 2}" width="${px(width)}" height="26" rx="3" fill="${COLOURS[style % COLOURS.length]!}"/>`,
      text(left + width + 8, top + 20, short(value), ''),
    );
  }
  return svg(title, parts);
}

function drawLine({ name, style, points }: Line, index: number, { xs, ys }: { xs: Scale; ys: Scale }): string[] {
  const colour = COLOURS[style % COLOURS.length]!;
  const shown = points.filter((point) => point.y > 0 && point.x > 0);
  const path = shown.map((point) => `${px(xs.at(point.x))},${px(ys.at(point.y))}`).join(' ');
  const label = TOP + 14 + index * 22;
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...shown.flatMap((point) => [
      `<line x1="${px(xs.at(point.x))}" x2="${px(xs.at(point.x))}" y1="${px(ys.at(Math.max(point.least, point.most / 1_000)))}" y2="${px(ys.at(point.most))}" stroke="${colour}" stroke-width="1.5" opacity="0.6"/>`,
      shape(style, xs.at(point.x), ys.at(point.y), colour),
    ]),
    shape(style, WIDTH - RIGHT + 18, label, colour),
    text(WIDTH - RIGHT + 30, label + 4, name, ''),
  ];
}

function shape(style: number, x: number, y: number, colour: string): string {
  const points = (...pairs: [number, number][]): string =>
    `<polygon points="${pairs.map(([dx, dy]) => `${px(x + dx)},${px(y + dy)}`).join(' ')}" fill="${colour}"/>`;
  switch (SHAPES[style % SHAPES.length]!) {
    case 'circle':
      return `<circle cx="${px(x)}" cy="${px(y)}" r="4.5" fill="${colour}"/>`;
    case 'square':
      return `<rect x="${px(x - 4)}" y="${px(y - 4)}" width="8" height="8" fill="${colour}"/>`;
    case 'diamond':
      return points([0, -6], [6, 0], [0, 6], [-6, 0]);
    case 'triangle':
      return points([0, -5], [5.5, 4.5], [-5.5, 4.5]);
    case 'cross':
      return `<path d="M${px(x - 4)} ${px(y - 4)}l8 8m0 -8l-8 8" stroke="${colour}" stroke-width="2.5"/>`;
  }
}

/** `exact`: where it is labelled; else at 1, 2 and 5 of each power of ten, or at the powers alone when these are many. */
function logarithmic(values: readonly number[], [from, to]: readonly [number, number], exact: number[] | null): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [low, high] = most > least * 1.5 ? [Math.log(least), Math.log(most)] : [Math.log(least / 2), Math.log(most * 2)];
  const at = (value: number): number => from + ((Math.log(value) - low) / (high - low)) * (to - from);
  const powers = Array.from({ length: 16 }, (_, index) => 10 ** (index - 5));
  const within = (ticks: number[]): number[] => ticks.filter((tick) => Math.log(tick) >= low && Math.log(tick) <= high);
  const fine = within(powers.flatMap((power) => [power, 2 * power, 5 * power]));
  const coarse = within(powers);
  return { at, ticks: exact ?? (fine.length > 7 && coarse.length > 1 ? coarse : fine) };
}

function svg(title: string, parts: readonly string[]): string {
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`;
  return [open, `<title>${escaped(title)}</title>`, STYLE, ...parts, '</svg>', ''].join('\n');
}

function text(x: number, y: number, content: string, kind: string, anchor = 'start'): string {
  return `<text x="${px(x)}" y="${px(y)}" class="${kind}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

const px = (value: number): string => value.toFixed(1);
const escaped = (content: string): string => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
export const short = (value: number): string => {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(value >= 100 ? 3 : 2)));
};
