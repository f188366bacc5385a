import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../../src/platform/settings/process-settings.ts';
import { defineSection } from '../../../src/platform/settings/section.ts';
import { text } from '../../../src/platform/settings/values.ts';
import { variable } from '../../../src/platform/settings/variable.ts';

const section = defineSection({
  name: 'press',
  prefixes: ['PRESS_'],
  sharedPrefixes: ['LOG_'],
  variables: {
    paper: variable('PRESS_PAPER', text, { alias: 'PRESS_SHEET', default: 'white', meaning: 'Its colour.' }),
    log: variable('LOG_LEVEL', text, { default: 'info', meaning: 'How much is logged.' }),
  },
  derive: (values) => values,
  parts: (variables) => [{ title: 'Press', variables: Object.values(variables) }],
});

function warnings(environment: NodeJS.ProcessEnv): readonly string[] {
  return readSettings(environment, [section]).warnings;
}

describe('a variable that no section declares', () => {
  it.each(['PRESS_PAPR', 'PRESS_PAPRE', 'PRESS_PAPERS'])(
    'causes a suggestion where it is misspelt: %s',
    (name) => {
      expect(warnings({ [name]: 'grey' })).toEqual([
        `${name} is set, but there is no such setting. Did you mean PRESS_PAPER?`,
      ]);
    },
  );

  it('causes a warning where it has the prefix of a section', () => {
    expect(warnings({ PRESS_INK: 'black' })).toEqual(['PRESS_INK is set, but there is no such setting.']);
  });

  it('causes a suggestion with a shared prefix where it is misspelt', () => {
    expect(warnings({ LOG_LEVLE: 'warn' })).toEqual([
      'LOG_LEVLE is set, but there is no such setting. Did you mean LOG_LEVEL?',
    ]);
  });

  it.each([
    ['it has a shared prefix, and resembles no setting', 'LOG_FORMAT', 'json'],
    ['it has no prefix of a section', 'PRES_PAPER', 'grey'],
    ['it is blank, which counts as not set', 'PRESS_INK', ' '],
    ['it is an alias', 'PRESS_SHEET', 'grey'],
    ['Kubernetes sets it for a service of that name', 'PRESS_API_SERVICE_HOST', '10.0.0.1'],
    ['Kubernetes sets it for a port', 'PRESS_API_SERVICE_PORT_HTTP', '80'],
    ['Kubernetes sets it for a link', 'PRESS_API_PORT_80_TCP_ADDR', '10.0.0.1'],
  ])('causes no warning where %s', (_reason, name, value) => {
    expect(warnings({ [name]: value })).toEqual([]);
  });
});
