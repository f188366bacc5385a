import { describe, expect, it } from '@jest/globals';
import { ProgramError, runProgram } from '../../../../src/apps/composite/rasterizers/installed-program.ts';

const NEVER = new AbortController().signal;

/** Runs a line of JavaScript as a program. */
function runLine(line: string, maximumBytes = 1_000, signal = NEVER): Promise<Buffer> {
  return runProgram(process.execPath, ['-e', line], maximumBytes, signal);
}

describe('a program that is run', () => {
  it('returns what it prints, however much it says on stderr', async () => {
    const printed = await runLine(
      "process.stderr.write('Syntax Error: Type mismatch\\n'.repeat(100_000), () => console.log('drawn'))",
    );
    expect(printed.toString()).toBe('drawn\n');
  });

  it('fails with the last words that it says', async () => {
    const failure = runLine("console.error('x'.repeat(1e6) + '\\nIt is  all\\nover.'); process.exitCode = 3");
    await expect(failure).rejects.toThrow(ProgramError);
    await expect(failure).rejects.toThrow(/^x{0,300} It is all over$/);
  });

  it('fails with its exit code, or what killed it, where it says nothing', async () => {
    await expect(runLine('process.exit(3)')).rejects.toThrow('exit code 3');
    await expect(runLine("process.kill(process.pid, 'SIGTERM')")).rejects.toThrow('it was ended by SIGTERM');
  });

  it('is killed where it prints more than it may', async () => {
    const failure = runLine("setInterval(() => console.log('x'.repeat(999)), 1)");
    await expect(failure).rejects.toThrow('it printed more than 1000 bytes');
  });

  it('is killed by an abort', async () => {
    const stop = new AbortController();
    const failure = runLine('setInterval(() => {}, 1_000)', 1_000, stop.signal);
    stop.abort(new Error('out of time'));
    await expect(failure).rejects.toThrow(ProgramError);
  });

  it('fails where it is not installed', async () => {
    await expect(runProgram('no-such-program', [], 1, NEVER)).rejects.toThrow(/ENOENT/);
  });
});
