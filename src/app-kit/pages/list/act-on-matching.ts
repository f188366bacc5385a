import type { MatchingRound } from '../../admin/row-page.ts';
import { callAdmin } from '../call-admin.ts';

/**
 * Does something to everything that matches a filter, in rounds.
 *
 * @param path where a round is posted to, below the admin's root.
 * @param onRound receives after each round how many it was so far, and returns whether to go on.
 * @throws {AdminCallError}
 */
export async function actOnMatching(
  path: string,
  filter: Readonly<Record<string, string>>,
  onRound: (soFar: Pick<MatchingRound, 'done' | 'skipped'>) => boolean,
): Promise<void> {
  let [done, skipped] = [0, 0];
  let next: MatchingRound['next'] = null;
  do {
    const round: MatchingRound = await callAdmin(path, { filter, ...next });
    done += round.done;
    skipped += round.skipped;
    next = round.next;
    if (!onRound({ done, skipped })) return;
  } while (next);
}
