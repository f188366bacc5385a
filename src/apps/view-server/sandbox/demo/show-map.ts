import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoContext } from '../../../../app-kit/sandbox/app-demo.ts';
import { formatDemoEnd } from '../../../../app-kit/sandbox/demo-end.ts';
import { DemoSteps, type ShowStep } from '../../../../app-kit/sandbox/demo-steps.ts';
import { formatDoneLines } from '../../../../app-kit/sandbox/done-lines.ts';
import { shownPath } from '../../../../app-kit/sandbox/shown-path.ts';
import type { Box } from '../../../../map-kit/box.ts';
import { SCENES as COLLECTION } from '../collections-stand-in.ts';
import { paintScene } from '../scenes/paint-scene.ts';
import { SCENES, type Scene, sizeOf } from '../scenes/scene.ts';
import { packScene, ringOf } from '../scenes/scene-package.ts';
import { type DemoConnections, openDemoConnections } from './demo-connections.ts';
import { fetchMap, fetchTiles, tileUrls } from './map-requests.ts';
import { forgetItems, waitForStage } from './stage-watch.ts';

const LABELS = {
  draw: 'drawing scenes',
  upload: 'uploading packages',
  preprocess: 'preprocessing',
  register: 'registering',
  seed: 'seeding tiles',
  tiles: 'fetching tiles',
  again: 'fetching them again',
} as const;

/**
 * Draws the scenes, takes their packages through all stages, and looks at the map.
 *
 * @throws {DemoError} if anything fails on the way.
 * @throws the reason of the context's signal.
 */
export async function showMap(context: DemoContext): Promise<void> {
  const connections = await openDemoConnections(context);
  try {
    await Promise.race([new MapDemo(connections, context).run(), context.ended]);
  } finally {
    await connections.close();
  }
}

/** The demo from its beginning to its end; what was done is kept for the table that it ends with. */
class MapDemo {
  readonly #connections: DemoConnections;
  readonly #context: DemoContext;
  readonly #steps: DemoSteps;

  constructor(connections: DemoConnections, context: DemoContext) {
    this.#connections = connections;
    this.#context = context;
    this.#steps = new DemoSteps(context.output, Object.values(LABELS));
  }

  async run(): Promise<void> {
    const started = performance.now();
    const packages = await this.#drawScenes();
    await this.#upload(packages);
    await this.#takeThroughStages([...packages.keys()]);
    const box = boxAround(SCENES);
    await this.#fetchTiles(box);
    const picture = await this.#storePicture(box);
    this.#conclude(picture, (performance.now() - started) / 1_000);
  }

