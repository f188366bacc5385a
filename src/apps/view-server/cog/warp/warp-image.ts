import { setImmediate } from 'node:timers/promises';
import { UnreadableImageError } from '../cog-engine.ts';
import type { CogReader, Samples } from '../cog-reader.ts';
import { makeCoordinateGrid, type Part } from './coordinate-grid.ts';
import { Resampler, type Sampling } from './resampler.ts';
import { type BlockRange, SourceWindow } from './source-window.ts';
import type { WarpPlan } from './warp-plan.ts';

/** Takes the lines of the target, from north to south. */
export interface LineSink {
  /** Lines that are asked for at a time, but for the last ones. */
  readonly linesAtOnce: number;
  /** Where the next lines go; all of them hold what pixels without data hold. */
  readonly nextLines: () => Samples;
  readonly takeLines: (lineCount: number) => Promise<void>;
}

/** Lines for which the source is in memory at a time; fewer of wide images. */
const PART_LINES = 128;
const FEWEST_PART_LINES = 16;
const PART_PIXELS = 1_500_000;

/** Parts of the target that need more of the source at once are cut in two. */
const WINDOW_BYTES = 192 * 1024 * 1024;

/** Where cutting does not help: blocks of the source are very large. */
const MAXIMUM_WINDOW_BYTES = 768 * 1024 * 1024;
const SMALLEST_PART_PIXELS = 32;

/** Lines after which others may run: compressed blocks are written, and new ones compressed. */
const LINES_BETWEEN_PAUSES = 16;

/** Makes parts of the target. */
export interface PartMaker {
  /**
   * Makes a part of whole lines.
   *
   * @param lines where they go; the first line of them is `firstLine` of the target.
   */
  make(part: Part, lines: Samples, firstLine: number): Promise<void>;
}

/** The parts that a target is made of, in order. None reaches over the lines that are taken at once. */
export function partsOf(plan: WarpPlan, linesAtOnce: number): Part[] {
  const parts: Part[] = [];
  const partLines = Math.min(
    PART_LINES,
    Math.max(FEWEST_PART_LINES, Math.floor(PART_PIXELS / plan.widthPixels)),
  );
  for (let top = 0; top < plan.heightPixels; ) {
    const end = Math.min(top + linesAtOnce - (top % linesAtOnce), plan.heightPixels);
    const height = Math.min(partLines, end - top);
    parts.push({ left: 0, top, width: plan.widthPixels, height });
    top += height;
  }
  return parts;
}

/**
 * Makes all lines of the target.
 *
 * @param reportLines how many were made.
 * @throws {UnreadableImageError}
 */
export async function warpImage(
  plan: WarpPlan,
  maker: PartMaker,
  sink: LineSink,
  reportLines: (count: number) => void,
): Promise<void> {
  let firstLine = 0;
  for (const part of partsOf(plan, sink.linesAtOnce)) {
    await maker.make(part, sink.nextLines(), firstLine);
    const end = part.top + part.height;
    if (end < plan.heightPixels && end < firstLine + sink.linesAtOnce) continue;
    await sink.takeLines(end - firstLine);
    reportLines(end);
    firstLine = end;
  }
}

/** Makes parts out of the source. In memory is what of the source a part needs. */
export class Warp implements PartMaker {
  readonly #reader: CogReader;
  readonly #plan: WarpPlan;
  readonly #window: SourceWindow;
  readonly #resampler: Resampler;

  constructor(reader: CogReader, plan: WarpPlan, sampling: Sampling) {
    this.#reader = reader;
    this.#plan = plan;
    this.#window = new SourceWindow(reader);
    this.#resampler = new Resampler(this.#window, reader.description, sampling);
  }

  /** @throws {UnreadableImageError} */
  async make(part: Part, lines: Samples, firstLine: number): Promise<void> {
    if (this.#plan.isCopy) await this.#copy(part, lines, firstLine);
    else await this.#warp(part, lines, firstLine);
  }

  async #copy(part: Part, lines: Samples, firstLine: number): Promise<void> {
    const { widthPixels } = this.#plan;
    await this.#moveTo(this.#window.blocksOf(0, part.top, widthPixels - 1, part.top + part.height - 1));
    for (let line = 0; line < part.height; line += 1) {
      this.#resampler.copyLine(part.top + line, lines, this.#sampleAt(part, line, firstLine));
      if (line % LINES_BETWEEN_PAUSES === 0) await setImmediate();
    }
  }

  async #warp(part: Part, lines: Samples, firstLine: number): Promise<void> {
    const grid = makeCoordinateGrid(this.#plan.toSource, part);
    const range = grid.extent && this.#blocksFor(grid.extent, part);
    if (!range) return;
    const halves = this.#window.bytesOf(range) > WINDOW_BYTES ? halve(part) : undefined;
    if (halves) {
      for (const half of halves) await this.#warp(half, lines, firstLine);
      return;
    }
    await this.#moveTo(range);
    for (let line = 0; line < part.height; line += 1) {
      this.#resampler.warpLine(grid, line, lines, this.#sampleAt(part, line, firstLine));
      if (line % LINES_BETWEEN_PAUSES === 0) await setImmediate();
    }
  }

  #blocksFor(
    { minX, minY, maxX, maxY }: { minX: number; minY: number; maxX: number; maxY: number },
    part: Part,
  ): BlockRange | undefined {
    const { widthPixels, heightPixels } = this.#reader.description;
    if (maxX < 0 || maxY < 0 || minX > widthPixels || minY > heightPixels) return undefined;
    const reach = this.#resampler.reachPixels;
    // All columns for whole lines, so that the rows of blocks can stay when the window moves down.
    const isWhole = part.width === this.#plan.widthPixels;
    const range = this.#window.blocksOf(
      isWhole ? 0 : Math.max(0, minX - reach),
      Math.max(0, minY - reach),
      isWhole ? widthPixels - 1 : Math.min(widthPixels - 1, maxX + reach),
      Math.min(heightPixels - 1, maxY + reach),
    );
    return range.endRow > range.firstRow && range.endColumn > range.firstColumn ? range : undefined;
  }

  async #moveTo(range: BlockRange): Promise<void> {
    const bytes = this.#window.bytesOf(range);
    if (bytes > MAXIMUM_WINDOW_BYTES) {
      throw new UnreadableImageError(
        `The image needs ${bytes} bytes of memory at once, as its blocks are so large; ` +
          `${MAXIMUM_WINDOW_BYTES} at most are used. PREPROCESSOR_ENGINE=gdal may read it.`,
      );
    }
    await this.#window.moveTo(range);
  }

  #sampleAt(part: Part, line: number, firstLine: number): number {
    const pixel = (part.top + line - firstLine) * this.#plan.widthPixels + part.left;
    return pixel * this.#reader.description.bandCount;
  }
}

/** Two parts side by side, or one above the other; `undefined` if it is too small for that. */
function halve(part: Part): readonly Part[] | undefined {
  const { left, top, width, height } = part;
  if (width > SMALLEST_PART_PIXELS) {
    const half = Math.ceil(width / 2 / SMALLEST_PART_PIXELS) * SMALLEST_PART_PIXELS;
    return [
      { left, top, width: half, height },
      { left: left + half, top, width: width - half, height },
    ];
  }
  if (height <= SMALLEST_PART_PIXELS) return undefined;
  const half = Math.ceil(height / 2);
  return [
    { left, top, width, height: half },
    { left, top: top + half, width, height: height - half },
  ];
}
