import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One line of a process's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A real process of ours, whose log is read as it comes. */
export interface NodeProcess {
  readonly pid: number;
  /** Every line of its log so far. */
  readonly log: readonly LogLine[];
  /** What it wrote to standard error so far. */
  readonly errorOutput: () => string;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Resolves with the first line, past or to come, that fits; rejects when the process ends without one. */
  waitForLine(fits: (line: LogLine) => boolean): Promise<LogLine>;
  kill(signal: NodeJS.Signals): void;
}

/** The tests start hundreds of processes: compiling their modules anew would be most of what they do. */
const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/node-compile-cache', import.meta.url)),
};

/** Starts a module of ours with the Node that runs the tests. */
export function startNodeProcess(
  module: string | URL,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): NodeProcess {
  const path = module instanceof URL ? fileURLToPath(module) : module;
  const inherited = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  return startProcess(process.execPath, [path, ...args], { ...inherited, ...COMPILE_CACHE, ...env });
}

/** Starts any command whose log is like ours, with this environment and nothing else. */
export function startProcess(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  workingDirectory?: string,
): NodeProcess {
  const child: ChildProcess = spawn(command, [...args], {
    env,
    cwd: workingDirectory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  const waiting = new Set<() => void>();
  let errorOutput = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorOutput += text;
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (text) => {
      log.push(parseLine(text));
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(signal ?? code ?? -1));
  });
  return {
    pid: child.pid ?? -1,
    log,
    errorOutput: () => errorOutput,
    ended,
    waitForLine(fits) {
      const { promise, resolve, reject } = Promise.withResolvers<LogLine>();
      const look = () => {
        const found = log.find(fits);
        if (found) resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then((how) => {
        look();
        reject(
          new Error(
            `The process ended (${how}) without the line:\n${log.map((line) => JSON.stringify(line)).join('\n')}\n${errorOutput}`,
          ),
        );
      });
      return promise.finally(() => waiting.delete(look));
    },
    kill: (signal) => child.kill(signal),
  };
}

function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { msg: text };
  }
}

/** Whether there is a process with this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
