import { paintScene } from '../../src/apps/view-server/sandbox/scenes/paint-scene.ts';
import { PIXEL_METRES, SCENES, type Scene, sizeOf } from '../../src/apps/view-server/sandbox/scenes/scene.ts';
import { packScene } from '../../src/apps/view-server/sandbox/scenes/scene-package.ts';
import { PreprocessingSite } from '../../test/apps/view-server/preprocessing/preprocessing-site.ts';
import { eventually } from '../../test/support/eventually.ts';
import { median, secondsOf } from '../figures.ts';
import { openObserverOf, type PostgresObserver } from '../queue/postgres-observer.ts';
import type { Row } from '../report.ts';

/** Pushes that a client sends without waiting for replies. */
const PIPELINED_PUSHES = 1_000;

/** Packages that go through the stages one after another. */
const WARM_PACKAGES = 5;

/** Packages that go through the stages side by side, and how large their images are. */
const TINY_PACKAGES = 60;
const TINY_PIXELS = 32;

/** Items that wait while others are looked at, and how many of them each push brings. */
const WAITING_ITEMS = 100_000;
const ITEMS_OF_A_PUSH = 1_000;
const LOOKS = 21;

const LIST = 'preprocess_queue';

const DEADLINE_MILLISECONDS = 600_000;

/** An operator's settings: none but addresses. */
const DEFAULTS = {
  GUNICORN_WORKERS: undefined,
  ENGINE_WORKER_COUNT: undefined,
  // Tests have what was compiled stored.
  NODE_DISABLE_COMPILE_CACHE: '1',
};

/** Packages from LPUSH to the catalogue, by a client of Redis, with a server and an engine; and the lists beside many items. */
export async function benchPipeline(): Promise<Row[]> {
  const site = await PreprocessingSite.start(DEFAULTS);
  const observer = await openObserverOf(site.database);
  try {
    await observer.countStatements();
    const pushes = await benchPushes(site);
    const packages = await benchPackages(site, observer);
    return [pushes, ...packages, ...(await benchLists(site))];
  } finally {
    await observer.close();
    await site.stop();
  }
}

async function benchPushes({ redis }: PreprocessingSite): Promise<Row> {
  const seconds = await secondsOf(async () => {
    // One tick: the client sends them all at once.
    await Promise.all(
      Array.from({ length: PIPELINED_PUSHES }, (_, index) => redis.lPush(LIST, `${index}.tar`)),
    );
  });
  await redis.del(LIST);
  return { work: '1,000 pushes in a pipeline', measured: `${seconds.toFixed(2)} s`, goal: '< 2 s' };
}

async function benchPackages(site: PreprocessingSite, observer: PostgresObserver): Promise<Row[]> {
  const [scene] = SCENES;
  if (!scene) throw new Error('There is a scene.');
  const body = await packScene(scene, await paintScene(scene, () => undefined, new AbortController().signal));
  const engine = await site.startEngine();
  const first = await registered(site, 'first.tar', body);
  const warm: string[] = [];
  const seconds: number[] = [];
  for (let index = 0; index < WARM_PACKAGES; index += 1) {
    const one = await registered(site, `warm-${index}.tar`, body);
    seconds.push(one.seconds);
    warm.push(one.steps);
  }
  const work = 'a package of 1,000 × 1,000, from LPUSH to registered';
  const rate = await benchRate(site, observer);
  engine.kill('SIGTERM');
  await engine.ended;
  return [
    {
      work: `${work}, the first one of an engine`,
      measured: `${first.seconds.toFixed(2)} s (${first.steps})`,
      goal: '< 3 s',
    },
    {
      work: `${work}, median of ${WARM_PACKAGES} more`,
      measured: `${median(seconds).toFixed(2)} s (${warm.at(-1)})`,
      goal: '< 3 s',
    },
    rate,
  ];
}

/** Pushes a package, and waits until it is registered. */
async function registered(
  site: PreprocessingSite,
  path: string,
  body: Buffer,
): Promise<{ readonly seconds: number; readonly steps: string }> {
  await site.put(path, body);
  const pushed = Date.now();
  const seconds = await secondsOf(async () => {
    await site.redis.lPush(LIST, path);
    const outcome = await site.outcomeOf('register', path);
    if (outcome !== 'register-success_set') throw new Error(`${path} was not registered.`);
  });
  const moments: { stage: string; began: string; ended: string }[] = await site.database
    .database('view_server.attempts as attempt')
    .join('view_server.items as item', 'item.id', 'attempt.item_id')
    .where({ 'item.path': path })
    .orderBy('attempt.item_id')
    .select('attempt.stage', 'began', 'ended');
  const steps = moments.map(
    ({ stage, began, ended }) => `${stage} ${since(pushed, began)} to ${since(pushed, ended)} s`,
  );
  return { seconds, steps: steps.join(', ') };
}

