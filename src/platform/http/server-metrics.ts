import cluster from 'node:cluster';
import type { RequestHandler } from 'express';
import { AggregatorRegistry, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { askOtherProcesses } from './metrics-exchange.ts';
import type { MetricsSource } from './metrics-page.ts';

/** Limits of the histogram, in seconds: a page of the admin, a submission, one of thousands, something that hangs. */
const DURATION_BUCKETS_SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

/** What the server processes measure of themselves: memory, processor time, event loop, and requests. */
export interface ServerMetrics extends MetricsSource {
  /** Measures each request; comes before all handlers. */
  readonly measureRequests: RequestHandler;
}

/**
 * Measures this process, and reads what other sources count in it. The figures are those of all processes that share the
 * port, as any of them may get a request: sums, or means if a sum says nothing.
 */
export function createServerMetrics(sources: readonly MetricsSource[]): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'status'],
    buckets: DURATION_BUCKETS_SECONDS,
    registers: [registry],
  });
  const readOwn = async () => {
    const registries = await Promise.all(sources.flatMap(({ processRegistry }) => processRegistry?.() ?? []));
    const read = await Promise.all([registry, ...registries].map((each) => each.getMetricsAsJSON()));
    return read.flat();
  };
  const others = cluster.isWorker ? askOtherProcesses(readOwn) : undefined;
  return {
    async collect() {
      return AggregatorRegistry.aggregate([await readOwn(), ...((await others?.()) ?? [])]).metrics();
    },
    measureRequests(request, response, next) {
      const end = durations.startTimer({ method: request.method });
      response.once('close', () => end({ status: response.statusCode }));
      next();
    },
  };
}
