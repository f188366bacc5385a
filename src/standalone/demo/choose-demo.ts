import type { App } from '../../app-kit/app.ts';
import type { AppDemo } from '../../app-kit/sandbox/app-demo.ts';
import { DemoError } from '../../app-kit/sandbox/demo-error.ts';
import type { SandboxedApp } from '../app-sandboxes.ts';

/** An app that has a demo. */
export interface AppWithDemo {
  readonly app: App;
  readonly demo: AppDemo;
}

/** The demo to run, and what was typed behind its name. */
export interface ChosenDemo extends AppWithDemo {
  readonly args: readonly string[];
}

/** Those of the apps that have a demo; the first is the one of `npm run demo`. */
export function demosOf(apps: readonly SandboxedApp[]): readonly AppWithDemo[] {
  return apps.flatMap(({ app, sandbox: { demo } }) => (demo ? [{ app, demo }] : []));
}

/** What to type for the demo of an app. */
export function demoCommand({ name }: Pick<App, 'name'>, demos: readonly AppWithDemo[]): string {
  return demos[0]?.app.name === name ? 'npm run demo' : `npm run demo -- ${name}`;
}

/**
 * Chooses the demo of the app that the first argument names; the first one where it names no app.
 *
 * @throws {DemoError} if there is none.
 */
export function chooseDemo(apps: readonly SandboxedApp[], args: readonly string[]): ChosenDemo {
  const demos = demosOf(apps);
  const [name, ...others] = args;
  const named = apps.find(({ app }) => app.name === name);
  if (!named) {
    const [first] = demos;
    if (!first) throw new DemoError('No installed app has a demo');
    return { ...first, args };
  }
  const { app, sandbox } = named;
  if (!sandbox.demo) {
    const names = demos.map((other) => other.app.name).join(', ');
    throw new DemoError(`The app ${app.name} has no demo${names ? `; these have one: ${names}` : ''}`);
  }
  return { app, demo: sandbox.demo, args: others };
}
