import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

/** Imports a module in a process of its own, and prints the packages that were loaded with it. */
const SCRIPT = `
  import { registerHooks } from 'node:module';
  const packages = new Set();
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const found = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules)/.exec(resolved.url);
      if (found) packages.add(found[1]);
      return resolved;
    },
  });
  await import(process.argv[1]);
  console.log(JSON.stringify([...packages]));
  process.exit();
`;

async function packagesLoadedBy(path: string): Promise<string[]> {
  const module = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '--eval',
    SCRIPT,
    module,
  ]);
  return JSON.parse(stdout);
}

/** What only some processes use, and none before its first use. */
const HEAVY = ['pg-boss', '@aws-sdk/client-sqs', '@sentry/core', 'prom-client', 'pidusage'];

describe('a process that only imports the queue', () => {
  it.each([['src/queue/index.ts'], ['src/queue/engine/engine-process.ts']])(
    'does not load what it may never use: %s',
    async (path) => {
      const loaded = await packagesLoadedBy(path);
      expect(loaded).toEqual(expect.arrayContaining(['knex']));
      expect(loaded.filter((name) => HEAVY.includes(name))).toEqual([]);
    },
  );
});
