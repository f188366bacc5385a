import type { Generator } from './generator.ts';
import { arrows } from './worksheets/arrows.ts';
import { barcodeChecksumPoster } from './worksheets/barcode-checksum-poster.ts';
import { binaryCards } from './worksheets/binary-cards.ts';
import { binaryCardsSmall } from './worksheets/binary-cards-small.ts';
import { binaryToAlphabet } from './worksheets/binary-to-alphabet.ts';
import { binaryWindows } from './worksheets/binary-windows.ts';
import { grid } from './worksheets/grid.ts';
import { jobBadges } from './worksheets/job-badges.ts';
import { leftRightCards } from './worksheets/left-right-cards.ts';
import { moduloClock } from './worksheets/modulo-clock.ts';
import { parityCards } from './worksheets/parity-cards.ts';
import { pianoKeys } from './worksheets/piano-keys.ts';
import { searchingCards } from './worksheets/searching-cards.ts';
import { sortingNetwork } from './worksheets/sorting-network.ts';
import { sortingNetworkCards } from './worksheets/sorting-network-cards.ts';
import { trainStations } from './worksheets/train-stations.ts';
import { treasureHunt } from './worksheets/treasure-hunt.ts';

/** Every kind of worksheet, in the order of their names. */
export const GENERATORS: readonly Generator[] = [
  arrows,
  barcodeChecksumPoster,
  binaryCards,
  binaryCardsSmall,
  binaryToAlphabet,
  binaryWindows,
  grid,
  jobBadges,
  leftRightCards,
  moduloClock,
  parityCards,
  pianoKeys,
  searchingCards,
  sortingNetwork,
  sortingNetworkCards,
  trainStations,
  treasureHunt,
];

const BY_VIEW = new Map(GENERATORS.map((generator) => [generator.view, generator]));

/** Returns the generator of a `resource_view`; its ending `.py`, which older clients send, does not count. */
export function findGenerator(view: string): Generator | undefined {
  return BY_VIEW.get(view.replace(/\.py$/, ''));
}
