import { faultOfText } from '../../../platform/database/storable-text.ts';

/** The name of a pull queue, and its project. */
export interface QueueName {
  /** Without `b~`. */
  readonly project: string;
  readonly queue: string;
}

/** The longest names of projects and queues, and the longest ids and tags of tasks: what an index holds. */
const LONGEST_NAME_BYTES = 500;

/** Returns the name of a project without `b~`: `b~p` and `p` are the same project. */
export function sameProject(project: string): string {
  return project.replaceAll('b~', '');
}

/** Returns whether a queue is one of some. */
export function isOneOf(queues: readonly QueueName[], { project, queue }: QueueName): boolean {
  return queues.some((each) => each.project === project && each.queue === queue);
}

/** Returns whether a project, a queue or a task can have this name. */
export function isPossibleName(name: string): boolean {
  return name !== '' && isPossibleTag(name);
}

/** Returns whether a task can have this tag; an empty one is none. */
export function isPossibleTag(tag: string): boolean {
  return Buffer.byteLength(tag) <= LONGEST_NAME_BYTES && faultOfText(tag) === undefined;
}
