import type { Knex } from 'knex';
import { RE2JS } from 're2js';
import {
  countMembers,
  findMembers,
  forgetOutcomes,
  type ItemSet,
  listMembers,
} from '../../stages/item-sets.ts';
import { abandonOutside, beginOutside, endOutside, ItemInWorkError } from '../../stages/outside-work.ts';
import { type Reply, SetReply } from '../reply.ts';
import {
  type CommandContext,
  type Commands,
  databaseOf,
  findSet,
  inTransaction,
  MOST_LISTED,
  RedisCommandError,
  refuseKey,
  wholeNumber,
  workerName,
} from './command.ts';
import { readPath } from './pushed-values.ts';

const MANY = Number.POSITIVE_INFINITY;

/** Members that a scan returns where the client does not say how many. */
const DEFAULT_SCANNED = 10;

/** The commands on sets. */
export const SET_COMMANDS: Commands = {
  SADD: {
    arity: [2, MANY],
    run: (context, [key = '', ...paths]) => {
      const set = findSet(context, key) ?? refuseKey(context);
      return changeEach(context, paths.map(readPath), (transaction, path) =>
        add(context, transaction, set, path),
      );
    },
  },
  SREM: {
    arity: [2, MANY],
    run: (context, [key = '', ...paths]) => {
      const set = findSet(context, key);
      if (!set) return 0;
      if (set.kind === 'running') {
        return changeEach(context, paths, (transaction, path) =>
          abandonOutside(transaction, context.stages, { stage: set.stage, path }),
        );
      }
      return inTransaction(context, (transaction) => forgetOutcomes(transaction, set, paths));
    },
  },
  SCARD: {
    arity: [1, 1],
    run: (context, [key = '']) => {
      const set = findSet(context, key);
      return set ? countMembers(databaseOf(context), set) : 0;
    },
  },
  SMEMBERS: {
    arity: [1, 1],
    run: async (context, [key = '']) => {
      const set = findSet(context, key);
      if (!set) return new SetReply([]);
      const members = await listMembers(databaseOf(context), set, { after: 0, limit: MOST_LISTED + 1 });
      if (members.length > MOST_LISTED) {
        throw new RedisCommandError(`ERR more than ${MOST_LISTED} members; use SSCAN`);
      }
      return new SetReply(members.map(({ path }) => path));
    },
  },
  SISMEMBER: {
    arity: [2, 2],
    run: async (context, [key = '', path = '']) => (await areMembers(context, key, [path]))[0] ?? 0,
  },
  SMISMEMBER: {
    arity: [2, MANY],
    run: (context, [key = '', ...paths]) => areMembers(context, key, paths),
  },
  SSCAN: { arity: [2, 6], run: scanMembers },
};

/** Returns whether texts match a pattern of Redis: `*`, `?`, `[abc]`, `[^a-c]`, and `\` before what means itself. */
export function globMatcher(pattern: string): (text: string) => boolean {
  const tokens = pattern.match(/\\.|\[(?:\\.|[^\]])+\]|./gsu) ?? [];
  const expression = tokens.map((token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    if (token.length > 2 && token.startsWith('[')) return classOf(token.slice(1, -1));
    return RE2JS.quote(token.length > 1 ? token.slice(1) : token);
  });
  const compiled = RE2JS.compile(`^(?:${expression.join('')})$`, RE2JS.DOTALL);
  return (text) => compiled.matcher(text).find();
}

function classOf(content: string): string {
  const isNegated = content.startsWith('^');
  const characters = (isNegated ? content.slice(1) : content).replace(/[[\]^&]/g, '\\$&');
  return `[${isNegated ? '^' : ''}${characters}]`;
}

async function add(
  { client, settings, stages, collections }: CommandContext,
  transaction: Knex.Transaction,
  { stage, kind }: ItemSet,
  path: string,
): Promise<boolean> {
  const item = { stage, path, collection: collections.ofPath(path).id };
  if (kind !== 'running') return endOutside(transaction, stages, item, kind);
  const lease = { seconds: settings.redis.workSeconds, worker: workerName(client) };
  return beginOutside(transaction, stages, item, lease);
}

/** Changes each path, all in one transaction; returns how many were changed. */
async function changeEach(
  context: CommandContext,
  paths: readonly string[],
  change: (transaction: Knex.Transaction, path: string) => Promise<boolean>,
): Promise<number> {
  try {
    return await inTransaction(context, async (transaction) => {
      let count = 0;
      // In one order everywhere, so that two do not wait for each other.
      for (const path of [...new Set(paths)].toSorted()) if (await change(transaction, path)) count += 1;
      return count;
    });
  } catch (error) {
    if (error instanceof ItemInWorkError) throw new RedisCommandError(`ERR ${error.message}`);
    throw error;
  }
}

async function areMembers(context: CommandContext, key: string, paths: readonly string[]): Promise<number[]> {
  const set = findSet(context, key);
  const members = set ? await findMembers(databaseOf(context), set, paths) : new Set<string>();
  return paths.map((path) => (members.has(path) ? 1 : 0));
}

/** The cursor is the id of the last member, so that none is left out that was there all the time. */
async function scanMembers(
  context: CommandContext,
  [key = '', cursor = '', ...options]: readonly string[],
): Promise<Reply> {
  const set = findSet(context, key);
  const after = wholeNumber(cursor);
  const { limit, matches } = readScanOptions(options);
  const members = set ? await listMembers(databaseOf(context), set, { after, limit }) : [];
  const last = members.length === limit ? members.at(-1)?.id : undefined;
  return [String(last ?? 0), members.map(({ path }) => path).filter(matches)];
}

/** Reads `MATCH pattern` and `COUNT number`. @throws {RedisCommandError} */
export function readScanOptions(options: readonly string[]) {
  let limit = DEFAULT_SCANNED;
  let matches: (text: string) => boolean = () => true;
  for (let index = 0; index < options.length; index += 2) {
    const [name, value] = [options[index]?.toUpperCase(), options[index + 1]];
    if (value === undefined) throw new RedisCommandError('ERR syntax error');
    if (name === 'COUNT') limit = Math.min(Math.max(wholeNumber(value), 1), MOST_LISTED);
    else if (name === 'MATCH') matches = globMatcher(value);
    else throw new RedisCommandError('ERR syntax error');
  }
  return { limit, matches };
}
