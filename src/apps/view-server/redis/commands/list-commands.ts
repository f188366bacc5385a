import { pushItems } from '../../stages/push-items.ts';
import {
  countWaiting,
  placeOf,
  type Taking,
  takeWaiting,
  type WaitingList,
  waitingValues,
} from '../../stages/waiting-items.ts';
import type { PoppedItem } from '../blocked-pops.ts';
import { NULL_ARRAY, type Reply } from '../reply.ts';
import {
  type Command,
  type CommandContext,
  type Commands,
  databaseOf,
  findList,
  inTransaction,
  MOST_LISTED,
  RedisCommandError,
  refuseKey,
  wholeNumber,
  workerName,
} from './command.ts';
import { readPushed } from './pushed-values.ts';

/** How long an item stays with a connection that is not heard of, such as when its server is gone. */
export const CONNECTION_LEASE_SECONDS = 30;

/** The longest that a blocking pop waits: what a timer can. */
const LONGEST_TIMEOUT_SECONDS = 2_147_483;

/**
 * Pushes values to a list in one transaction.
 *
 * @param name `LPUSH`, or `RPUSH` for values that are taken first.
 * @param groups the values of each command.
 * @returns the length of the list after each command.
 */
export async function pushGroups(
  context: CommandContext,
  name: string,
  key: string,
  groups: readonly (readonly string[])[],
): Promise<readonly number[]> {
  const list = findList(context, key) ?? refuseKey(context);
  const { stages, collections } = context;
  const items = groups.flat().map((value) => {
    const item = readPushed(list, value);
    return { ...item, collection: collections.ofPath(item.path).id };
  });
  return inTransaction(context, async (transaction) => {
    const added = await pushItems(transaction, stages, {
      stage: list.stage,
      collection: collections.default.id,
      isUrgent: name === 'RPUSH',
      items,
    });
    let length = (await countWaiting(transaction, list)) - added.filter((isNew) => isNew).length;
    let index = 0;
    return groups.map((values) => {
      length += added.slice(index, index + values.length).filter((isNew) => isNew).length;
      index += values.length;
      return length;
    });
  });
}

/** The commands on lists. */
export const LIST_COMMANDS: Commands = {
  LPUSH: push('LPUSH'),
  RPUSH: push('RPUSH'),
  LLEN: {
    arity: [1, 1],
    run: async (context, [key = '']) => lengthOf(context, findList(context, key)),
  },
  LRANGE: { arity: [3, 3], run: listRange },
  LINDEX: {
    arity: [2, 2],
    run: async (context, [key = '', index = '']) => {
      const list = findList(context, key);
      const place = wholeNumber(index);
      if (!list) return null;
      const [value] = await waitingValues(databaseOf(context), list, {
        ...(place < 0 ? { from: 'first', offset: -1 - place } : { from: 'last', offset: place }),
        limit: 1,
      });
      return value ?? null;
    },
  },
  LPOS: {
    arity: [2, 2],
    run: async (context, [key = '', value = '']) => {
      const list = findList(context, key);
      return list ? ((await placeOf(databaseOf(context), list, value)) ?? null) : null;
    },
  },
  LREM: {
    arity: [3, 3],
    run: async (context, [key = '', count = '', value = '']) => {
      wholeNumber(count);
      const list = findList(context, key);
      if (!list) return 0;
      return (await take(context, list, { from: 'first', count: 1, value })).length;
    },
  },
  LPOP: pop('last'),
  RPOP: pop('first'),
  BLPOP: blockingPop('last'),
  BRPOP: blockingPop('first'),
  LMOVE: move('LMOVE', 4),
  BLMOVE: move('BLMOVE', 5),
};

/** Takes everything that waits out of a list; returns whether there was something. */
export async function emptyList(context: CommandContext, list: WaitingList): Promise<boolean> {
  return (await take(context, list, { from: 'first', count: MOST_LISTED })).length > 0;
}

function push(name: string): Command {
  return {
    arity: [2, Number.POSITIVE_INFINITY],
    run: async (context, [key = '', ...values]) => {
      const [length = 0] = await pushGroups(context, name, key, [values]);
      return length;
    },
  };
}

async function lengthOf(context: CommandContext, list: WaitingList | undefined): Promise<number> {
  return list ? countWaiting(databaseOf(context), list) : 0;
}

