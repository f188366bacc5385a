import { InvalidSettingsError } from './settings/process-settings.ts';

/**
 * Runs the main function of a process, and ends the process when it has returned; when it fails, says why on
 * standard error and exits with 1. Wrong settings are printed as they are, without a stack: it is the reader's
 * environment that needs a change, not the code.
 */
export async function runEntryPoint(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(1);
  }
  // Whatever still waits (a channel, a connection, a timer) would only hold up the end.
  process.exit();
}

function describe(error: unknown): string {
  if (error instanceof InvalidSettingsError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
