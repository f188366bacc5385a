import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ServiceUnderTest } from '../test/e2e/service.ts';
import { median, secondsOf } from './figures.ts';
import { comparedWithPeer, DPI, secondsOfPeer } from './poppler-peer.ts';
import type { Row } from './report.ts';

const CUSTOMER = 7;
const MEMBERS = 1_000;
const SUBMISSIONS = 9;

/** Asking costs processor time too, which is what is measured here. */
const POLL_MILLISECONDS = 100;

/** From submission to COMPLETED, over HTTP, with every default: against poppler doing the drawing alone. */
export async function benchBooks(paths: readonly string[]): Promise<Row[]> {
  const service = await ServiceUnderTest.start({ PDF_RASTERIZER_THREAD_COUNT: '3', LOG_LEVEL: 'info' });
  try {
    const engine = await service.startEngine();
    const rows: Row[] = [];
    for (const path of paths) {
      const origin = service.serve(`/${encodeURIComponent(basename(path))}`, await readFile(path));
      const earlierTasks = engine.log.filter(({ msg }) => msg === 'task started').length;
      const oursSeconds = await secondsOf(() => complete(service, origin));
      const started = engine.log.filter(({ msg }) => msg === 'task started')[earlierTasks];
      rows.push({
        work: `${basename(path)} at ${DPI} DPI, submit to COMPLETED`,
        measured: `${oursSeconds.toFixed(2)} s, worker's peak ${await peakMegabytes(Number(started?.['pid']))} MB`,
        ...comparedWithPeer(oursSeconds, await secondsOfPeer(path)),
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

/** Writes a PDF where the peer can read it too; answers its path. */
export async function writeBook(directory: string, name: string, pdf: Buffer): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, pdf);
  return path;
}
