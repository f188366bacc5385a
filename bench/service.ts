import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ServiceUnderTest } from '../test/e2e/service.ts';
import { median, secondsOf } from './figures.ts';
import { comparedWithPeer, DPI, secondsOfPeer } from './poppler-peer.ts';
import type { Row } from './report.ts';

const CUSTOMER = 7;
const MEMBERS = 1_000;
const SUBMISSIONS = 9;

/** Seldom, as answering takes processor time too; when the member was done, its answer says. */
const POLL_MILLISECONDS = 500;

/** A short PDF is drawn again, in turns with the peer, until both together took so long; at the most so often. */
const LONG_ENOUGH_SECONDS = 30;
const MOST_ROUNDS = 7;

/** From submission to COMPLETED, over HTTP, with every default: against poppler doing the drawing alone. */
export async function benchBooks(paths: readonly string[]): Promise<Row[]> {
  const service = await ServiceUnderTest.start({ PDF_RASTERIZER_THREAD_COUNT: '3', LOG_LEVEL: 'info' });
  try {
    const engine = await service.startEngine();
    const rows: Row[] = [];
    for (const path of paths) {
      const origin = service.serve(`/${encodeURIComponent(basename(path))}`, await readFile(path));
      const ours: number[] = [];
      const peers: number[] = [];
      while (ours.length < MOST_ROUNDS && sum([...ours, ...peers]) < LONG_ENOUGH_SECONDS) {
        ours.push(await secondsToComplete(service, origin));
        const peer = await secondsOfPeer(path);
        if (peer !== undefined) peers.push(peer);
      }
      const started = engine.log.findLast(({ msg }) => msg === 'task started');
      rows.push({
        work: `${basename(path)} at ${DPI} DPI, submit to COMPLETED, median of ${ours.length}`,
        measured: `${median(ours).toFixed(2)} s, worker's peak ${await peakMegabytes(Number(started?.['pid']))} MB`,
        ...comparedWithPeer(median(ours), peers.length > 0 ? median(peers) : undefined),
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
    const posts: number[] = [];
    const gets: number[] = [];
    for (let count = 0; count < SUBMISSIONS; count += 1) {
      let id = '';
      const submit = async () => {
        id = (await service.submit(CUSTOMER, members)).id;
      };
      posts.push(await secondsOf(submit));
      gets.push(await secondsOf(async () => (await service.get(id)).json()));
    }
    return [
      {
        work: `POST of ${MEMBERS} members, median`,
        measured: `${median(posts).toFixed(3)} s`,
        goal: '< 0.3 s',
      },
      { work: 'GET of that collection, median', measured: `${median(gets).toFixed(3)} s`, goal: '< 0.1 s' },
    ];
  } finally {
    await service.stop();
  }
}

/** From the request to the moment that the member says that it was done at. */
async function secondsToComplete(service: ServiceUnderTest, origin: string): Promise<number> {
  const begun = Date.now();
  const { members } = await service.submit(CUSTOMER, [composite(origin, 'page-{:04d}')]);
  const uri = members[0]?.id ?? '';
  const member = await service.waitForStatus(uri, 'COMPLETED', 600_000, POLL_MILLISECONDS);
  return (Date.parse(member.last_updated) - begun) / 1_000;
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
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

/** Writes a PDF where the peer can read it too; answers its path. */
export async function writeBook(directory: string, name: string, pdf: Buffer): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, pdf);
  return path;
}
