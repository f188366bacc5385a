import { asMoment, asText } from '../../app-kit/admin/list-query.ts';

/** What a list of tasks is narrowed by; what is missing does not narrow it. */
export interface TaskFilter {
  /** The function's name, the group, and the task's name: exactly so. */
  readonly func?: string | undefined;
  readonly group?: string | undefined;
  readonly name?: string | undefined;
  readonly queue?: string | undefined;
  /** Moments of the end, or of the enqueueing of a task that waits; the first one is in the list, the other is not. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** A part of the error, in any case; `…` matches anything in between. */
  readonly error?: string | undefined;
  readonly cancelled?: boolean | undefined;
}

/** The filter of values that were sent by a page, or stand in its address. */
export function readFilter(sent: Readonly<Record<string, unknown>>): TaskFilter {
  const cancelled = asText(sent['cancelled']);
  return {
    func: asText(sent['func']),
    group: asText(sent['group']),
    name: asText(sent['name']),
    queue: asText(sent['queue']),
    from: asMoment(asText(sent['from'])),
    to: asMoment(asText(sent['to'])),
    error: asText(sent['error']),
    cancelled: cancelled === 'yes' ? true : cancelled === 'no' ? false : undefined,
  };
}

/** Whether a task that has not finished fits: it has no error yet. */
export function fits(
  filter: TaskFilter,
  task: {
    readonly func: string;
    readonly group: string | null;
    readonly name: string;
    readonly queue: string;
  },
  moment: string,
): boolean {
  return (
    (['func', 'group', 'name', 'queue'] as const).every(
      (column) => filter[column] === undefined || filter[column] === task[column],
    ) &&
    (filter.from === undefined || Date.parse(moment) >= Date.parse(filter.from)) &&
    (filter.to === undefined || Date.parse(moment) < Date.parse(filter.to))
  );
}

/** The part of an error as a pattern of `ILIKE`. */
export function errorPattern(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, '\\$&').replaceAll('…', '%')}%`;
}
