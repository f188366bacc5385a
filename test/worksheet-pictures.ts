import { mkdir, writeFile } from 'node:fs/promises';
import { COLOUR_MODES } from '../src/apps/render/documents/document-request.ts';
import { GENERATORS } from '../src/apps/render/generators/index.ts';
import { drawSheet, PICTURES, pictureName } from './apps/render/sheet-pictures.ts';

// Draws the pictures of docs/apps/render-resources.md anew, which tests compare with: `node test/worksheet-pictures.ts`.
// Look at them before you keep them.

await mkdir(PICTURES, { recursive: true });
for (const generator of GENERATORS)
  for (const colourMode of COLOUR_MODES)
    await writeFile(
      new URL(pictureName(generator.view, colourMode), PICTURES),
      await drawSheet(generator, colourMode),
    );