function since(start: number, moment: string): string {
  return ((Date.parse(moment) - start) / 1_000).toFixed(2);
}

/** Tiny packages: what the stages cost, and hardly their work. */
async function benchRate(site: PreprocessingSite, observer: PostgresObserver): Promise<Row> {
  const paths = Array.from({ length: TINY_PACKAGES }, (_, index) => `tiny-${index}.tar`);
  for (const [index, path] of paths.entries()) await site.put(path, await tinyPackage(index));
  await observer.forgetStatements();
  const before = await site.redis.sCard('register-success_set');
  const begun = await observer.work();
  const seconds = await secondsOf(async () => {
    await site.redis.lPush(LIST, paths);
    await eventually(
      async () => (await site.redis.sCard('register-success_set')) === before + TINY_PACKAGES,
      DEADLINE_MILLISECONDS,
      500,
    );
  });
  const ended = await observer.work();
  const each = (figure: 'statements' | 'writingTransactions') =>
    ((ended[figure] - begun[figure]) / TINY_PACKAGES).toFixed(0);
  return {
    work: `${TINY_PACKAGES} tiny packages, default settings`,
    measured:
      `${((TINY_PACKAGES / seconds) * 60).toFixed(0)} packages a minute, each ${each('statements')} statements ` +
      `in ${each('writingTransactions')} transactions that write`,
  };
}

async function tinyPackage(index: number): Promise<Buffer> {
  const [place] = SCENES;
  if (!place) throw new Error('There is a scene.');
  const { minX, minY } = place.box;
  const side = TINY_PIXELS * PIXEL_METRES;
  const scene: Scene = {
    ...place,
    id: `TINY_${index}`,
    box: { minX, minY, maxX: minX + side, maxY: minY + side },
  };
  const { widthPixels, heightPixels } = sizeOf(scene);
  const samples = new Uint8Array(widthPixels * heightPixels * 3).fill(1 + (index % 200));
  return packScene(scene, { samples, cloudPercent: 0 });
}

/** The commands of operators and outside workers, beside many items, without an engine that takes these. */
async function benchLists({ redis, database }: PreprocessingSite): Promise<Row[]> {
  await database.database.raw(
    `INSERT INTO view_server.items (stage, path, collection, outcome)
     SELECT 'register', 'done-' || number, (SELECT min(name) FROM view_server.collections), 'success'
     FROM generate_series(1, ?) AS number`,
    [WAITING_ITEMS],
  );
  const pushing = await secondsOf(async () => {
    for (let at = 0; at < WAITING_ITEMS; at += ITEMS_OF_A_PUSH) {
      const paths = Array.from({ length: ITEMS_OF_A_PUSH }, (_, index) => `waits-${at + index}.tar`);
      await redis.lPush(LIST, paths);
    }
  });
  await database.database.raw('ANALYZE view_server.items, view_server.attempts');
  const commands: readonly (readonly [name: string, run: () => Promise<unknown>])[] = [
    ['LLEN', () => redis.lLen(LIST)],
    ['LRANGE 0 10', () => redis.lRange(LIST, 0, 10)],
    ['LRANGE -10 -1', () => redis.lRange(LIST, -10, -1)],
    ['SCARD of 100,000', () => redis.sCard('register-success_set')],
    ['SISMEMBER', () => redis.sIsMember('register-success_set', 'done-77')],
    ['BRPOP', () => redis.brPop(LIST, 1)],
  ];
  const rows: Row[] = [
    {
      work: `LPUSH of ${WAITING_ITEMS.toLocaleString('en')} items, ${ITEMS_OF_A_PUSH.toLocaleString('en')} each`,
      measured: `${pushing.toFixed(1)} s`,
    },
  ];
  for (const [work, command] of commands) {
    const seconds: number[] = [];
    for (let look = 0; look < LOOKS; look += 1) seconds.push(await secondsOf(command));
    rows.push({
      work: `${work} beside them`,
      measured: `${(median(seconds) * 1_000).toFixed(1)} ms, at most ${(Math.max(...seconds) * 1_000).toFixed(1)} ms`,
    });
  }
  return rows;
}
