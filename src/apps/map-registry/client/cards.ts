import type { Uptime } from '../uptime.ts';

/** What a card of the search shows of a layer beside what the search returns. */
export interface LayerCard {
  readonly id: string;
  /** The address of its last picture; null where there is none. */
  readonly thumbnail: string | null;
  readonly uptime: Uptime;
}

/** Cards of one request. */
export const MOST_CARDS = 100;