  /** Returns packages by their paths. */
  async #drawScenes(): Promise<ReadonlyMap<string, Buffer>> {
    const packages = new Map<string, Buffer>();
    const total = SCENES.reduce((sum, scene) => sum + sizeOf(scene).heightPixels, 0);
    let rowsBefore = 0;
    await this.#measured('draw', { what: 'Draw scenes', total, unit: 'rows' }, async (show) => {
      for (const scene of SCENES) {
        const painted = await paintScene(scene, (rows) => show(rowsBefore + rows), this.#context.signal);
        rowsBefore += sizeOf(scene).heightPixels;
        packages.set(`${scene.id}.tar`, await packScene(scene, painted));
      }
      return 'two dates, two zones of UTM';
    });
    return packages;
  }

  async #upload(packages: ReadonlyMap<string, Buffer>): Promise<void> {
    const total = packages.size;
    await this.#measured('upload', { what: 'Upload packages', total, unit: 'packages' }, async (show) => {
      let done = 0;
      let bytes = 0;
      for (const [path, body] of packages) {
        await this.#connections.packages.put(path, body, 'application/x-tar', this.#context.signal);
        bytes += body.length;
        done += 1;
        show(done);
      }
      return megabytes(bytes);
    });
  }

  async #takeThroughStages(paths: readonly string[]): Promise<void> {
    const { redis, keys } = this.#connections;
    const intervals = SCENES.map(({ begins, ends }) => `${isoOf(begins)}/${isoOf(ends)}`);
    await forgetItems(this.#connections, 'preprocess', paths);
    await forgetItems(this.#connections, 'register', paths);
    await forgetItems(this.#connections, 'seed', intervals);
    this.#say(`redis-cli LPUSH ${keys.preprocessQueue} ${paths.join(' ')}`);
    await redis.lPush(keys.preprocessQueue, [...paths]);
    await this.#followStage('preprocess', 'Preprocess', paths, 'warped, stored as cloud-optimised GeoTIFFs');
    await this.#followStage('register', 'Register', paths, 'since the one before was done');
    await this.#followStage('seed', 'Seed tiles', intervals, 'since the one before was done');
  }

  async #followStage(
    stage: 'preprocess' | 'register' | 'seed',
    what: string,
    paths: readonly string[],
    note: string,
  ): Promise<void> {
    const words = { what, total: paths.length, unit: stage === 'seed' ? 'intervals' : 'scenes' };
    await this.#measured(stage, words, async (show) => {
      await waitForStage(this.#connections, stage, paths, show, this.#context.signal);
      return note;
    });
  }

  async #fetchTiles(box: Box): Promise<void> {
    const { apiUrl, signal } = this.#context;
    const urls = tileUrls(apiUrl, COLLECTION, box);
    for (const [step, what] of [
      ['tiles', 'Fetch tiles (WMTS)'],
      ['again', 'The same, from the cache'],
    ] as const) {
      await this.#measured(step, { what, total: urls.length, unit: 'tiles' }, async (show) => {
        const { bytes } = await fetchTiles(urls, show, signal);
        return megabytes(bytes);
      });
    }
  }

  /** Stores a picture of the map. Returns its path. */
  async #storePicture(box: Box): Promise<string> {
    const { apiUrl, directory, signal } = this.#context;
    const started = performance.now();
    const png = await fetchMap(apiUrl, COLLECTION, box, signal);
    const seconds = (performance.now() - started) / 1_000;
    this.#steps.note({
      what: 'Fetch a map (WMS)',
      count: 1,
      unit: 'picture',
      seconds,
      note: megabytes(png.length),
    });
    await mkdir(directory, { recursive: true });
    const path = join(directory, `map-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}.png`);
    await writeFile(path, png);
    return path;
  }

  #measured(
    step: keyof typeof LABELS,
    words: { readonly what: string; readonly total: number; readonly unit: string },
    act: (show: ShowStep) => Promise<string>,
  ): Promise<void> {
    return this.#steps.measure({ label: LABELS[step], ...words }, act);
  }

  #conclude(picture: string, seconds: number): void {
    const { output, staysUp, apiUrl, adminUrl } = this.#context;
    const heading = `${SCENES.length} scenes, from packages to a map in ${seconds.toFixed(2)} s`;
    const facts: readonly (readonly [string, string])[] = [
      ['Map', `${apiUrl}/view-server/${COLLECTION}`],
      ['Picture', shownPath(picture)],
      ...(staysUp ? ([['See it', `${adminUrl}/resources/view-items`]] as const) : []),
    ];
    output.write(formatDemoEnd({ heading, table: formatDoneLines(this.#steps.done), facts }));
  }

  #say(sentence: string): void {
    this.#context.output.write(`  ${sentence}\n`);
  }
}

/** The box around scenes, in degrees. */
function boxAround(scenes: readonly Scene[]): Box {
  const positions = scenes.flatMap((scene) => ringOf(scene));
  const longitudes = positions.map(([longitude]) => longitude);
  const latitudes = positions.map(([, latitude]) => latitude);
  return {
    minX: Math.min(...longitudes),
    minY: Math.min(...latitudes),
    maxX: Math.max(...longitudes),
    maxY: Math.max(...latitudes),
  };
}

/** A moment as the registrar pushes it to the seeder. */
function isoOf(moment: string): string {
  return new Date(moment).toISOString();
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
