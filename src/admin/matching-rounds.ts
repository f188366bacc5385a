import { asMoment, asPlace, asText, type Place, placeText } from '../app-kit/admin/list-query.ts';
import type { MatchingRound } from '../app-kit/admin/row-page.ts';

/** How long one round of an action on everything that matches takes, about; the page asks for the next one. */
const ROUND_MILLISECONDS = 2_000;

/** Some rows of a list, and the place to go on from; undefined if there are no others. */
export interface MatchingBatch {
  readonly ids: readonly string[];
  readonly end: Place | undefined;
}

/** How a round is done. */
export interface RoundSteps {
  /** Finds the next rows that match. What came after `until` was not counted when the operator confirmed. */
  readonly nextBatch: (until: string, after: Place | undefined) => Promise<MatchingBatch>;
  /** Does it to some rows. @returns to how many. */
  readonly act: (ids: readonly string[]) => Promise<number>;
}

/**
 * Does something to what matches, batch by batch, for about two seconds.
 *
 * @param sent what the page sent: `place` and `until` of the round before, or neither.
 */
export async function doRound(
  sent: Readonly<Record<string, unknown>>,
  { nextBatch, act }: RoundSteps,
): Promise<MatchingRound> {
  const until = asMoment(asText(sent['until'])) ?? new Date().toISOString();
  const deadline = performance.now() + ROUND_MILLISECONDS;
  let place = asPlace(asText(sent['place']));
  let [done, skipped] = [0, 0];
  do {
    const batch = await nextBatch(until, place);
    const count = batch.ids.length > 0 ? await act(batch.ids) : 0;
    done += count;
    skipped += batch.ids.length - count;
    place = batch.end;
  } while (place && performance.now() < deadline);
  return { done, skipped, next: place ? { place: placeText(place), until } : null };
}

/** The earlier of the end of a filter and a moment; what came later was not confirmed. */
export function earlierOf(to: string | undefined, until: string): string {
  return to !== undefined && Date.parse(to) < Date.parse(until) ? to : until;
}
