import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { NoPackagedChromiumError, unpackChromium } from './packaged-chromium.ts';

/** Where Chromium is on the usual systems. */
const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Pages are looked at as they are, with nothing that Chromium would do in the background. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

/** No Chromium was found; the message says where it was looked for, and how to tell where it is. */
export class NoBrowserError extends Error {
  override readonly name = 'NoBrowserError';
}

/** A Chromium that can be started. */
export interface FoundBrowser {
  readonly path: string;
  /** What it needs in its environment, beside the usual. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Finds Chromium: `CHROMIUM_PATH`, else that of playwright's own, else a usual one, else the one that a development
 * dependency brings along for Linux, which needs nothing of the machine.
 *
 * @throws {NoBrowserError}
 */
export async function findBrowser(): Promise<FoundBrowser> {
  const named = process.env['CHROMIUM_PATH'];
  if (named) {
    if (isExecutable(named)) return { path: named, environment: {} };
    throw new NoBrowserError(`CHROMIUM_PATH is ${named}, which is no program that can be started`);
  }
  const candidates = [chromium.executablePath(), ...USUAL_PATHS];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return { path: found, environment: {} };
  try {
    return await unpackChromium();
  } catch (error) {
    if (!(error instanceof NoPackagedChromiumError)) throw error;
    throw new NoBrowserError(
      `The tests of the admin's pages need Chromium, and there is none at ${candidates.join(', ')}; ${error.message}. ` +
        'Install it (`npx playwright-core install --with-deps chromium`), or set CHROMIUM_PATH to where it is',
    );
  }
}

/** Starts Chromium without a window; who starts it closes it. @throws {NoBrowserError} */
export async function startBrowser(): Promise<Browser> {
  const { path, environment } = await findBrowser();
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return chromium.launch({
    executablePath: path,
    args: ARGUMENTS,
    env: { ...Object.fromEntries(inherited), ...environment },
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
