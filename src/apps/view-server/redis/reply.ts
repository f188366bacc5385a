/** A reply to a client: bulk strings, integers, arrays, and what has a class or a name of its own. */
export type Reply =
  | string
  | number
  | null
  | typeof NULL_ARRAY
  | StatusReply
  | ErrorReply
  | SetReply
  | MapReply
  | readonly Reply[];

/** The version of the protocol that a client speaks. */
export type ProtocolVersion = 2 | 3;

/** No array, as a blocking pop returns it when its time is over. */
export const NULL_ARRAY = Symbol('null array');

/** A short text, such as `OK`. */
export class StatusReply {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** `+OK`. */
export const OK = new StatusReply('OK');

/** An error that the client gets; the connection goes on. */
export class ErrorReply {
  /** Starts with a code in capitals. */
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Members of a set. */
export class SetReply {
  readonly members: readonly string[];

  constructor(members: readonly string[]) {
    this.members = members;
  }
}

/** Names and values. */
export class MapReply {
  readonly entries: readonly (readonly [string, Reply])[];

  constructor(entries: readonly (readonly [string, Reply])[]) {
    this.entries = entries;
  }
}

/** Writes a reply as the protocol has it. */
export function encodeReply(reply: Reply, version: ProtocolVersion): string {
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (reply === null) return version === 3 ? '_\r\n' : '$-1\r\n';
  if (reply === NULL_ARRAY) return version === 3 ? '_\r\n' : '*-1\r\n';
  if (reply instanceof StatusReply) return `+${reply.text}\r\n`;
  if (reply instanceof ErrorReply) return `-${reply.message.replace(/[\r\n]+/g, ' ')}\r\n`;
  if (reply instanceof SetReply) return encodeAll(version === 3 ? '~' : '*', reply.members, version);
  if (reply instanceof MapReply) {
    const values = reply.entries.flat();
    return version === 3
      ? `%${reply.entries.length}\r\n${values.map((value) => encodeReply(value, version)).join('')}`
      : encodeAll('*', values, version);
  }
  return encodeAll('*', reply, version);
}

function encodeAll(type: string, replies: readonly Reply[], version: ProtocolVersion): string {
  return `${type}${replies.length}\r\n${replies.map((each) => encodeReply(each, version)).join('')}`;
}
