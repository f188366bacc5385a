import { describe, expect, it } from '@jest/globals';
import type { App } from '../src/app-kit/app.ts';
import { type Installation, readInstallation } from '../src/installation.ts';
import { InvalidSettingsError } from '../src/platform/settings/process-settings.ts';
import { defineSection } from '../src/platform/settings/section.ts';
import { wholeNumber } from '../src/platform/settings/values.ts';
import { variable } from '../src/platform/settings/variable.ts';
import { queueSettings } from '../src/queue/index.ts';
import { faultsOf } from './support/settings.ts';

const REQUIRED = { DJANGO_SECRET_KEY: 'a secret key', DATABASE_URL: 'postgresql://user@host/name' };

const press: App = {
  name: 'press',
  settings: defineSection({
    name: 'press',
    prefixes: ['PRESS_'],
    variables: {
      copies: variable('PRESS_COPIES', wholeNumber(1, 9), { default: '1', meaning: 'How many.' }),
    },
    derive: (values) => values,
    parts: (variables) => [{ title: 'Press', variables: Object.values(variables) }],
  }),
};
const bindery: App = { name: 'bindery', queue: 'books' };

function install(environment: NodeJS.ProcessEnv): Installation {
  return readInstallation({ ...REQUIRED, ...environment }, [press, bindery]);
}

describe('INSTALLED_APPS', () => {
  it.each([
    ['press', ['press']],
    ['bindery, press', ['bindery', 'press']],
  ])('names the apps that run, in order: %s', (names, expected) => {
    expect(install({ INSTALLED_APPS: names }).apps.list.map(({ name }) => name)).toEqual(expected);
  });

  it.each([undefined, ' '])(
    'is composite where it is not set, as the deployed service means: %j',
    (names) => {
      const { apps } = readInstallation({ ...REQUIRED, INSTALLED_APPS: names });
      expect(apps.list.map(({ name }) => name)).toEqual(['composite']);
    },
  );

  it.each([
    [
      'pres',
      'INSTALLED_APPS names "pres", which is no app; it may hold names of press, bindery, separated by commas',
    ],
    ['press,bindery,press', 'INSTALLED_APPS names "press" twice'],
    [',', 'INSTALLED_APPS names no app; it may hold names of press, bindery, separated by commas'],
  ])('is refused: %s', (names, message) => {
    const read = () => install({ INSTALLED_APPS: names });
    expect(read).toThrow(InvalidSettingsError);
    expect(read).toThrow(message);
  });

  it.each([
    ['press', 'press'],
    ['bindery,press', 'books'],
  ])('decides what the default queue is: %s', (names, queueName) => {
    expect(install({ INSTALLED_APPS: names }).settings.of(queueSettings).queueName).toBe(queueName);
  });

  it('leaves the default queue as Q_CLUSTER_NAME says', () => {
    const { settings } = install({ INSTALLED_APPS: 'press', Q_CLUSTER_NAME: 'long' });
    expect(settings.of(queueSettings).queueName).toBe('long');
  });

  it('decides whose variables are read, and whose cause warnings', () => {
    const environment = { PRESS_COPIES: '0', PRESS_COPYS: '2' };
    const { settings } = install({ ...environment, INSTALLED_APPS: 'bindery' });
    expect(settings.warnings).toEqual([]);
    expect(faultsOf(() => install({ ...environment, INSTALLED_APPS: 'press' }))).toHaveLength(1);
  });
});

describe('an installation', () => {
  it('reports what is wrong on all floors at once', () => {
    const faults = faultsOf(() =>
      readInstallation({
        PORT: 'http',
        DJANGO_DEBUG: 'perhaps',
        Q_CLUSTER_POLL: 'often',
        ORIGIN_TIMEOUT: '0',
      }),
    );
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'DJANGO_DEBUG',
      'DJANGO_SECRET_KEY',
      'DATABASE_URL',
      'PORT',
      'Q_CLUSTER_POLL',
      'ORIGIN_TIMEOUT',
    ]);
  });

  it('warns of nothing that the deployed service, its scripts or Django read', () => {
    const { settings } = readInstallation({
      ...REQUIRED,
      MIGRATE: 'True',
      INIT_SUPERUSER: 'True',
      DJANGO_SUPERUSER_USERNAME: 'admin',
      DJANGO_SUPERUSER_EMAIL: 'admin@example.org',
      DJANGO_SUPERUSER_PASSWORD: 'admin',
      DJANGO_SETTINGS_MODULE: 'app.settings',
      DJANGO_ALLOWED_HOSTS: '*',
      GUNICORN_CMD_ARGS: '--preload',
      SENTRY_RELEASE: '1',
      SENTRY_ORG: 'org',
      AWS_REGION: 'eu-west-1',
    });
    expect(settings.warnings).toEqual([]);
  });

  it.each([
    ['DJANGO_DEBGU', 'DJANGO_DEBUG'],
    ['Q_CLUSTER_CATCHUP', 'Q_CLUSTER_CATCH_UP'],
    ['DLCS_APIROOT', 'DLCS_API_ROOT'],
    ['SENTRY_DNS', 'SENTRY_DSN'],
    ['INSTALLED_APP', 'INSTALLED_APPS'],
  ])('suggests the setting that %s may be', (name, meant) => {
    expect(readInstallation({ ...REQUIRED, [name]: '1' }).settings.warnings).toEqual([
      `${name} is set, but there is no such setting. Did you mean ${meant}?`,
    ]);
  });
});
