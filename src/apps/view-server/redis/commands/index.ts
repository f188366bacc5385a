import { ErrorReply, OK, type Reply, StatusReply } from '../reply.ts';
import {
  type CommandContext,
  type Commands,
  type RedisClient,
  RedisCommandError,
  type RedisServerParts,
} from './command.ts';
import { CONNECTION_COMMANDS } from './connection-commands.ts';
import { KEY_COMMANDS } from './key-commands.ts';
import { LIST_COMMANDS } from './list-commands.ts';
import { SET_COMMANDS } from './set-commands.ts';

const COMMANDS: Commands = { ...CONNECTION_COMMANDS, ...KEY_COMMANDS, ...LIST_COMMANDS, ...SET_COMMANDS };

const TRANSACTION_COMMANDS = ['MULTI', 'EXEC', 'DISCARD'];

/** Commands that a transaction can have at most. */
const LONGEST_TRANSACTION = 10_000;

/** Runs one request of a client; returns the reply. */
export async function runRequest(
  parts: RedisServerParts,
  client: RedisClient,
  request: readonly string[],
): Promise<Reply> {
  try {
    const name = request[0]?.toUpperCase() ?? '';
    if (TRANSACTION_COMMANDS.includes(name) && client.isAuthenticated) {
      return await runTransactionCommand(parts, client, name);
    }
    const { transaction } = client;
    if (!transaction) return await runCommand({ ...parts, client, transaction: undefined }, request);
    checkRequest(client, request);
    if (transaction.requests.length >= LONGEST_TRANSACTION) {
      throw new RedisCommandError(`ERR a transaction has at most ${LONGEST_TRANSACTION} commands`);
    }
    transaction.requests.push(request);
    return new StatusReply('QUEUED');
  } catch (error) {
    if (client.transaction) client.transaction.isRefused = true;
    return errorReply(parts, error);
  }
}

/** Returns the reply to an error; what the client may not know goes to the log alone. */
export function errorReply({ platform }: Pick<RedisServerParts, 'platform'>, error: unknown): ErrorReply {
  if (error instanceof RedisCommandError) return new ErrorReply(error.message);
  platform.logger.error({ err: error }, 'a Redis command failed');
  return new ErrorReply('ERR the command failed; the log of the server says why');
}

async function runTransactionCommand(
  parts: RedisServerParts,
  client: RedisClient,
  name: string,
): Promise<Reply> {
  const { transaction } = client;
  if (name === 'MULTI') {
    if (transaction) throw new RedisCommandError('ERR MULTI calls can not be nested');
    client.transaction = { requests: [], isRefused: false };
    return OK;
  }
  if (!transaction) throw new RedisCommandError(`ERR ${name} without MULTI`);
  client.transaction = undefined;
  if (name === 'DISCARD') return OK;
  if (transaction.isRefused) {
    throw new RedisCommandError('EXECABORT Transaction discarded because of previous errors.');
  }
  return parts.platform.database.transaction(async (open) => {
    const replies: Reply[] = [];
    for (const request of transaction.requests) {
      replies.push(
        await runCommand({ ...parts, client, transaction: open }, request).catch((error: unknown) => {
          // Postgres goes on with nothing after an error of its own.
          if (error instanceof RedisCommandError) return new ErrorReply(error.message);
          throw error;
        }),
      );
    }
    return replies;
  });
}

async function runCommand(context: CommandContext, request: readonly string[]): Promise<Reply> {
  const command = checkRequest(context.client, request);
  return command.run(context, request.slice(1));
}

function checkRequest({ isAuthenticated }: RedisClient, [name = '', ...args]: readonly string[]) {
  const command = Object.hasOwn(COMMANDS, name.toUpperCase()) ? COMMANDS[name.toUpperCase()] : undefined;
  if (!isAuthenticated && !command?.isForStrangers) {
    throw new RedisCommandError('NOAUTH Authentication required.');
  }
  if (!command) throw new RedisCommandError(`ERR unknown command '${name.slice(0, 100)}'`);
  const [least, most] = command.arity;
  if (args.length < least || args.length > most) {
    throw new RedisCommandError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
  }
  return command;
}
