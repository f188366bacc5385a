import { v7 } from 'uuid';

/**
 * A new task's id: a UUID that begins with the time (version 7, RFC 9562), so that tasks of one time stand side by side
 * in every index. Random ones would touch a page of each index for every task, which is slow where many wait.
 */
export function newTaskId(): string {
  return v7();
}
