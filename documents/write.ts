// `npm run documents`: writes the tables of settings in README.md and docs/apps/, and all of .env.dist, from the
// declarations. With `--check` it changes nothing, and fails where a document differs: `npm run lint` runs that.

import { writeFile } from 'node:fs/promises';
import { readDocument, writtenDocuments } from './documents.ts';

const changesFiles = !process.argv.includes('--check');

for (const { path, text } of await writtenDocuments()) {
  if (text === (await readDocument(path))) continue;
  if (changesFiles) {
    await writeFile(new URL(`../${path}`, import.meta.url), text);
    console.log(`${path} is written anew.`);
  } else {
    console.error(`${path} differs from the declarations of the settings. Run: npm run documents`);
    process.exitCode = 1;
  }
}
