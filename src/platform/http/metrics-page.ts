import { Router } from 'express';
import { prometheusContentType } from 'prom-client';
import { refuseOtherMethods } from './allowed-methods.ts';
import { HttpError } from './http-error.ts';
import { hasToken, isFromLoopback } from './operator-access.ts';

/** Where the metrics stand. */
export const METRICS_PATH = '/metrics';

/** Something that has metrics. */
export interface MetricsSource {
  /** Its metrics in Prometheus' text format; no two sources have one of the same name. */
  collect(): Promise<string>;
  /** What each server process counts of itself; `/metrics` has the sums of all processes. */
  readonly processRegistry?: () => Promise<ProcessRegistry>;
}

/** Metrics that one process counts: a registry of prom-client. */
export interface ProcessRegistry {
  getMetricsAsJSON(): Promise<readonly object[]>;
}

/** How long a response is kept for other requests. */
const FRESH_MILLISECONDS = 5_000;

/**
 * The metrics of all sources, in Prometheus' text format. All requests within five seconds get the same
 * response.
 *
 * @param token what `Authorization: Bearer` has to have; without one, only this machine gets them.
 */
export function createMetricsPage(sources: readonly MetricsSource[], token: string | undefined): Router {
  let latest: { readonly text: Promise<string>; readonly milliseconds: number } | undefined;
  const collect = (): Promise<string> => {
    const now = performance.now();
    if (latest === undefined || now - latest.milliseconds > FRESH_MILLISECONDS) {
      const text = Promise.all(sources.map((source) => source.collect())).then((texts) => texts.join('\n'));
      const current = { text, milliseconds: now };
      latest = current;
      text.catch(() => {
        if (latest === current) latest = undefined;
      });
    }
    return latest.text;
  };
  const router = Router();
  router
    .route(METRICS_PATH)
    .get(async (request, response) => {
      if (token === undefined && !isFromLoopback(request))
        throw new HttpError(
          403,
          'Without METRICS_TOKEN, only requests from the machine itself are answered.',
        );
      if (token !== undefined && !hasToken(request, token)) {
        response.set('WWW-Authenticate', 'Bearer');
        throw new HttpError(401, 'METRICS_TOKEN is required, as a bearer token');
      }
      response
        .set('Cache-Control', 'no-store')
        .type(prometheusContentType)
        .send(await collect());
    })
    .all(refuseOtherMethods('GET', 'HEAD'));
  return router;
}
