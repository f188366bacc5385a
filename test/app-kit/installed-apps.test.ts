import { describe, expect, it } from '@jest/globals';
import type { App } from '../../src/app-kit/app.ts';
import { InstalledApps } from '../../src/app-kit/installed-apps.ts';
import { defineSection, type Section } from '../../src/platform/settings/section.ts';
import { text } from '../../src/platform/settings/values.ts';
import { variable } from '../../src/platform/settings/variable.ts';
import { type AnyTaskFunction, defineTaskFunction } from '../../src/queue/index.ts';

const FLOORS = { sections: [sectionOf('queue', 'Q_CLUSTER_NAME')], commands: ['migrate'] };

function sectionOf(name: string, variableName: string, alias?: string): Section<unknown> {
  return defineSection({
    name,
    prefixes: [],
    variables: {
      value: variable(variableName, text, {
        default: '',
        meaning: 'Of a test.',
        ...(alias === undefined ? {} : { alias }),
      }),
    },
    derive: (values) => values,
    parts: () => [],
  });
}

function taskOf(name: string): AnyTaskFunction {
  return defineTaskFunction({ name, load: async () => async () => null });
}

/** Installs two apps, `left` and `right`. */
function install(left: Omit<App, 'name'>, right: Omit<App, 'name'>): InstalledApps {
  const apps: App[] = [
    { name: 'left', ...left },
    { name: 'right', ...right },
  ];
  return InstalledApps.choose(apps, ['left', 'right'], FLOORS);
}

describe('apps cannot be installed together', () => {
  it('where both have the same variable', () => {
    expect(() =>
      install({ settings: sectionOf('left', 'TIMEOUT') }, { settings: sectionOf('right', 'TIMEOUT') }),
    ).toThrow('The variable "TIMEOUT" is not unique: the app left and the app right both have it.');
  });

  it("where the variable of one is the other name of the other's", () => {
    expect(() =>
      install({ settings: sectionOf('left', 'A', 'TIMEOUT') }, { settings: sectionOf('right', 'TIMEOUT') }),
    ).toThrow('the app left and the app right both have it');
  });

  it('where one has a variable of the queue', () => {
    expect(() => install({ settings: sectionOf('left', 'Q_CLUSTER_NAME') }, {})).toThrow(
      'The variable "Q_CLUSTER_NAME" is not unique: the queue and the app left both have it.',
    );
  });

  it('where both have the same command', () => {
    const commands = [{ name: 'tidy', description: 'tidy up', run: async () => undefined }];
    expect(() => install({ commands }, { commands })).toThrow(
      'The command "tidy" is not unique: the app left and the app right both have it.',
    );
  });

  it('where one has a command of the service', () => {
    const commands = [{ name: 'migrate', description: 'migrate birds', run: async () => undefined }];
    expect(() => install({ commands }, {})).toThrow(
      'The command "migrate" is not unique: the service itself and the app left both have it.',
    );
  });

  it('where both have a schedule of the same name', () => {
    const schedules = [{ name: 'nightly', taskFunction: taskOf('left.run'), args: {}, options: {} }];
    expect(() => install({ schedules }, { schedules })).toThrow(
      'The schedule "nightly" is not unique: the app left and the app right both have it.',
    );
  });

  it('where one has two task functions of the same name', () => {
    expect(() => install({ tasks: [taskOf('left.run'), taskOf('left.run')] }, {})).toThrow(
      'The task function "left.run" is not unique: the app left has it twice.',
    );
  });

  it('where they have the same name', () => {
    expect(() => InstalledApps.choose([{ name: 'same' }, { name: 'same' }], ['same'], FLOORS)).toThrow(
      'The app name "same" is not unique',
    );
  });
});

describe('an app cannot be installed', () => {
  it.each(['queue', 'admin', 'pgboss', 'public'])(
    'where its tables would be in the Postgres schema %s of the service',
    (name) => {
      expect(() => InstalledApps.choose([{ name }], [name], FLOORS)).toThrow(
        `The Postgres schema "${name}" is not unique: the service itself and the app ${name} both have it.`,
      );
    },
  );

  it.each(['View', 'view_server', '1st', 'view-', ''])('under the name "%s"', (name) => {
    expect(() => InstalledApps.choose([{ name }], [name], FLOORS)).toThrow(
      `An app cannot be called "${name}"`,
    );
  });

  it("where the name of a task function does not start with the app's", () => {
    expect(() => install({ tasks: [taskOf('right.run')] }, {})).toThrow(
      'The task function right.run of the app left has to have a name that starts with left.',
    );
  });

  it('where there is none of its name', () => {
    expect(() => InstalledApps.choose([{ name: 'left' }], ['lift'], FLOORS)).toThrow(
      'INSTALLED_APPS names "lift", which is no app; it may hold names of left, separated by commas',
    );
  });

  it('where INSTALLED_APPS names it twice', () => {
    expect(() => InstalledApps.choose([{ name: 'left' }], ['left', 'left'], FLOORS)).toThrow(
      'INSTALLED_APPS names "left" twice',
    );
  });
});

describe('an installed app', () => {
  it('has a queue of its own name, and the first has the default queue', () => {
    const apps = install({}, {});
    const [left, right] = apps.list;
    expect(apps.defaultQueueName).toBe('left');
    expect(left && apps.queueOf(left, 'other')).toBe('other');
    expect(right && apps.queueOf(right, 'other')).toBe('right');
    expect(apps.queueNames('left')).toEqual(['left', 'right']);
  });

  it('may share a queue with another', () => {
    const apps = install({}, { queue: 'left' });
    expect(apps.queueNames('left')).toEqual(['left']);
  });

  it('with a dash in its name has task functions that start with an underscore in its place', () => {
    const app = { name: 'view-server', tasks: [taskOf('view_server.preprocess')] };
    expect(InstalledApps.choose([app], ['view-server'], FLOORS).taskFunctions).toEqual(app.tasks);
  });
});
