import { spawn } from 'node:child_process';
import { isSystemError } from '../../../../platform/system-error.ts';
import { type CogRun, UnreadableImageError } from '../cog-engine.ts';

/** A program that an engine needs is not there. */
export class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError';
}

/** gdalwarp was ended from outside, or for want of memory or space. */
export class GdalwarpError extends Error {
  override readonly name = 'GdalwarpError';
}

/** What is kept of what it says: its first words say why it failed, and the last ones what came of it. */
const KEPT_CHARACTERS = 400;

const NOT_THE_IMAGE =
  /no space left|out of memory|cannot allocate|write error|not recogni[sz]ed as a? ?driver/i;

/** Where an installation may have its parts. Nothing else of the environment is passed on. */
const PASSED_ON = ['PATH', 'LD_LIBRARY_PATH', 'GDAL_DATA', 'GDAL_DRIVER_PATH', 'PROJ_DATA', 'PROJ_LIB'];

const GDAL_ENVIRONMENT = {
  // It reads one file, and neither its neighbours nor the network.
  GDAL_DISABLE_READDIR_ON_OPEN: 'TRUE',
  GDAL_SKIP: 'WMS WMTS WCS HTTP OGCAPI NGW EEDAI PLMosaic DAAS STACIT STACTA PostGISRaster',
  CPL_VSIL_CURL_ALLOWED_FILENAME: 'none',
  GDAL_PAM_ENABLED: 'NO',
} as const;

/**
 * Runs gdalwarp in a folder, and reports its progress. An abort kills it.
 *
 * @throws {UnreadableImageError} it cannot read the image.
 * @throws {MissingProgramError} it is not installed.
 * @throws {GdalwarpError}
 */
export async function runGdalwarp(
  args: readonly string[],
  folder: string,
  { signal, reportProgress }: CogRun,
): Promise<void> {
  const child = spawn('gdalwarp', args, {
    cwd: folder,
    env: {
      ...Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]])),
      CPL_TMPDIR: folder,
      ...GDAL_ENVIRONMENT,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const readProgress = progressReader(reportProgress);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => readProgress(chunk.toString('latin1')));
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < KEPT_CHARACTERS) said += chunk.toString('utf8');
  });
  const [code, killedBy] = await new Promise<readonly [number | null, NodeJS.Signals | null]>(
    (resolve, reject) => {
      child.once('error', (error) => {
        // After an abort it has to be gone before its folder is removed.
        if (child.pid === undefined) reject(startError(error));
      });
      child.once('close', (...end) => resolve(end));
    },
  );
  signal.throwIfAborted();
  if (code === 0) return;
  const reason =
    said.slice(0, KEPT_CHARACTERS).trim().replace(/\s+/g, ' ') || `it ended with ${killedBy ?? code}`;
  if (killedBy !== null || NOT_THE_IMAGE.test(reason)) throw new GdalwarpError(`gdalwarp failed: ${reason}`);
  throw new UnreadableImageError(`gdalwarp cannot read the image: ${reason}`);
}

function startError(error: Error): Error {
  if (!isSystemError(error, 'ENOENT')) {
    return new GdalwarpError(`gdalwarp cannot be started: ${error.message}`, { cause: error });
  }
  return new MissingProgramError(
    'PREPROCESSOR_ENGINE=gdal needs the program "gdalwarp", which cannot be run here. Install it (Debian and Ubuntu: ' +
      'apt-get install gdal-bin), or set PREPROCESSOR_ENGINE=built-in, which needs nothing installed.',
    { cause: error },
  );
}

/** It prints `0...10...20...`, in pieces. */
function progressReader(reportProgress: (share: number) => void): (text: string) => void {
  let tail = '';
  let begun = false;
  return (text) => {
    tail = (tail + text).slice(-KEPT_CHARACTERS);
    // The lines before name files and sizes.
    begun ||= /(^|\n)0\.\.\./.test(tail);
    const percents = begun ? tail.match(/\d+(?=\.\.\.| - done)/g) : null;
    const percent = Number(percents?.at(-1) ?? Number.NaN);
    if (percent >= 0 && percent <= 100) reportProgress(percent / 100);
  };
}
