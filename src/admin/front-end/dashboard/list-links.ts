import { listPath } from '../../../app-kit/pages/index.ts';
import type { TaskList } from '../../queue/resources.ts';

/** The path of a list of tasks with a filter, below the admin's root. */
export function listWith(list: TaskList, filter: Readonly<Record<string, string>>): string {
  return `${listPath(list)}?${new URLSearchParams(filter)}`;
}

/** The moment an hour ago, to the minute. */
export function anHourAgo(): string {
  return new Date(Math.floor(Date.now() / 60_000 - 60) * 60_000).toISOString();
}
