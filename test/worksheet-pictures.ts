import { mkdir, writeFile } from 'node:fs/promises';
import { GENERATORS } from '../src/apps/render/generators/index.ts';
import { drawSheet, PICTURES } from './apps/render/sheet-pictures.ts';

// Draws the pictures of docs/apps/render-resources.md anew, which tests compare with: `node test/worksheet-pictures.ts`.
// Look at them before you keep them.

await mkdir(PICTURES, { recursive: true });
for (const generator of GENERATORS)
  await writeFile(new URL(`${generator.view}.png`, PICTURES), await drawSheet(generator));
