import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readVersion } from '../../../../platform/version.ts';
import { MapReply, OK, type Reply, StatusReply } from '../reply.ts';
import { type CommandContext, type Commands, RedisCommandError, wholeNumber } from './command.ts';

const MANY = Number.POSITIVE_INFINITY;

/** The version of Redis whose commands these are: clients ask for it. */
const REDIS_VERSION = '7.0.0';

/** A wrong password costs so long, and after a few the connection. */
const WRONG_PASSWORD_MILLISECONDS = 250;
const MOST_WRONG_PASSWORDS = 3;

/** The longest name of a client. */
const LONGEST_NAME_CHARACTERS = 100;

/** The commands about the connection and the server. */
export const CONNECTION_COMMANDS: Commands = {
  PING: { arity: [0, 1], run: (_context, [text]) => text ?? new StatusReply('PONG') },
  ECHO: { arity: [1, 1], run: (_context, [text = '']) => text },
  AUTH: {
    arity: [1, 2],
    isForStrangers: true,
    run: async (context, args) => {
      await authenticate(context, args.length === 2 ? args[0] : undefined, args.at(-1) ?? '');
      return OK;
    },
  },
  HELLO: { arity: [0, 7], isForStrangers: true, run: hello },
  QUIT: {
    arity: [0, 0],
    isForStrangers: true,
    run: ({ client }) => {
      client.isLeaving = true;
      return OK;
    },
  },
  SELECT: {
    arity: [1, 1],
    run: (_context, [index = '']) => {
      if (wholeNumber(index) !== 0) throw new RedisCommandError('ERR DB index is out of range');
      return OK;
    },
  },
  CLIENT: { arity: [1, MANY], run: clientCommand },
  COMMAND: {
    arity: [0, MANY],
    run: (_context, [part]) => (part?.toUpperCase() === 'COUNT' ? 0 : []),
  },
  CONFIG: {
    arity: [2, MANY],
    run: (_context, [part = '']) => {
      if (part.toUpperCase() !== 'GET') throw new RedisCommandError('ERR only CONFIG GET is supported');
      return new MapReply([]);
    },
  },
  INFO: { arity: [0, MANY], run: (context) => describeServer(context) },
};

async function hello(context: CommandContext, args: readonly string[]): Promise<Reply> {
  const { client } = context;
  const [version, ...options] = args;
  if (version !== undefined && version !== '2' && version !== '3') {
    throw new RedisCommandError('NOPROTO unsupported protocol version');
  }
  let name: string | undefined;
  for (let index = 0; index < options.length; ) {
    const option = options[index]?.toUpperCase();
    const [first, second] = options.slice(index + 1);
    if (option === 'AUTH' && second !== undefined) {
      await authenticate(context, first, second);
      index += 3;
    } else if (option === 'SETNAME' && first !== undefined) {
      name = readName(first);
      index += 2;
    } else throw new RedisCommandError(`ERR Syntax error in HELLO option '${options[index]}'`);
  }
  if (!client.isAuthenticated) {
    throw new RedisCommandError('NOAUTH HELLO must be called with the client already authenticated');
  }
  if (name !== undefined) client.name = name;
  if (version !== undefined) client.version = version === '3' ? 3 : 2;
  return new MapReply([
    ['server', 'redis'],
    ['version', REDIS_VERSION],
    ['proto', client.version],
    ['id', client.id],
    ['mode', 'standalone'],
    ['role', 'master'],
    ['modules', []],
  ]);
}

async function authenticate(
  { client, settings }: CommandContext,
  user: string | undefined,
  given: string,
): Promise<void> {
  const { password } = settings.redis;
  if (!password) {
    throw new RedisCommandError('ERR AUTH called without any password configured. Are you sure?');
  }
  if ((user === undefined || user === 'default') && isSame(given, password)) {
    client.isAuthenticated = true;
    return;
  }
  client.wrongPasswordCount += 1;
  if (client.wrongPasswordCount >= MOST_WRONG_PASSWORDS) client.isLeaving = true;
  await sleep(WRONG_PASSWORD_MILLISECONDS, undefined, { signal: client.signal }).catch(() => undefined);
  throw new RedisCommandError('WRONGPASS invalid username-password pair or user is disabled.');
}

/** Compares in a time that does not tell where two texts differ. */
function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

function clientCommand({ client }: CommandContext, [part = '', value]: readonly string[]): Reply {
  switch (part.toUpperCase()) {
    case 'SETNAME':
      client.name = readName(value ?? '');
      return OK;
    case 'GETNAME':
      return client.name === '' ? null : client.name;
    case 'ID':
      return client.id;
    case 'SETINFO':
    case 'NO-EVICT':
    case 'NO-TOUCH':
      return OK;
    default:
      throw new RedisCommandError('ERR unknown subcommand of CLIENT');
  }
}

function readName(name: string): string {
  if (name.length <= LONGEST_NAME_CHARACTERS && /^[!-~]*$/.test(name)) return name;
  throw new RedisCommandError(
    `ERR Client names have up to ${LONGEST_NAME_CHARACTERS} characters, without spaces, newlines or special characters.`,
  );
}

function describeServer({ countClients }: CommandContext): string {
  return [
    '# Server',
    `redis_version:${REDIS_VERSION}`,
    'redis_mode:standalone',
    `server_version:${readVersion()}`,
    '# Clients',
    `connected_clients:${countClients()}`,
    '# Persistence',
    'loading:0',
    '# Replication',
    'role:master',
    '',
  ].join('\r\n');
}
