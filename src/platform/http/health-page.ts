import { Router } from 'express';
import {
  checkHealth,
  decidingLines,
  type HealthCheck,
  type HealthReport,
  isHealthy,
  WORKING,
} from '../health.ts';
import { refuseOtherMethods } from './allowed-methods.ts';
import { isOperator } from './operator-access.ts';
import { html, sendPage, wantsJson } from './page.ts';

/** Where the health page is, with a slash at its end or without. */
export const HEALTH_PATHS = ['/health-check/', '/health-check'];

/**
 * The health page: 200 if every check that decides finds all well, else 500; with `?strict` all of them decide. A page for
 * people; for requests that accept JSON and no HTML, or have `?format=json`, `{"<check>": "working" | "<what is wrong>"}`. Requests
 * from this machine and with the token get what is wrong; others get `not working`.
 *
 * @param token what `Authorization: Bearer` has to have.
 */
export function createHealthPage(checks: readonly HealthCheck[], token?: string): Router {
  let running: Promise<HealthReport> | undefined;
  // Anybody may ask, as often as they like: those who ask at the same time share one round of checks.
  const check = (): Promise<HealthReport> => {
    running ??= checkHealth(checks).finally(() => {
      running = undefined;
    });
    return running;
  };
  const router = Router();
  router
    .route('/health-check')
    .get(async (request, response) => {
      const detailed = await check();
      const report = isOperator(request, token) ? detailed : withoutDetails(detailed);
      const isStrict = request.query['strict'] !== undefined;
      const status = isHealthy(decidingLines(detailed, checks, isStrict)) ? 200 : 500;
      if (wantsJson(request)) response.status(status).set('Cache-Control', 'no-store').json(report);
      else sendPage(response, status, 'Health', describeHealth(report));
    })
    .all(refuseOtherMethods('GET', 'HEAD'));
  return router;
}

function withoutDetails(report: HealthReport): HealthReport {
  return Object.fromEntries(
    Object.entries(report).map(([name, line]) => [name, line === WORKING ? WORKING : 'not working']),
  );
}

function describeHealth(report: HealthReport) {
  const rows = Object.entries(report).map(
    ([name, line]) =>
      html`<tr><th scope="row">${name}</th><td class="${line === WORKING ? 'good' : 'bad'}">${line}</td></tr>`,
  );
  const title = isHealthy(report) ? 'All is well' : 'Something is wrong';
  return html`<h1>${title}</h1>
<table>
${rows}
</table>`;
}
