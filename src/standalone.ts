import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { styleText } from 'node:util';
import { shownPath } from './app-kit/sandbox/shown-path.ts';
import { dataFolder, STANDALONE_SCRIPT_NAME } from './standalone/data-folder.ts';
import { readState } from './standalone/running-state.ts';
import { type Standalone, startingLine, startStandalone } from './standalone/standalone.ts';
import { AlreadyRunningError } from './standalone/start-lock.ts';

/** A terminal may hand over one Ctrl-C twice, by itself and by npm. */
const SAME_KEYPRESS_MILLISECONDS = 750;

if (existsSync('.env')) loadEnvFile('.env');
const folder = dataFolder(process.env);
process.exitCode = await run();
process.exit();

/** Runs until a signal stops it, or it cannot go on. Returns the exit code. */
async function run(): Promise<number> {
  const stopping = new AbortController();
  const stopped = once(stopping.signal, 'abort');
  let running: Standalone | undefined;
  let askedAt: number | undefined;
  const ask = () => {
    if (askedAt === undefined) {
      askedAt = Date.now();
      stopping.abort();
    } else if (Date.now() - askedAt > SAME_KEYPRESS_MILLISECONDS) {
      console.log('  Stopped at once. What ran runs again after the next start.');
      running?.kill();
      process.exit(130);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  // The process that started this one, as the demo does, may have been killed.
  process.on('disconnect', ask);

  console.log(startingLine(folder));
  try {
    running = await startStandalone({
      folder,
      environment: process.env,
      scriptName: STANDALONE_SCRIPT_NAME,
      print: (line) => console.log(line),
      signal: stopping.signal,
    });
  } catch (error) {
    if (stopping.signal.aborted) {
      console.log('  Stopped while starting.\n');
      return 0;
    }
    return explain(error);
  }
  console.log(running.summary);
  process.send?.('ready');
  try {
    await Promise.race([stopped, running.ended]);
    console.log(styleText('dim', '\n  Stopping; a task that runs has 30 s to end (Ctrl-C again: at once) …'));
    await running.stop();
    console.log(`  Stopped. The data stay in ${shownPath(folder.path)}; npm start goes on with them.\n`);
    return 0;
  } catch (error) {
    await running.stop();
    return explain(error);
  }
}

async function explain(error: unknown): Promise<number> {
  if (error instanceof AlreadyRunningError) {
    const state = await readState(folder).catch(() => undefined);
    const where = state ? `, and answers at ${state.apiUrl}` : '';
    console.error(`\n  ${error.message}${where}. Stop it there with Ctrl-C, or: kill ${error.pid}\n`);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    console.error(`\n  ${styleText('red', 'This did not work.')} ${message.replaceAll('\n', '\n  ')}\n`);
  }
  return 1;
}
