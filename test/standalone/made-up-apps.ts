import type { Offer, RunningApp } from '../../src/app-kit/sandbox/app-sandbox.ts';
import type { SandboxedApp } from '../../src/standalone/app-sandboxes.ts';

/** An app that exists for a test: its name, and what it brings for one machine. */
export function madeUpApp(name: string, sandbox: SandboxedApp['sandbox'] = {}): SandboxedApp {
  return { app: { name }, sandbox };
}

/** A demo that does nothing. */
export const emptyDemo = {
  summary: 'shows what it does',
  description: 'Shows what it does.',
  prepare: async () => ({ title: 'Nothing', run: async () => {} }),
};

/** Offers of an app, the first of which names it. */
export function offersOf(name: string): (running: RunningApp) => readonly Offer[] {
  return ({ apiUrl }) =>
    [1, 2, 3, 4].map((number) => ({ value: `${apiUrl}/${name}/${number}`, note: `its offer ${number}` }));
}
