import { LOOK_NAMES, LOOKS } from './looks.ts';
import { fileOf } from './pictures.ts';
import { looksOf, type Scene } from './scenes.ts';

const WIDTH = { light: 360, dark: 360, narrow: 140, rtl: 360 };

/** The gallery's page. */
export function indexOf(scenes: readonly Scene[], browser: string): string {
  const shown = scenes.map((scene) => {
    const pictures = LOOKS.filter((look) => looksOf(scene).includes(look)).map((look) => {
      const file = fileOf(scene, look);
      return `<a href="${file}"><img src="${file}" width="${WIDTH[look]}" alt="${scene.title}, ${LOOK_NAMES[look].toLowerCase()}"></a>`;
    });
    return `## ${scene.title}\n${pictures.join('\n')}\n`;
  });
  return [
    '# Screenshots',
    '',
    `Made by \`npm run screenshots\` from the demo, in Chromium ${browser}; how, and how they are compared, stands in [e2e/screenshots](../../e2e/screenshots/README.md).`,
    `Each screen ${Object.values(LOOK_NAMES).join(', ').toLowerCase()}; narrow is 420 px wide, right to left is in Arabic.`,
    '',
    ...shown,
  ].join('\n');
}
