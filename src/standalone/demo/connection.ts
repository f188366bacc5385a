import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import { DemoError } from '../../app-kit/sandbox/demo-error.ts';
import { PRODUCT_NAME } from '../../platform/product.ts';
import { type DataFolder, STANDALONE_SCRIPT_NAME } from '../data-folder.ts';
import { endProcess } from '../processes.ts';
import { type RunningState, readState } from '../running-state.ts';
import { settingOf } from '../standalone-environment.ts';
import { lockHolder } from '../start-lock.ts';

/** A standalone that the demo talks to. */
export interface Connection {
  readonly state: RunningState;
  /** Whether it ran before the demo did. */
  readonly wasRunning: boolean;
  /** Rejects when the standalone that the demo started has ended. */
  readonly ended: Promise<never>;
  /** Stops what the demo started; leaves alone what ran before. */
  close(): Promise<void>;
}

/** Options of {@link connect}. */
export interface ConnectOptions {
  readonly folder: DataFolder;
  readonly environment: NodeJS.ProcessEnv;
  /** The entry point of the standalone. */
  readonly script: string;
  /** Called where nothing runs yet, and it takes a moment to bring it up. */
  readonly onStarting: () => void;
}

const DEFAULT_PORT = 8_000;
const POLL_MILLISECONDS = 100;
const READY_WITHIN_MILLISECONDS = 120_000;
const LAST_WORDS_LINES = 30;

/** How long a standalone may take to stop, by its own promise, before it is ended. */
const STOP_WITHIN_MILLISECONDS = 75_000;

/** Finds the standalone that runs on a folder, or starts one for as long as the demo lasts. @throws {DemoError} */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { folder } = options;
  const holder = await lockHolder(folder.lockFile, STANDALONE_SCRIPT_NAME);
  if (holder === undefined) return startOwn(options);
  const deadline = Date.now() + READY_WITHIN_MILLISECONDS;
  for (;;) {
    const state = await readState(folder);
    if (state?.isReady && state.pid === holder) {
      return { state, wasRunning: true, ended: new Promise(() => {}), close: async () => {} };
    }
    if ((await lockHolder(folder.lockFile, STANDALONE_SCRIPT_NAME)) === undefined) return startOwn(options);
    if (Date.now() > deadline) {
      throw new DemoError(`${PRODUCT_NAME} runs as process ${holder}, but does not become ready`);
    }
    await sleep(POLL_MILLISECONDS);
  }
}

async function startOwn({ folder, environment, script, onStarting }: ConnectOptions): Promise<Connection> {
  onStarting();
  const port = settingOf(environment, 'PORT') ?? String(await getPort({ port: DEFAULT_PORT }));
  const child = spawn(process.execPath, [script], {
    env: { ...environment, PORT: port },
    // It stops by itself when the channel to us breaks.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C in a terminal is for this process, which stops it in order.
    detached: true,
  });
  const lastWords: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lastWords.push(line);
      if (lastWords.length > LAST_WORDS_LINES) lastWords.shift();
    });
  }
  const ended = new Promise<never>((_resolve, reject) => {
    const fail = (what: string) =>
      reject(new DemoError([`${PRODUCT_NAME} ${what}. It said:`, ...lastWords].join('\n')));
    child.once('close', (code) => fail(`ended (exit code ${code})`));
    child.once('error', (error) => fail(`did not start (${error.message})`));
  });
  // A caller that does not wait for it learns of it by other means.
  ended.catch(() => {});
  const close = async () => {
    if (child.pid === undefined || child.exitCode !== null) return;
    await endProcess(child.pid, [
      { signal: 'SIGTERM', waitMilliseconds: STOP_WITHIN_MILLISECONDS },
      { signal: 'SIGKILL', waitMilliseconds: 5_000 },
    ]);
  };
  try {
    await Promise.race([once(child, 'message'), ended]);
    const state = await readState(folder);
    if (!state) throw new DemoError(`${PRODUCT_NAME} runs, but ${folder.stateFile} is missing`);
    return { state, wasRunning: false, ended, close };
  } catch (error) {
    await close();
    throw error;
  }
}
