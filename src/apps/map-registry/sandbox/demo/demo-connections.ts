import { Writable } from 'node:stream';
import type { DemoContext } from '../../../../app-kit/sandbox/app-demo.ts';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import type { Database } from '../../../../platform/database/connection.ts';
import { openPlatform } from '../../../../platform/platform.ts';
import { readSettings } from '../../../../platform/settings/process-settings.ts';
import { platformSettings } from '../../../../platform/settings.ts';
import { mapRegistrySettings } from '../../settings.ts';
import { RegistryClient } from './registry-client.ts';

/** What the demo talks to. */
export interface DemoConnections {
  readonly client: RegistryClient;
  /** Asked how far everything is. */
  readonly database: Database;
  close(): Promise<void>;
}

/** Opens them. @throws {DemoError} where the password of the administrator is not known. */
export function openDemoConnections({ apiUrl, environment, state, signal }: DemoContext): DemoConnections {
  const { username, password } = state;
  if (username === undefined || password === undefined) {
    throw new DemoError(
      `The demo adds endpoints as ${username ?? 'an administrator'}, whose password was changed. Start with DJANGO_SUPERUSER_PASSWORD set to it`,
    );
  }
  const settings = readSettings(environment, [platformSettings, mapRegistrySettings]);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const platform = openPlatform(settings, {
    processName: 'demo',
    maximumConnections: 2,
    logDestination: nowhere,
  });
  return {
    client: new RegistryClient(apiUrl, { username, password }, signal),
    database: platform.database,
    close: () => platform.close(),
  };
}
