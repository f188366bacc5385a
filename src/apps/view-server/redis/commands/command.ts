import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import type { Platform } from '../../../../platform/platform.ts';
import type { Collections } from '../../collections/collections.ts';
import type { ViewServerSettings } from '../../settings.ts';
import type { ItemSet } from '../../stages/item-sets.ts';
import type { Stages } from '../../stages/stage.ts';
import type { WaitingList } from '../../stages/waiting-items.ts';
import type { BlockedPops } from '../blocked-pops.ts';
import type { RedisKey } from '../keys.ts';
import type { ProtocolVersion, Reply } from '../reply.ts';

/** What commands need of the server. */
export interface RedisServerParts {
  readonly platform: Platform;
  readonly settings: ViewServerSettings;
  readonly stages: Stages;
  readonly collections: Collections;
  readonly keys: ReadonlyMap<string, RedisKey>;
  readonly blockedPops: BlockedPops;
  readonly countClients: () => number;
}

/** A client, for as long as it is connected. */
export interface RedisClient {
  readonly id: number;
  /** Of the items that it takes. */
  readonly leaseId: string;
  /** The address that it comes from, for people. */
  readonly address: string;
  name: string;
  version: ProtocolVersion;
  isAuthenticated: boolean;
  wrongPasswordCount: number;
  /** The connection is closed after the reply. */
  isLeaving: boolean;
  /** The commands since `MULTI`; `undefined` outside of a transaction. */
  transaction: { readonly requests: (readonly string[])[]; isRefused: boolean } | undefined;
  /** Fires when it is gone. */
  readonly signal: AbortSignal;
}

/** What a command is run with. */
export interface CommandContext extends RedisServerParts {
  readonly client: RedisClient;
  /** The transaction of `EXEC`, if the command is part of one. */
  readonly transaction: Knex.Transaction | undefined;
}

/** A command. */
export interface Command {
  /** How many arguments it takes at least, and at most. */
  readonly arity: readonly [number, number];
  /** Whether clients may use it that have not given the password. */
  readonly isForStrangers?: true;
  readonly run: (context: CommandContext, args: readonly string[]) => Reply | Promise<Reply>;
}

/** Commands by their names, in capitals. */
export type Commands = Readonly<Record<string, Command>>;

/** A command cannot be carried out. The message, which starts with a code in capitals, is for the client. */
export class RedisCommandError extends Error {
  override readonly name = 'RedisCommandError';
}

/** How many items a reply lists at most. */
export const MOST_LISTED = 100_000;

/** Returns where a command reads. */
export function databaseOf({ transaction, platform }: CommandContext): DatabaseOrTransaction {
  return transaction ?? platform.database;
}

/** Runs what a command writes, all or nothing. */
export function inTransaction<T>(
  { transaction, platform }: CommandContext,
  run: (transaction: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return transaction ? run(transaction) : platform.database.transaction(run);
}

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value';

/** Returns the list that a key is a view of; `undefined` if there is no such key. @throws {RedisCommandError} */
export function findList({ keys }: CommandContext, name: string): WaitingList | undefined {
  const key = keys.get(name);
  if (key?.type === 'set') throw new RedisCommandError(WRONG_TYPE);
  return key?.list;
}

/** Returns the set that a key is a view of; `undefined` if there is no such key. @throws {RedisCommandError} */
export function findSet({ keys }: CommandContext, name: string): ItemSet | undefined {
  const key = keys.get(name);
  if (key?.type === 'list') throw new RedisCommandError(WRONG_TYPE);
  return key?.set;
}

/** Refuses a key that this server does not have: nothing can be stored under it. */
export function refuseKey(context: CommandContext): never {
  throw new RedisCommandError(`ERR no such key here; the keys are ${[...context.keys.keys()].join(', ')}`);
}

/** Reads a whole number. @throws {RedisCommandError} */
export function wholeNumber(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) {
    throw new RedisCommandError('ERR value is not an integer or out of range');
  }
  return Number(text);
}

/** Who a client is, for people. */
export function workerName({ name, address }: RedisClient): string {
  return name === '' ? `Redis client ${address}` : `${name} (Redis client ${address})`;
}
