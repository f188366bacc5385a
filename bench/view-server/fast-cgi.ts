import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

const VERSION = 1;
const TYPE = { beginRequest: 1, parameters: 4, stdin: 5, stdout: 6 } as const;
const RESPONDER = 1;
const HEADER_BYTES = 8;

/** Sends a GET to a FastCGI program on a connection of its own, and returns what follows the headers of the reply. */
export async function getByFastCgi(socketPath: string, query: string): Promise<Buffer> {
  const parameters = {
    REQUEST_METHOD: 'GET',
    QUERY_STRING: query,
    SCRIPT_NAME: '/',
    SERVER_NAME: 'localhost',
    SERVER_PORT: '80',
  };
  const socket = connect(socketPath);
  socket.write(
    Buffer.concat([
      record(TYPE.beginRequest, Buffer.from([0, RESPONDER, 0, 0, 0, 0, 0, 0])),
      record(TYPE.parameters, Buffer.concat(Object.entries(parameters).map(pair))),
      record(TYPE.parameters, Buffer.alloc(0)),
      record(TYPE.stdin, Buffer.alloc(0)),
    ]),
  );
  const reply = outputOf(await buffer(socket));
  return reply.subarray(reply.indexOf('\r\n\r\n') + 4);
}

function outputOf(received: Buffer): Buffer {
  const output: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= received.length; ) {
    const length = received.readUInt16BE(at + 4);
    const content = at + HEADER_BYTES;
    if (received[at + 1] === TYPE.stdout) output.push(received.subarray(content, content + length));
    at = content + length + (received[at + 6] ?? 0);
  }
  return Buffer.concat(output);
}

function record(type: number, content: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.set([VERSION, type, 0, 1]);
  header.writeUInt16BE(content.length, 4);
  return Buffer.concat([header, content]);
}

function pair([name, value]: readonly [string, string]): Buffer {
  return Buffer.concat([lengthOf(name), lengthOf(value), Buffer.from(name + value)]);
}

function lengthOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  if (length < 128) return Buffer.of(length);
  const long = Buffer.alloc(4);
  long.writeUInt32BE(length + 2 ** 31);
  return long;
}
