import { type DemoProgress, openDemoProgress } from '../../../../app-kit/sandbox/demo-progress.ts';
import type { Member } from './submission.ts';

const LABELS: Readonly<Record<string, string>> = {
  PENDING: 'waiting for a worker',
  FETCHING_ORIGIN: 'fetching the PDF',
  RASTERIZING: 'drawing the pages',
  PUSHING_TO_DLCS: 'storing the pages',
  BUILDING_DLCS_REQUEST: 'handing over to the DLCS',
  COMPLETED: 'done',
  ERROR: 'failed',
};

/** Opens the progress of a member. */
export function openProgress(output: NodeJS.WriteStream): DemoProgress {
  return openDemoProgress(output, { labels: Object.values(LABELS), unit: 'pages' });
}

/** Shows how far a member is. */
export function showMember(progress: DemoProgress, { status, progress: pages }: Member): void {
  const { pages_done: done = 0, pages_total: total = 0 } = pages ?? {};
  progress.show({ label: LABELS[status] ?? status, done, total });
}
