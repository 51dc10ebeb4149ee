import { ALL_LOOKS, LOOK_NAMES } from './looks.ts';
import { fileOf } from './pictures.ts';
import { looksOf, type Scene } from './scenes.ts';

const WIDTH = 360;
const NARROW_WIDTH = 140;

/** The gallery's page. */
export function indexOf(scenes: readonly Scene[], browser: string): string {
  const shown = scenes.map((scene) => {
    const pictures = ALL_LOOKS.filter((look) => looksOf(scene).includes(look)).map((look) => {
      const file = fileOf(scene, look);
      return `<a href="${file}"><img src="${file}" width="${look === 'narrow' ? NARROW_WIDTH : WIDTH}" alt="${scene.title}, ${LOOK_NAMES[look]}"></a>`;
    });
    return `## ${scene.title}\n${pictures.join('\n')}\n`;
  });
  return [
    '# Screenshots',
    '',
    `Made by \`npm run screenshots\` from the demo, in Chromium ${browser}; how, and how they are compared, stands in [e2e/screenshots](../../e2e/screenshots/README.md).`,
    'Each screen light, dark, narrow and right to left, some in high contrast and in Filipino; narrow is 420 px wide, right to left is in Arabic.',
    '',
    ...shown,
  ].join('\n');
}
