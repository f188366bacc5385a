import { execFile } from 'node:child_process';
import { dirname } from 'node:path';

/** How a command ended, and what it wrote. */
export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
  readonly errorOutput: string;
}

/** Runs a command to its end, with the Node that runs the tests first on its path, and nothing of our environment. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(
      command,
      [...args],
      { cwd: options.cwd, env: { ...pathWithOurNode(), ...options.env }, timeout: 60_000 },
      (error, output, errorOutput) => {
        const exitCode = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
        resolve({ exitCode, output, errorOutput });
      },
    ).stdin?.end();
  });
}

/** `PATH` with the Node that runs the tests before any other, and the home directory. */
export function pathWithOurNode(): NodeJS.ProcessEnv {
  return {
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    HOME: process.env['HOME'],
  };
}
