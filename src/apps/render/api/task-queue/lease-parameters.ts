import type { Request } from 'express';
import { isPossibleTag } from '../../pull-queues/names.ts';
import type { RenderSettings } from '../../settings.ts';
import { booleanParameter, hasParameter, textParameter, wholeParameter } from './query.ts';
import { TaskQueueError } from './task-queue-error.ts';

type Query = Pick<Request, 'query'>;
type Limits = RenderSettings['pullQueues'];

/** What a client wants to lease. */
export interface WantedLease {
  readonly count: number;
  readonly leaseSeconds: number;
  /** Whether only tasks of one tag are leased: `tag`, or else the tag of the oldest task. */
  readonly groupsByTag: boolean;
  /** Empty for tasks without a tag. */
  readonly tag: string | undefined;
  /** How long the client waits for the first task. */
  readonly waitSeconds: number;
}

/** Reads what a client wants to lease. @throws {TaskQueueError} */
export function readLease(request: Query, limits: Limits): WantedLease {
  const count = wholeParameter(request, 'numTasks');
  const leaseSeconds = wholeParameter(request, 'leaseSecs');
  if (count === undefined || leaseSeconds === undefined) {
    throw new TaskQueueError(400, 'Missing leaseSecs and numTasks in query.');
  }
  const groupsByTag = booleanParameter(request, 'groupByTag');
  const tag = textParameter(request, 'tag');
  if (tag !== undefined && !groupsByTag) {
    throw new TaskQueueError(400, 'In query tag specified without groupByTag.');
  }
  if (tag !== undefined && !isPossibleTag(tag)) throw new TaskQueueError(400, 'The tag is invalid.');
  if (limits.compatibility === 'strict') refuseAbove('numTasks', count, limits.maximumLeasedTasks);
  refuseAbove('leaseSecs', leaseSeconds, limits.maximumLeaseSeconds);
  return {
    count: Math.min(count, limits.maximumLeasedTasks),
    leaseSeconds,
    groupsByTag,
    // An empty parameter means tasks without a tag; none means the tag of the oldest task.
    tag: tag ?? (hasParameter(request, 'tag') ? '' : undefined),
    waitSeconds: Math.min(wholeParameter(request, 'waitSecs') ?? 0, limits.maximumWaitSeconds),
  };
}

/** Reads the seconds from now at which a lease shall end. @throws {TaskQueueError} */
export function readNewLease(request: Query, { maximumLeaseSeconds }: Limits): number {
  const value = textParameter(request, 'newLeaseSeconds');
  if (value === undefined) throw new TaskQueueError(400, 'newLeaseSeconds is required.');
  if (!/^\d{1,15}$/.test(value)) throw new TaskQueueError(400, 'newLeaseSeconds must be an integer.');
  refuseAbove('newLeaseSeconds', Number(value), maximumLeaseSeconds);
  return Number(value);
}

function refuseAbove(parameter: string, value: number, maximum: number): void {
  if (value > maximum) throw new TaskQueueError(400, `${parameter} must not be greater than ${maximum}.`);
}