async function listRange(
  context: CommandContext,
  [key = '', first = '', last = '']: readonly string[],
): Promise<Reply> {
  const list = findList(context, key);
  const [start, stop] = [wholeNumber(first), wholeNumber(last)];
  const isFromEnd = start < 0 && stop < 0 && stop - start < MOST_LISTED;
  if (list && isFromEnd) {
    // All others are not read, however many there are.
    const page = { from: 'first', offset: -1 - stop, limit: Math.max(0, stop - start + 1) } as const;
    return waitingValues(databaseOf(context), list, page);
  }
  const length = start < 0 || stop < 0 ? await lengthOf(context, list) : 0;
  const offset = Math.max(start < 0 ? start + length : start, 0);
  const limit = (stop < 0 ? stop + length : stop) - offset + 1;
  if (!list || limit <= 0) return [];
  return waitingValues(databaseOf(context), list, {
    from: 'last',
    offset,
    limit: Math.min(limit, MOST_LISTED),
  });
}

function take(context: CommandContext, list: WaitingList, taking: Taking): Promise<readonly string[]> {
  return inTransaction(context, (transaction) => takeWaiting(transaction, context.stages, list, taking));
}

/** Who pops without waiting has the items: they are out of the queue, and have no lease. */
function pop(from: Taking['from']): Command {
  return {
    arity: [1, 2],
    run: async (context, [key = '', count]) => {
      const list = findList(context, key);
      const wanted = count === undefined ? 1 : wholeNumber(count);
      if (wanted < 0) throw new RedisCommandError('ERR value is out of range, must be positive');
      const values = list ? await take(context, list, { from, count: Math.min(wanted, MOST_LISTED) }) : [];
      if (count === undefined) return values[0] ?? null;
      return values.length > 0 || wanted === 0 ? values : NULL_ARRAY;
    },
  };
}

/** A client that waits for items has them for as long as its connection lives. */
function blockingPop(from: Taking['from']): Command {
  return {
    arity: [2, 20],
    run: async (context, args) => {
      const timeoutSeconds = readTimeout(args.at(-1) ?? '');
      const item = await lend(context, { keys: args.slice(0, -1), from, timeoutSeconds });
      return item ? [item.key, item.value] : NULL_ARRAY;
    },
  };
}

/**
 * The command of workers that keep what they work on in a list of their own. That list is not stored: the item is in the set of items in
 * work, and has a lease as if a blocking pop had taken it.
 */
function move(name: 'LMOVE' | 'BLMOVE', argumentCount: 4 | 5): Command {
  return {
    arity: [argumentCount, argumentCount],
    run: async (context, [key = '', own = '', from = '', to = '', timeout]) => {
      readEnd(to);
      const timeoutSeconds = timeout === undefined ? undefined : readTimeout(timeout);
      if (context.keys.has(own)) {
        throw new RedisCommandError(
          `ERR ${name} takes items to a list of the worker, and '${own}' is a key of the server`,
        );
      }
      const item = await lend(context, { keys: [key], from: readEnd(from), timeoutSeconds });
      return item ? item.value : null;
    },
  };
}

/** Reads an end of a list: what is on the right is taken first. @throws {RedisCommandError} */
function readEnd(text: string): Taking['from'] {
  switch (text.toUpperCase()) {
    case 'RIGHT':
      return 'first';
    case 'LEFT':
      return 'last';
    default:
      throw new RedisCommandError('ERR syntax error');
  }
}

/**
 * Gives an item to a client for as long as its connection lives.
 *
 * @param wanted the first of the keys that has an item is taken from; without `timeoutSeconds` the client does not wait.
 */
async function lend(
  context: CommandContext,
  wanted: { keys: readonly string[]; from: Taking['from']; timeoutSeconds: number | undefined },
): Promise<PoppedItem | undefined> {
  const { keys, from, timeoutSeconds } = wanted;
  const lists = new Map(keys.map((key) => [key, findList(context, key) ?? refuseKey(context)]));
  const { client, transaction } = context;
  const lease = { id: client.leaseId, seconds: CONNECTION_LEASE_SECONDS, worker: workerName(client) };
  if (!transaction && timeoutSeconds !== undefined) {
    return context.blockedPops.wait({ lists, from, lease, timeoutSeconds, signal: client.signal });
  }
  for (const [key, list] of lists) {
    const [value] = await take(context, list, { from, count: 1, lease });
    if (value !== undefined) return { key, value };
  }
  return undefined;
}

function readTimeout(text: string): number {
  const seconds = /^\d{1,10}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= LONGEST_TIMEOUT_SECONDS) return seconds;
  throw new RedisCommandError('ERR timeout is not a float or out of range');
}
