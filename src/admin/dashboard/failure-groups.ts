import type { Database } from '../../platform/database/connection.ts';
import { isoTimestamp } from '../../platform/database/timestamps.ts';
import type { FailureGroup } from './shapes.ts';

/** Failures that are looked at, of the last day. */
const MOST_FAILURES = 500;

/** Groups that the page shows. */
const MOST_GROUPS = 8;

/** Characters of an error that tell it from others. */
const COMPARED_CHARACTERS = 240;

const HOUR_MILLISECONDS = 3_600_000;

/** The newest failures, those together that say the same. Tasks that somebody cancelled did not fail by themselves. */
export async function readFailureGroups(database: Database): Promise<FailureGroup[]> {
  const failures: { id: string; func: string; error: string; stopped: string }[] = await database(
    'queue.tasks',
  )
    .where({ success: false, cancelled: false })
    .whereRaw(`stopped > now() - interval '1 day'`)
    .orderBy([
      // The table is named, as the column that is selected is a text.
      { column: 'tasks.stopped', order: 'desc' },
      { column: 'tasks.id', order: 'asc' },
    ])
    .limit(MOST_FAILURES)
    .select(
      'id',
      'func',
      database.raw(`left(coalesce(result ->> 'error', ''), ?) AS error`, [2 * COMPARED_CHARACTERS]),
      isoTimestamp(database, 'stopped', 'stopped'),
    );
  const hourAgo = Date.now() - HOUR_MILLISECONDS;
  return [...Map.groupBy(failures, ({ func, error }) => `${func}\n${whatErrorsShare(error)}`).values()]
    .flatMap((group): FailureGroup[] => {
      const [newest] = group;
      if (!newest) return [];
      return [
        {
          func: newest.func,
          error: whatErrorsShare(newest.error),
          count: group.length,
          countLastHour: group.filter(({ stopped }) => Date.parse(stopped) > hourAgo).length,
          newest: newest.stopped,
          newestTaskId: newest.id,
        },
      ];
    })
    .sort((one, other) => other.count - one.count)
    .slice(0, MOST_GROUPS);
}

/** What differs from one failure to the next: paths of URLs, ids, numbers; but no code of HTTP, as that makes the difference. */
const DIFFERENCES: readonly (readonly [RegExp, string])[] = [
  [/(\bhttps?:\/\/[^/\s"'<>]+)\/[^\s"'<>)]*/g, '$1/…'],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '…'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b/gi, '…'],
  [/\d{4,}|\b(?![1-5]\d\d\b)\d+/g, '…'],
  [/…(?:[.,:-]…)+/g, '…'],
];

/** The first line of an error, with `…` for what differs where the same thing goes wrong again. */
export function whatErrorsShare(error: string): string {
  const [line = ''] = error.trim().split('\n');
  const shared = DIFFERENCES.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
  return shared.length > COMPARED_CHARACTERS ? `${shared.slice(0, COMPARED_CHARACTERS)}…` : shared;
}
