import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../../src/platform/settings/process-settings.ts';
import { defineSection } from '../../../src/platform/settings/section.ts';
import { boolean, texts, wholeNumber } from '../../../src/platform/settings/values.ts';
import { optionalVariable, requiredVariable, variable } from '../../../src/platform/settings/variable.ts';
import { faultsOf } from '../../support/settings.ts';

const LEAST = variable('PRESS_LEAST', wholeNumber(0, 9), { default: '1', meaning: 'The fewest copies.' });
const MOST = variable('PRESS_MOST', wholeNumber(0, 9), { default: '5', meaning: 'The most copies.' });

/** What a section may hold, with two values that have to fit together. */
const press = defineSection({
  name: 'press',
  prefixes: ['PRESS_'],
  variables: {
    isOpen: variable('PRESS_OPEN', boolean, { alias: 'OPEN', default: 'False', meaning: 'Whether it is.' }),
    copies: { least: LEAST, most: MOST },
    inks: optionalVariable('PRESS_INKS', texts, { meaning: 'Colours.' }),
  },
  derive: (values, { reportFault }) => {
    const { least, most } = values.copies;
    if (least > most) reportFault(`PRESS_LEAST is ${least}, and PRESS_MOST is ${most}`, [LEAST, MOST]);
    return values;
  },
  parts: (variables) => [{ title: 'Press', variables: [variables.isOpen, LEAST, MOST, variables.inks] }],
});

const bindery = defineSection({
  name: 'bindery',
  prefixes: ['BINDERY_'],
  variables: {
    key: requiredVariable('BINDERY_KEY', wholeNumber(0), {
      expects: 'the number of the key',
      isSecret: true,
      meaning: 'The key.',
    }),
  },
  derive: (values) => values,
  parts: (variables) => [{ title: 'Bindery', variables: Object.values(variables) }],
});

describe('the settings of a section', () => {
  const read = (environment: NodeJS.ProcessEnv) => readSettings(environment, [press]).of(press);

  it('are the defaults where nothing is set', () => {
    expect(read({})).toEqual({ isOpen: false, copies: { least: 1, most: 5 }, inks: undefined });
  });

  it.each(press.variables)('are the defaults where $name is blank', ({ name }) => {
    expect(read({ [name]: ' \t' })).toEqual(read({}));
  });

  it('are the defaults of the installation, where it has others', () => {
    const settings = readSettings({}, [press], { defaults: { PRESS_MOST: '7' } });
    expect(settings.of(press).copies.most).toBe(7);
  });

  it.each(['True', 'TRUE', 'true', '1', 'on', 'On', 'yes', ' YES '])('read %j as true', (word) => {
    expect(read({ PRESS_OPEN: word }).isOpen).toBe(true);
  });

  it.each(['False', 'FALSE', 'false', '0', 'off', 'OFF', 'no', ' No '])('read %j as false', (word) => {
    expect(read({ PRESS_OPEN: word }).isOpen).toBe(false);
  });

  it.each(['test', 'development', 'production'])('are the same with NODE_ENV=%s', (environmentName) => {
    expect(read({ NODE_ENV: environmentName })).toEqual(read({}));
  });

  it('cannot be changed, at no depth', () => {
    const settings = read({ PRESS_INKS: 'black, red' });
    for (const value of [settings, settings.copies, settings.inks]) expect(Object.isFrozen(value)).toBe(true);
    expect(() => Object.assign(settings.copies, { least: 2 })).toThrow(TypeError);
  });

  it('cannot be had from a process that did not read them', () => {
    expect(() => readSettings({}, [press]).of(bindery)).toThrow('The settings of bindery were not read.');
  });

  describe('under an alias', () => {
    it('are taken from there', () => {
      expect(read({ OPEN: 'on' }).isOpen).toBe(true);
    });

    it('are taken from there where the first name is blank', () => {
      expect(read({ PRESS_OPEN: '', OPEN: 'on' }).isOpen).toBe(true);
    });

    it('are taken from the first name where both are set', () => {
      expect(read({ PRESS_OPEN: 'off', OPEN: 'on' }).isOpen).toBe(false);
    });

    it('are named as they were set where they are wrong', () => {
      expect(faultsOf(() => read({ OPEN: 'perhaps' }))).toEqual([
        'OPEN is "perhaps"; it may hold True or False (also 1, on, yes; 0, off, no)',
      ]);
    });
  });
});

describe('settings that are wrong', () => {
  const faults = (environment: NodeJS.ProcessEnv) =>
    faultsOf(() => readSettings(environment, [bindery, press]));

  it('are reported all at once, of all sections, with values that do not fit together', () => {
    expect(faults({ PRESS_OPEN: 'perhaps', PRESS_LEAST: '6' })).toEqual([
      'BINDERY_KEY is not set; it may hold the number of the key',
      'PRESS_OPEN is "perhaps"; it may hold True or False (also 1, on, yes; 0, off, no)',
      'PRESS_LEAST is 6, and PRESS_MOST is 5',
    ]);
  });

  it('are not compared with each other where one is wrong by itself', () => {
    expect(faults({ BINDERY_KEY: '1', PRESS_LEAST: '6', PRESS_MOST: 'ten' })).toEqual([
      'PRESS_MOST is "ten"; it may hold a whole number from 0 to 9',
    ]);
  });

  it('are not shown where they are secret', () => {
    expect(faults({ BINDERY_KEY: 'hunter2' })).toEqual([
      'BINDERY_KEY holds something else (not shown); it may hold a whole number of at least 0',
    ]);
  });
});

describe('the environment of a process', () => {
  const run = promisify(execFile);
  const module = fileURLToPath(
    new URL('../../../src/platform/settings/process-settings.ts', import.meta.url),
  );
  const script = `
    import { loadEnvironmentFile } from ${JSON.stringify(module)};
    try { loadEnvironmentFile(); console.log(JSON.stringify([process.env.PRESS_PAPER, process.env.PRESS_INK])); }
    catch (error) { console.log(error.name + ': ' + error.message); }`;

  async function load(
    prepare: (directory: string) => Promise<void>,
    environment: NodeJS.ProcessEnv,
  ): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'composite-settings-'));
    try {
      await prepare(directory);
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
        cwd: directory,
        env: environment,
      });
      return stdout.trim();
    } finally {
      await rm(directory, { recursive: true });
    }
  }

  it('gets from .env what it does not have', async () => {
    const dotEnv = '# the deployed service\'s\nPRESS_PAPER="quoted # text"\nPRESS_INK=black\n';
    const loaded = load((directory) => writeFile(join(directory, '.env'), dotEnv), { PRESS_INK: 'red' });
    expect(await loaded).toBe('["quoted # text","red"]');
  });

  it('stays as it is where there is no .env', async () => {
    expect(await load(async () => {}, { PRESS_INK: 'red' })).toBe('[null,"red"]');
  });

  it('is refused where .env cannot be read', async () => {
    const loaded = load((directory) => mkdir(join(directory, '.env')), {});
    expect(await loaded).toContain('InvalidSettingsError: .env cannot be read: ');
  });
});
