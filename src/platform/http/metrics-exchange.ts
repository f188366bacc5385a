import cluster, { type Worker } from 'node:cluster';
import { randomUUID } from 'node:crypto';

// A server process that is asked for metrics needs those of the others, and can talk to the primary alone:
//
//     asked process ──wanted──► primary ──wanted──► each other process
//     asked process ◄──expected── primary           (how many were asked)
//     asked process ◄──given── primary ◄──given──── each other process

/** The metrics of one process, as prom-client writes them. */
type ProcessMetrics = readonly object[];

type MetricsMessage =
  | { readonly type: 'metrics-wanted'; readonly by: number; readonly requestId: string }
  | { readonly type: 'metrics-expected'; readonly requestId: string; readonly count: number }
  | {
      readonly type: 'metrics-given';
      readonly to: number;
      readonly requestId: string;
      readonly metrics: ProcessMetrics;
    };

const MESSAGE_TYPES = ['metrics-wanted', 'metrics-expected', 'metrics-given'];

/** How long the others may take: one that is starting or hangs is left out. */
const ANSWER_MILLISECONDS = 1_000;

/** Passes messages between the processes, in the primary. */
export function relayMetrics(): void {
  cluster.on('message', (worker, message: unknown) => {
    if (!isMetricsMessage(message)) return;
    if (message.type === 'metrics-wanted') {
      const others = Object.values(cluster.workers ?? {}).filter((other) => other?.id !== worker.id);
      const asked = others.filter((other) => tell(other, message));
      tell(worker, { type: 'metrics-expected', requestId: message.requestId, count: asked.length });
    } else if (message.type === 'metrics-given') {
      tell(cluster.workers?.[message.to], message);
    }
  });
}

/**
 * Replies to the other processes from now on, and returns a function that asks them: it returns the replies that
 * come in time.
 */
export function askOtherProcesses(
  ownMetrics: () => Promise<ProcessMetrics>,
): () => Promise<readonly ProcessMetrics[]> {
  const requests = new Map<string, Request>();
  process.on('message', (message: unknown) => {
    if (!isMetricsMessage(message)) return;
    if (message.type === 'metrics-expected') requests.get(message.requestId)?.expect(message.count);
    if (message.type === 'metrics-given') requests.get(message.requestId)?.take(message.metrics);
    if (message.type === 'metrics-wanted') {
      const { by, requestId } = message;
      // Who asked goes on without them where they cannot be had.
      ownMetrics().then(
        (metrics) => tellPrimary({ type: 'metrics-given', to: by, requestId, metrics }),
        () => undefined,
      );
    }
  });
  return async () => {
    const requestId = randomUUID();
    const request = new Request();
    requests.set(requestId, request);
    tellPrimary({ type: 'metrics-wanted', by: cluster.worker?.id ?? 0, requestId });
    try {
      return await request.answers;
    } finally {
      requests.delete(requestId);
    }
  };
}

/** Gathers the replies of the others until all are there, or the time is over. */
class Request {
  readonly answers: Promise<readonly ProcessMetrics[]>;
  readonly #end: () => void;
  readonly #given: ProcessMetrics[] = [];
  #expected = Number.POSITIVE_INFINITY;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<readonly ProcessMetrics[]>();
    const timer = setTimeout(() => resolve(this.#given), ANSWER_MILLISECONDS);
    this.answers = promise;
    this.#end = () => {
      clearTimeout(timer);
      resolve(this.#given);
    };
  }

  expect(count: number): void {
    this.#expected = count;
    this.#endIfComplete();
  }

  take(metrics: ProcessMetrics): void {
    this.#given.push(metrics);
    this.#endIfComplete();
  }

  #endIfComplete(): void {
    if (this.#given.length >= this.#expected) this.#end();
  }
}

/** Whether there is somebody to tell: a process that is gone needs no message. */
function tell(worker: Worker | undefined, message: MetricsMessage): boolean {
  // It may go at this very moment: its reply is waited for no longer than that of a slow one.
  return worker?.isConnected() === true && worker.send(message, () => undefined);
}

function tellPrimary(message: MetricsMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function isMetricsMessage(value: unknown): value is MetricsMessage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    MESSAGE_TYPES.includes(value.type)
  );
}
