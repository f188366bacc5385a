import type { Box } from '../../../../map-kit/box.ts';
import type { Theme } from './drawing/imagined-world.ts';

/** A layer of a stand-in. */
export interface StandInLayer {
  readonly name: string;
  readonly title: string;
  readonly abstract?: string;
  readonly keywords?: readonly string[];
  /** In longitude and latitude. Without one the layer has that of the service, or none. */
  readonly box?: Box;
  readonly theme: Theme;
}

/** What all kinds of stand-ins are made of. */
export interface StandInService {
  readonly title: string;
  readonly abstract?: string;
  readonly keywords?: readonly string[];
  readonly layers: readonly StandInLayer[];
}

/** Finds a layer by its name. */
export function findLayer(
  layers: readonly StandInLayer[],
  name: string | undefined,
): StandInLayer | undefined {
  return layers.find((layer) => layer.name === name);
}
