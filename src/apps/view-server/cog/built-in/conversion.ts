import type { CogOptions } from '../cog-engine.ts';
import type { OtherProjections } from '../projections.ts';

/** A conversion, as the thread that does it gets it. */
export interface Conversion {
  readonly sourceFile: string;
  readonly targetFile: string;
  /** For files of its own; the caller removes it. */
  readonly scratchFolder: string;
  readonly options: CogOptions;
  readonly projections: OtherProjections;
  readonly maximumPixels: number;
}
