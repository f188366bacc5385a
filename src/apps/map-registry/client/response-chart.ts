import { type Html, html } from '../../../platform/http/page.ts';
import type { CheckDay } from '../checks/history.ts';

const WIDTH = 720;
const HEIGHT = 184;
const SIDE = 8;
/** Room for the label of the highest line, also in the larger letters of narrow screens. */
const TOP = 28;
const BOTTOM = 32;
/** From a line to the label above it. */
const LABEL_GAP = 4;

const MILLISECONDS_OF_DAY = 86_400_000;

/** Seconds that the scale may end with. */
const SCALES = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

/** Lines of the scale. */
const LINES = [0, 0.5, 1];

/**
 * Returns a chart of how long replies took, day by day.
 *
 * @param now the last day.
 */
export function responseChart(days: readonly CheckDay[], count: number, now: Date): Html {
  const measured = days.flatMap(({ day, responseSeconds }) =>
    responseSeconds === null ? [] : [{ day, seconds: responseSeconds }],
  );
  if (measured.length === 0) return html`<p class="quiet">No check succeeded in these days.</p>`;
  const slowest = Math.max(...measured.map(({ seconds }) => seconds));
  const most = SCALES.find((scale) => scale >= slowest) ?? slowest;
  const begin = Date.parse(now.toISOString().slice(0, 10)) - (count - 1) * MILLISECONDS_OF_DAY;
  const x = (day: string) =>
    SIDE + ((Date.parse(day) - begin) / MILLISECONDS_OF_DAY / Math.max(1, count - 1)) * (WIDTH - 2 * SIDE);
  const y = (seconds: number) => TOP + (1 - seconds / most) * (HEIGHT - TOP - BOTTOM);
  const points = measured.map(({ day, seconds }) => `${x(day).toFixed(1)},${y(seconds).toFixed(1)}`);
  const first = new Date(begin).toISOString().slice(0, 10);
  return html`<svg class="chart" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" role="img" aria-label="${chartInWords(measured)}">
${LINES.map(
  (part) =>
    html`<line x1="${String(SIDE)}" x2="${String(WIDTH - SIDE)}" y1="${y(most * part).toFixed(1)}" y2="${y(most * part).toFixed(1)}"/><text x="${String(SIDE)}" y="${(y(most * part) - LABEL_GAP).toFixed(1)}">${secondsInWords(most * part)}</text>`,
)}
<text x="${String(SIDE)}" y="${String(HEIGHT - 8)}">${first}</text>
<text x="${String(WIDTH - SIDE)}" y="${String(HEIGHT - 8)}" class="end">${now.toISOString().slice(0, 10)}</text>
<polyline points="${points.join(' ')}"/>
${measured.map(
  ({ day, seconds }) =>
    html`<circle cx="${x(day).toFixed(1)}" cy="${y(seconds).toFixed(1)}" r="3"><title>${day}: ${secondsInWords(seconds)}</title></circle>`,
)}
</svg>`;
}

/** A span of time for people: `0.4 s`, `12 s`. */
export function secondsInWords(seconds: number): string {
  return `${seconds < 10 ? Number(seconds.toFixed(2)) : Math.round(seconds)} s`;
}

function chartInWords(measured: readonly { readonly day: string; readonly seconds: number }[]): string {
  const [first, last] = [measured[0], measured.at(-1)];
  if (!first || !last) return '';
  return `Median time of replies: ${secondsInWords(first.seconds)} on ${first.day}, ${secondsInWords(last.seconds)} on ${last.day}`;
}
