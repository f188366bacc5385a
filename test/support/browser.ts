import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

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

/**
 * The path of Chromium: `CHROMIUM_PATH`, else that of playwright's own, else a usual one.
 *
 * @throws {NoBrowserError}
 */
export function findBrowser(): string {
  const named = process.env['CHROMIUM_PATH'];
  if (named) {
    if (isExecutable(named)) return named;
    throw new NoBrowserError(`CHROMIUM_PATH is ${named}, which is no program that can be started`);
  }
  const candidates = [chromium.executablePath(), ...USUAL_PATHS];
  const found = candidates.find(isExecutable);
  if (found !== undefined) return found;
  throw new NoBrowserError(
    `The tests of the admin's pages need Chromium, and there is none at ${candidates.join(', ')}. ` +
      'Install it (`npx playwright-core install --with-deps chromium`), or set CHROMIUM_PATH to where it is',
  );
}

/** Starts Chromium without a window; who starts it closes it. @throws {NoBrowserError} */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser(), args: ARGUMENTS });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
