import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenLocally } from '../../../../app-kit/sandbox/local-server.ts';
import { errorMessage } from '../../../../platform/error-message.ts';
import { type Fault, isFault, sendFault } from './faults.ts';
import type { StandInKind, StandInReply, StandInRequest } from './stand-in-kind.ts';

/** A server of made-up maps, which this machine alone can reach. */
export interface StandInServer {
  /** No slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Paths and queries, the oldest first; at most {@link KEPT_REQUESTS}. */
  readonly requests: readonly string[];
  readonly requestCount: number;
  /** The most requests that were under way at a time since the start. */
  readonly mostAtOnce: number;
  /** From now on every request ends in the fault; without one all is well again. */
  breakDown(fault: Fault | undefined): void;
  /** Stops listening and cuts all connections. */
  close(): Promise<void>;
}

/** What a stand-in is started with. */
export interface StandInServerOptions {
  /** A free one where it is 0. Default: 0. */
  readonly port?: number;
  /** How long it waits before it replies. Default: 0. */
  readonly delayMilliseconds?: number;
}

/** How many requests are kept. */
const KEPT_REQUESTS = 10_000;

/** Where a process that did not open the server breaks it down, and has it mended: `POST /stand-in/break-down/error`. */
const BREAK_DOWN_PATH = /^\/stand-in\/break-down\/([a-z-]+)$/;
const MEND_PATH = '/stand-in/mend';

/** The path below which every request ends in a fault: `/faults/hang/wms`. */
const FAULTS_PATH = /^\/faults\/([a-z-]+)/;

/**
 * Starts a server of one kind or several. Below `/faults/` it also has every fault: `/faults/{fault}`. Other processes break
 * it down by `POST /stand-in/break-down/{fault}`, and mend it by `POST /stand-in/mend`.
 *
 * @throws what the system says where the port is taken (`EADDRINUSE`).
 */
export async function openStandInServer(
  kinds: readonly StandInKind[],
  { port = 0, delayMilliseconds = 0 }: StandInServerOptions = {},
): Promise<StandInServer> {
  const requests: string[] = [];
  const counts = { requests: 0, underWay: 0, mostAtOnce: 0 };
  let brokenBy: Fault | undefined;
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const fault = brokenBy ?? faultOf(request.url);
    if (delayMilliseconds > 0) await sleep(delayMilliseconds);
    if (fault) sendFault(fault, request, response);
    else send(response, await replyOf(kinds, await readRequest(request)));
  };
  const server = await listenLocally((request, response) => {
    if (request.method === 'POST' && isControl(request.url)) {
      brokenBy = askedFault(request.url);
      send(response, { status: 204, type: 'text/plain', body: '' });
      return;
    }
    counts.requests += 1;
    counts.underWay += 1;
    counts.mostAtOnce = Math.max(counts.mostAtOnce, counts.underWay);
    if (requests.length < KEPT_REQUESTS) requests.push(`${request.method} ${request.url}`);
    response.once('close', () => {
      counts.underWay -= 1;
    });
    reply(request, response).catch((error) => {
      send(response, { status: 500, type: 'text/plain', body: errorMessage(error) });
    });
  }, port);
  return {
    url: server.url,
    port: server.port,
    requests,
    get requestCount() {
      return counts.requests;
    },
    get mostAtOnce() {
      return counts.mostAtOnce;
    },
    breakDown(fault) {
      brokenBy = fault;
    },
    close: () => server.close(),
  };
}

function isControl(path: string | undefined): boolean {
  return path === MEND_PATH || askedFault(path) !== undefined;
}

function askedFault(path: string | undefined): Fault | undefined {
  const [, name] = BREAK_DOWN_PATH.exec(path ?? '') ?? [];
  return isFault(name) ? name : undefined;
}

function faultOf(path: string | undefined): Fault | undefined {
  const [, name] = FAULTS_PATH.exec(path ?? '') ?? [];
  return isFault(name) ? name : undefined;
}

async function readRequest(request: IncomingMessage): Promise<StandInRequest> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  return {
    url,
    method: request.method ?? 'GET',
    query: new Map([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value])),
    headers: request.headers,
    body: await text(request),
  };
}

async function replyOf(kinds: readonly StandInKind[], request: StandInRequest): Promise<StandInReply> {
  for (const kind of kinds) {
    const reply = await kind(request);
    if (reply) return reply;
  }
  return { status: 404, type: 'text/plain', body: 'There is nothing here' };
}

function send(response: ServerResponse, { status = 200, type, body, headers }: StandInReply): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { ...headers, 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}
