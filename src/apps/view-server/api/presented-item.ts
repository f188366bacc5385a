import type { StoredAttempt, StoredItem } from '../stages/stored-items.ts';

/** Presents an item as the API has it. */
export function presentItem({ id, stage, path, collection, newest }: StoredItem) {
  return { id, stage, path, collection, ...presentAttempt(newest) };
}

/** Presents an attempt at an item. */
export function presentAttempt({ number, state, reason, worker, pushed, began, ended }: StoredAttempt) {
  return { attempt: number, state, reason, worker, pushed, began, ended };
}
