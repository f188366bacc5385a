import { styleText } from 'node:util';
import { ADMIN_ROOT } from '../../admin/index.ts';
import type { App } from '../../app-kit/app.ts';
import type { PreparedDemo } from '../../app-kit/sandbox/app-demo.ts';
import { DemoError } from '../../app-kit/sandbox/demo-error.ts';
import { PRODUCT_NAME } from '../../platform/product.ts';
import type { DataFolder } from '../data-folder.ts';
import { oneLine } from '../log-output.ts';
import { PLACEHOLDERS, standaloneEnvironment } from '../standalone-environment.ts';
import { type Connection, connect } from './connection.ts';

/** Options of {@link runDemo}. */
export interface DemoOptions {
  readonly app: App;
  readonly folder: DataFolder;
  readonly environment: NodeJS.ProcessEnv;
  /** The entry point of the standalone, which is started where none runs. */
  readonly standaloneScript: string;
  readonly output: NodeJS.WriteStream;
  /** Ends the demo; what was started is stopped. */
  readonly signal: AbortSignal;
}

/**
 * Runs the demo of an app on what `npm start` runs; where nothing runs, it is brought up for as long as the demo takes.
 *
 * @throws {DemoError}
 * @throws the signal's reason.
 */
export async function runDemo(prepared: PreparedDemo, options: DemoOptions): Promise<void> {
  const print = (line: string) => options.output.write(`${line}\n`);
  let connection: Connection | undefined;
  try {
    print('');
    print(`  ${styleText('bold', PRODUCT_NAME)}: ${oneLine(prepared.title)}`);
    connection = await untilConnected(options, print);
    await runConnected(prepared, connection, options);
  } finally {
    await prepared.close?.();
    if (connection && !connection.wasRunning) {
      print(styleText('dim', '  Stopping what was started. To keep it running, and look around: npm start'));
      await connection.close();
      print('');
    }
  }
}

async function untilConnected(options: DemoOptions, print: (line: string) => void): Promise<Connection> {
  const connection = await connect({
    ...options,
    script: options.standaloneScript,
    onStarting: () => print(styleText('dim', '  Nothing runs yet; bringing it up for this demo …')),
  });
  const { apiUrl } = connection.state;
  print(styleText('dim', `  ${connection.wasRunning ? 'It runs already' : 'It is up'}, at ${apiUrl}`));
  print('');
  if (options.signal.aborted && !connection.wasRunning) await connection.close();
  options.signal.throwIfAborted();
  return connection;
}

async function runConnected(
  prepared: PreparedDemo,
  { state, wasRunning, ended }: Connection,
  { app, folder, environment, output, signal }: DemoOptions,
): Promise<void> {
  const appState = state.apps[app.name];
  if (!appState) {
    throw new DemoError(
      `What runs at ${state.apiUrl} has no app ${app.name}. Stop it, and start it again with INSTALLED_APPS unset`,
    );
  }
  await prepared.run({
    apiUrl: state.apiUrl,
    adminUrl: `${state.apiUrl}${ADMIN_ROOT}`,
    staysUp: wasRunning,
    state: appState,
    environment: { ...PLACEHOLDERS, ...standaloneEnvironment(environment), ...state.environment },
    directory: folder.demo,
    logsDirectory: folder.logs,
    output,
    signal,
    ended,
  });
}
