import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MissingProgramError } from './rasterizer.ts';

const run = promisify(execFile);

/** A program that has to be on the `PATH`, and the package that brings it. */
export interface InstalledProgram {
  readonly command: string;
  /** Arguments with which it does nothing but end well. */
  readonly probe: readonly string[];
  readonly debianPackage: string;
}

/** @throws {MissingProgramError} where the program cannot be run. */
export async function requireProgram(
  { command, probe, debianPackage }: InstalledProgram,
  neededFor: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await run(command, probe, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new MissingProgramError(
      `PDF_RASTERIZER_ENGINE=${neededFor} needs the program "${command}", which cannot be run here. ` +
        `Install it (Debian and Ubuntu: apt-get install ${debianPackage}), or set PDF_RASTERIZER_ENGINE=pdfium, ` +
        'which needs nothing installed.',
      { cause: error },
    );
  }
}

/**
 * Runs a program, and answers what it prints. An abort kills it.
 *
 * @param maximumBytes what it may print.
 * @throws what `execFile` throws; `stderr` is part of it.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  maximumBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const { stdout } = await run(command, args, {
    encoding: 'buffer',
    maxBuffer: maximumBytes,
    signal,
    killSignal: 'SIGKILL',
  });
  return stdout;
}
