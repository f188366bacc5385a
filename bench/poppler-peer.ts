import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { secondsOf } from './figures.ts';
import type { Row } from './report.ts';

const run = promisify(execFile);

/** What our pages are drawn at, and the peer's. */
export const DPI = 500;

/** The peer runs this many programs side by side, each on its part of the pages, as the Python service does. */
const PEER_PROCESSES = 3;

/** How long three `pdftoppm -r 500 -jpeg` take, each with a third of the pages; undefined where it is not installed. */
export async function secondsOfPeer(path: string): Promise<number | undefined> {
  const pageCount = await countPages(path);
  if (pageCount === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'pdftoppm-'));
  try {
    const share = Math.ceil(pageCount / PEER_PROCESSES);
    const firstPages = Array.from({ length: PEER_PROCESSES }, (_, part) => part * share + 1);
    return await secondsOf(() =>
      Promise.all(
        firstPages
          .filter((first) => first <= pageCount)
          .map((first) => {
            const last = Math.min(pageCount, first + share - 1);
            const pages = ['-f', String(first), '-l', String(last), path, join(folder, String(first))];
            return run('pdftoppm', ['-r', String(DPI), '-jpeg', ...pages]);
          }),
      ),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The columns of a comparison with the peer. */
export function comparedWithPeer(
  seconds: number,
  peerSeconds: number | undefined,
): Pick<Row, 'peer' | 'ratio'> {
  if (peerSeconds === undefined)
    return { peer: 'pdftoppm is not installed (Debian: apt-get install poppler-utils)' };
  return {
    peer: `${peerSeconds.toFixed(2)} s (${PEER_PROCESSES} pdftoppm)`,
    ratio: `${(peerSeconds / seconds).toFixed(2)} times as fast`,
  };
}

async function countPages(path: string): Promise<number | undefined> {
  try {
    const { stdout } = await run('pdfinfo', [path]);
    return Number(/^Pages:\s+(\d+)$/m.exec(stdout)?.[1]);
  } catch {
    return undefined;
  }
}
