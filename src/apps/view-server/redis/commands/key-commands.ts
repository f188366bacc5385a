import { countMembers, forgetAllOutcomes } from '../../stages/item-sets.ts';
import { countWaiting } from '../../stages/waiting-items.ts';
import { StatusReply } from '../reply.ts';
import {
  type CommandContext,
  type Commands,
  databaseOf,
  inTransaction,
  RedisCommandError,
} from './command.ts';
import { emptyList } from './list-commands.ts';
import { globMatcher, readScanOptions } from './set-commands.ts';

const MANY = Number.POSITIVE_INFINITY;

/** The commands on keys of either type. A key exists while something is in it. */
export const KEY_COMMANDS: Commands = {
  EXISTS: { arity: [1, MANY], run: async (context, names) => count(names, (name) => exists(context, name)) },
  TYPE: {
    arity: [1, 1],
    run: async (context, [name = '']) =>
      new StatusReply((await exists(context, name)) ? (context.keys.get(name)?.type ?? 'none') : 'none'),
  },
  TTL: { arity: [1, 1], run: async (context, [name = '']) => ((await exists(context, name)) ? -1 : -2) },
  DEL: { arity: [1, MANY], run: async (context, names) => count(names, (name) => remove(context, name)) },
  KEYS: {
    arity: [1, 1],
    run: async (context, [pattern = '']) => (await existingKeys(context)).filter(globMatcher(pattern)),
  },
  SCAN: {
    arity: [1, 7],
    run: async (context, [_cursor, ...options]) => {
      const { matches } = readScanOptions(options);
      return ['0', (await existingKeys(context)).filter(matches)];
    },
  },
};

async function existingKeys(context: CommandContext): Promise<readonly string[]> {
  const names: string[] = [];
  for (const name of context.keys.keys()) if (await exists(context, name)) names.push(name);
  return names;
}

async function exists(context: CommandContext, name: string): Promise<boolean> {
  const key = context.keys.get(name);
  if (!key) return false;
  const database = databaseOf(context);
  const size = key.type === 'list' ? countWaiting(database, key.list) : countMembers(database, key.set);
  return (await size) > 0;
}

async function remove(context: CommandContext, name: string): Promise<boolean> {
  const key = context.keys.get(name);
  if (!key) return false;
  if (key.type === 'list') return emptyList(context, key.list);
  const { set } = key;
  if (set.kind === 'running') throw new RedisCommandError('ERR a set of items in work cannot be deleted');
  return (await inTransaction(context, (transaction) => forgetAllOutcomes(transaction, set))) > 0;
}

async function count(names: readonly string[], holds: (name: string) => Promise<boolean>): Promise<number> {
  let total = 0;
  for (const name of names) if (await holds(name)) total += 1;
  return total;
}
