import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A folder of a test's own, and the environment of one who has set nothing. */
export interface Place {
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/** What is set on the machine of whoever runs the tests must not change what they do. */
const OWN_VARIABLES = /^(AWS_|DLCS_|DJANGO_|DATABASE_URL|CACHE_URL|SECRET_KEY|PORT|WEB_SERVER_|npm_)/;

/** Makes a place where little work is done: one process of each kind, small pages. */
export async function makePlace(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'standalone-test-'));
  // Where root runs the tests, Postgres runs under another account, which has to come in.
  await chmod(directory, 0o755);
  const inherited = Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.test(name));
  return {
    directory,
    environment: {
      ...Object.fromEntries(inherited),
      STANDALONE_DATA_DIRECTORY: join(directory, 'data'),
      PORT: '0',
      GUNICORN_WORKERS: '1',
      ENGINE_WORKER_COUNT: '1',
      PDF_RASTERIZER_DPI: '40',
      PDF_RASTERIZER_THREAD_COUNT: '1',
      NO_COLOR: '1',
    },
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** An entry point that runs as a process. */
export interface RunningEntryPoint {
  readonly child: ChildProcess;
  /** All that it wrote so far. */
  output(): string;
  /** Waits until it has written something; fails when it ends before. */
  untilSaid(text: string): Promise<void>;
  /** Waits for its end; answers the exit code, or the signal that killed it. */
  untilEnded(): Promise<number | string>;
}

/** Starts `src/<name>.ts` in a place, where no `.env` lies about. */
export function runEntryPoint(place: Place, name: string, args: string[] = [], more = {}): RunningEntryPoint {
  const script = fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [script, ...args], {
    cwd: place.directory,
    env: { ...place.environment, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const closed = once(child, 'close').then(([code, signal]) => signal ?? code);
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  return {
    child,
    output: () => said,
    async untilSaid(text) {
      await until(`it says "${text}"`, () => {
        if (said.includes(text)) return true;
        if (isClosed) throw new Error(`It ended without saying "${text}":\n${said}`);
        return false;
      });
    },
    untilEnded: () => closed,
  };
}

/** Polls a condition until it holds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 100_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It did not come about that ${what}`);
    await sleep(50);
  }
}
