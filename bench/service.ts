import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ServiceUnderTest } from '../test/e2e/service.ts';
import { secondsOf } from './figures.ts';
import type { Row } from './report.ts';

const CUSTOMER = 7;
const DPI = 500;
const MEMBERS = 1_000;

/** Asking costs processor time too, which is what is measured here. */
const POLL_MILLISECONDS = 100;

/** The peer runs this many programs side by side, each on its part of the pages, as the deployed service does. */
const PEER_PROCESSES = 3;

/** A PDF to submit, and how many times as fast as the peer it should be done. */
export interface Book {
  readonly path: string;
  readonly goal?: string;
}

/** From submission to COMPLETED, over HTTP, with every default: against poppler doing the drawing alone. */
export async function benchBooks(books: readonly Book[]): Promise<Row[]> {
  const service = await ServiceUnderTest.start({ PDF_RASTERIZER_THREAD_COUNT: '3', LOG_LEVEL: 'info' });
  try {
    const engine = await service.startEngine();
    const rows: Row[] = [];
    for (const { path, goal } of books) {
      const origin = service.serve(`/${encodeURIComponent(basename(path))}`, await readFile(path));
      const earlierTasks = engine.log.filter(({ msg }) => msg === 'task started').length;
      const oursSeconds = await secondsOf(() => complete(service, origin));
      const started = engine.log.filter(({ msg }) => msg === 'task started')[earlierTasks];
      const peerSeconds = await measurePeer(path);
      rows.push({
        work: `${basename(path)} at ${DPI} DPI, submit to COMPLETED`,
        measured: `${oursSeconds.toFixed(2)} s, worker's peak ${await peakMegabytes(Number(started?.['pid']))} MB`,
        peer:
          peerSeconds === undefined
            ? 'pdftoppm is not installed (Debian: poppler-utils)'
            : `${peerSeconds.toFixed(2)} s`,
        ratio: peerSeconds === undefined ? '' : `${(peerSeconds / oursSeconds).toFixed(2)} times as fast`,
        ...(goal === undefined ? {} : { goal }),
      });
    }
    return rows;
  } finally {
    await service.stop();
  }
}

/** `POST` of many members in one collection, and `GET` of it. */
export async function benchSubmissions(): Promise<Row[]> {
  const service = await ServiceUnderTest.start({ LOG_LEVEL: 'info' });
  try {
    const members = Array.from({ length: MEMBERS }, (_, index) =>
      composite(`http://localhost/${index}.pdf`, `book-${index}-{:03d}`),
    );
    // The first submission of a process opens its connections.
    for (let warmUp = 0; warmUp < 4; warmUp += 1) await service.submit(CUSTOMER, members.slice(0, 1));
    let id = '';
    const postSeconds = await secondsOf(async () => {
      id = (await service.submit(CUSTOMER, members)).id;
    });
    const getSeconds = await secondsOf(async () => (await service.get(id)).json());
    return [
      { work: `POST of ${MEMBERS} members`, measured: `${postSeconds.toFixed(3)} s`, goal: '< 0.3 s' },
      { work: `GET of that collection`, measured: `${getSeconds.toFixed(3)} s`, goal: '< 0.1 s' },
    ];
  } finally {
    await service.stop();
  }
}

async function complete(service: ServiceUnderTest, origin: string): Promise<void> {
  const { members } = await service.submit(CUSTOMER, [composite(origin, 'page-{:04d}')]);
  await service.waitForStatus(members[0]?.id ?? '', 'COMPLETED', 600_000, POLL_MILLISECONDS);
}

function composite(origin: string, id: string): object {
  return { '@type': 'vocab:Composite', id, space: 1, origin, incrementSeed: 1 };
}

/** Peak of what a living process held in memory; Linux alone tells it. */
async function peakMegabytes(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? '?' : Math.round((Number(kibibytes) * 1_024) / 1e6).toString();
}

async function measurePeer(path: string): Promise<number | undefined> {
  const pageCount = await countPages(path);
  if (pageCount === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), 'bench-peer-'));
  try {
    const share = Math.ceil(pageCount / PEER_PROCESSES);
    const firstPages = Array.from({ length: PEER_PROCESSES }, (_, index) => 1 + index * share).filter(
      (firstPage) => firstPage <= pageCount,
    );
    return await secondsOf(() =>
      Promise.all(
        firstPages.map((firstPage) =>
          run('pdftoppm', [
            ...['-r', String(DPI), '-jpeg', '-f', String(firstPage)],
            ...['-l', String(Math.min(pageCount, firstPage + share - 1)), path, join(directory, 'page')],
          ]),
        ),
      ),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function countPages(path: string): Promise<number | undefined> {
  try {
    const { stdout } = await promisify(execFile)('pdfinfo', [path]);
    return Number(/^Pages:\s+(\d+)$/m.exec(stdout)?.[1]);
  } catch {
    return undefined;
  }
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

/** Writes a PDF where the peer can read it too; answers its path. */
export async function writeBook(directory: string, name: string, pdf: Buffer): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, pdf);
  return path;
}
