import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { SETTING_DEFAULTS } from '../src/settings.ts';

/** Read by the entry point scripts, the management commands and the AWS SDK, so not known to the settings. */
const OTHER_READERS = [
  'MIGRATE',
  'INIT_SUPERUSER',
  'DJANGO_SUPERUSER_USERNAME',
  'DJANGO_SUPERUSER_EMAIL',
  'DJANGO_SUPERUSER_PASSWORD',
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_REGION',
];

function read(name: string): Promise<string> {
  return readFile(new URL(`../${name}`, import.meta.url), 'utf8');
}

/** The variables and defaults in the tables below the heading "Settings"; `undefined` for "none". */
function documentedSettings(readme: string): [variable: string, byDefault: string | undefined][] {
  const section = readme.split(/^## /m).find((text) => text.startsWith('Settings\n')) ?? '';
  const rows = section.matchAll(/^\| `([A-Z0-9_]+)` \| (?:`([^`]*)`|none) \| \S.* \|$/gm);
  return [...rows].map(([, variable = '', byDefault]) => [variable, byDefault]);
}

/** The variables of a file like `.env`, those that are commented out included. */
function listedVariables(file: string): [variable: string, value: string][] {
  const lines = file.matchAll(/^#? ?([A-Z][A-Z0-9_]*)=(.*)$/gm);
  return [...lines].map(([, variable = '', value = '']) => [variable, value.trim()]);
}

const EXPECTED_VARIABLES = [...Object.keys(SETTING_DEFAULTS), ...OTHER_READERS].toSorted();

describe('the settings in README.md', () => {
  let documented: [string, string | undefined][];
  beforeAll(async () => {
    documented = documentedSettings(await read('README.md'));
  });

  it('are all there are, each once', () => {
    expect(documented.map(([variable]) => variable).toSorted()).toEqual(EXPECTED_VARIABLES);
  });

  it('have the defaults that the code has', () => {
    const inCode = documented.map(([variable]) => [
      variable,
      Object.entries(SETTING_DEFAULTS).find(([name]) => name === variable)?.[1],
    ]);
    expect(documented).toEqual(inCode);
  });
});

describe('.env.dist', () => {
  let listed: [string, string][];
  beforeAll(async () => {
    listed = listedVariables(await read('.env.dist'));
  });

  it('lists every variable, each once', () => {
    expect(listed.map(([variable]) => variable).toSorted()).toEqual(EXPECTED_VARIABLES);
  });

  it('has the defaults that the code has', () => {
    const values = new Map(listed);
    for (const [variable, byDefault] of Object.entries(SETTING_DEFAULTS)) {
      if (byDefault !== undefined) expect([variable, values.get(variable)]).toEqual([variable, byDefault]);
    }
  });
});
