import { stripVTControlCharacters, styleText } from 'node:util';
import { titleOf } from '../app-kit/installed-apps.ts';
import type { Offer, RunningApp } from '../app-kit/sandbox/app-sandbox.ts';
import { shownPath } from '../app-kit/sandbox/shown-path.ts';
import type { RunningStandIn } from '../app-kit/sandbox/stand-in.ts';
import { PRODUCT_NAME } from '../platform/product.ts';
import type { SandboxedApp } from './app-sandboxes.ts';
import type { DataFolder } from './data-folder.ts';
import { demoCommand, demosOf } from './demo/choose-demo.ts';

/** What the summary shows. */
export interface SummaryContent {
  readonly apiUrl: string;
  readonly adminUrl: string;
  readonly apps: readonly (SandboxedApp & { readonly running: RunningApp })[];
  readonly engines: readonly { readonly queue: string; readonly workerCount: number }[];
  readonly services: readonly Pick<RunningStandIn, 'name' | 'url' | 'note'>[];
  readonly folder: DataFolder;
  readonly administrator: { readonly username: string; readonly password: string | undefined };
  readonly startMilliseconds: number;
}

/** The summary fits a terminal of this size. */
const SCREEN = { lines: 30, columns: 120 };

/** Rows of one app; with many apps each has fewer, and at least one. */
const MOST_APP_ROWS = 3;

const VALUE_WIDTH = 50;
const GAP = 2;

interface Row {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
}

/** Says what runs where, how to sign in, and what to try next. */
export function formatSummary(content: SummaryContent): string {
  const general = generalRows(content);
  const seconds = (content.startMilliseconds / 1_000).toFixed(1);
  const lines = (appRows: readonly Row[], tryNext: readonly string[]) => [
    '',
    `  ${styleText(['bold', 'green'], `${PRODUCT_NAME} runs`)}, all of it on this machine ${styleText('dim', `(up in ${seconds} s)`)}`,
    '',
    ...formatRows(appRows, general),
    '',
    ...tryNext,
    `  ${styleText('dim', 'Ctrl-C stops all of it; the data stay.')}`,
    '',
  ];
  const linesLeft = SCREEN.lines - lines([], []).length;
  const rowsPerApp = Math.floor(linesLeft / content.apps.length);
  const appRows = content.apps.flatMap((app) => rowsOfApp(app, content.apps, rowsPerApp));
  const tryNext = content.apps.flatMap(({ sandbox, running }) => sandbox.tryNext?.(running) ?? []);
  const shownTryNext =
    tryNext.length > 0
      ? [`  ${styleText('bold', 'Or by hand')}, in another terminal:`, ...indented(tryNext), '']
      : [];
  const hasRoom = appRows.length + screenLinesOf(shownTryNext) <= linesLeft;
  return lines(appRows, hasRoom ? shownTryNext : []).join('\n');
}

/** The first offers of an app, and its demo in the last row. */
function rowsOfApp(
  { app, sandbox, running }: SummaryContent['apps'][number],
  apps: readonly SandboxedApp[],
  rowsPerApp: number,
): readonly Row[] {
  const rowCount = Math.min(Math.max(rowsPerApp, 1), MOST_APP_ROWS);
  const demo: readonly Offer[] = sandbox.demo
    ? [{ value: demoCommand(app, demosOf(apps)), note: sandbox.demo.summary }]
    : [];
  const offers = sandbox.offers?.(running) ?? [];
  const first = offers.slice(0, Math.max(rowCount - demo.length, 1));
  const shown: readonly Offer[] = [...first, ...demo].slice(0, rowCount);
  if (shown.length === 0) return [{ label: titleOf(app), value: app.description ?? '' }];
  return shown.map((offer, index) => ({ ...offer, label: index === 0 ? titleOf(app) : '' }));
}

function generalRows(content: SummaryContent): readonly Row[] {
  const { apiUrl, adminUrl, services, folder, administrator } = content;
  const signIn =
    administrator.password === undefined
      ? `sign in as ${administrator.username}, with the password that you know`
      : `sign in as ${administrator.username}, password ${administrator.password}`;
  return [
    { label: 'API', value: `${apiUrl}/docs/`, note: 'to read and to try' },
    { label: 'Admin', value: adminUrl, note: signIn },
    { label: 'Health', value: `${apiUrl}/health-check/` },
    { label: 'Engines', value: describeEngines(content.engines), note: 'npm run manage -- qmonitor' },
    ...services.map(({ name, url, note }) => ({ label: name, value: url, note })),
    { label: 'Files', value: shownPath(folder.path), note: `logs are in ${shownPath(folder.logs)}` },
  ];
}

/** `2 workers`; for several queues `3 queues, 2 workers each` or `3 queues, 5 workers in all`. */
function describeEngines(engines: SummaryContent['engines']): string {
  const [only, ...others] = engines;
  if (only && others.length === 0) return countOf(only.workerCount, 'worker');
  const counts = [...Map.groupBy(engines, ({ workerCount }) => workerCount).keys()];
  const [count] = counts;
  const queues = `${engines.length} queues`;
  if (count !== undefined && counts.length === 1) return `${queues}, ${countOf(count, 'worker')} each`;
  const total = engines.reduce((sum, { workerCount }) => sum + workerCount, 0);
  return `${queues}, ${countOf(total, 'worker')} in all`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function formatRows(appRows: readonly Row[], general: readonly Row[]): readonly string[] {
  const labelWidth = Math.max(...[...appRows, ...general].map(({ label }) => label.length)) + GAP;
  const format = ({ label, value, note = '' }: Row) => {
    const gap = ' '.repeat(Math.max(GAP, VALUE_WIDTH - value.length));
    const shownNote = note === '' ? '' : `${gap}${styleText('dim', note)}`;
    return `  ${label.padEnd(labelWidth)}${styleText('cyan', value)}${shownNote}`;
  };
  return [...appRows.map(format), '', ...general.map(format)];
}

/** The lines that a terminal shows, which wraps long ones. */
function screenLinesOf(lines: readonly string[]): number {
  return lines.reduce(
    (sum, line) => sum + Math.max(1, Math.ceil(stripVTControlCharacters(line).length / SCREEN.columns)),
    0,
  );
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `    ${line}`);
}
