import { execFile, spawn } from 'node:child_process';
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

/** @throws {MissingProgramError} if the program cannot be run. */
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

/** A program did not do its work. The message is the end of what it said, or how it ended. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

/** What is kept of what a program says on stderr: its last words say why it failed. */
const KEPT_STDERR_CHARACTERS = 300;

/**
 * Runs a program, and returns what it prints. An abort kills it. It may say as much as it likes on stderr.
 *
 * @param maximumBytes what it may print; it is killed where it prints more.
 * @throws {ProgramError}
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  maximumBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], signal, killSignal: 'SIGKILL' });
  const printed: Buffer[] = [];
  let printedBytes = 0;
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printedBytes += chunk.length;
    if (printedBytes <= maximumBytes) printed.push(chunk);
    else child.kill('SIGKILL');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('latin1')).slice(-KEPT_STDERR_CHARACTERS);
  });
  const [code, killedBy] = await new Promise<readonly [number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once('error', (error) => reject(new ProgramError(error.message, { cause: error })));
      child.once('close', (...end) => resolve(end));
    },
  );
  if (printedBytes > maximumBytes) throw new ProgramError(`it printed more than ${maximumBytes} bytes`);
  if (code !== 0) {
    const lastWords = said.trim().replace(/\s+/g, ' ').replace(/\.$/, '');
    throw new ProgramError(lastWords || (killedBy ? `it was ended by ${killedBy}` : `exit code ${code}`));
  }
  return Buffer.concat(printed);
}
