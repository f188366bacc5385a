import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';

const SAMPLE = fileURLToPath(new URL('../fixtures/greetings/', import.meta.url));

describe('the tutorial in docs/new-app.md', () => {
  let shown: ReadonlyMap<string, string>;
  beforeAll(async () => {
    const tutorial = await readFile(new URL('../../docs/new-app.md', import.meta.url), 'utf8');
    const blocks = tutorial.matchAll(/^`([^`\n]+)`\n\n```tsx?\n(.*?)^```$/gms);
    shown = new Map([...blocks].map(([, path = '', code = '']) => [path, code]));
  });

  it('shows every file of the sample app', async () => {
    const files: string[] = [];
    for await (const file of glob('**/*.{ts,tsx}', { cwd: SAMPLE })) files.push(file);
    expect([...shown.keys()].toSorted()).toEqual(files.toSorted());
  });

  it('shows each file as it is', async () => {
    for (const [path, code] of shown) {
      expect({ path, code }).toEqual({ path, code: await readFile(`${SAMPLE}${path}`, 'utf8') });
    }
  });

  it('shows the one line that installs the app, as the test of the app writes it', async () => {
    const line = "export { greetings } from './apps/greetings/index.ts';";
    const [tutorial, test] = await Promise.all([
      readFile(new URL('../../docs/new-app.md', import.meta.url), 'utf8'),
      readFile(new URL('../new-app.test.ts', import.meta.url), 'utf8'),
    ]);
    expect(tutorial).toContain(line);
    expect(test).toContain(line);
  });
});
