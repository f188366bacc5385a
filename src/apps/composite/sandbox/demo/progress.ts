import cliProgress from 'cli-progress';
import type { Member } from './submission.ts';

/** Shows how a member comes along. */
export interface Progress {
  show(member: Member): void;
  stop(): void;
}

const LABELS: Readonly<Record<string, string>> = {
  PENDING: 'waiting for a worker',
  FETCHING_ORIGIN: 'fetching the PDF',
  RASTERIZING: 'drawing the pages',
  PUSHING_TO_DLCS: 'storing the pages',
  BUILDING_DLCS_REQUEST: 'handing over to the DLCS',
  COMPLETED: 'done',
  ERROR: 'failed',
};

const LABEL_WIDTH = Math.max(...Object.values(LABELS).map(({ length }) => length));

/** How much more must be done before a line is printed again where there is no terminal. */
const LINE_STEP = 0.1;

/** A bar in a terminal; elsewhere a line whenever the status changes, and now and then in between. */
export function openProgress(output: NodeJS.WriteStream): Progress {
  return output.isTTY ? bar(output) : lines(output);
}

function bar(output: NodeJS.WriteStream): Progress {
  const shown = new cliProgress.SingleBar(
    {
      stream: output,
      format: '  {label}  {bar}  {pages}  {duration_formatted}',
      hideCursor: true,
      clearOnComplete: false,
      stopOnComplete: false,
      // What is written while the bar stands would be lost otherwise.
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  shown.start(1, 0, payloadOf(undefined));
  return {
    show(member) {
      shown.setTotal(member.progress?.pages_total || 1);
      shown.update(member.progress?.pages_done ?? 0, payloadOf(member));
    },
    stop: () => shown.stop(),
  };
}

function payloadOf(member: Member | undefined): { label: string; pages: string } {
  const label = LABELS[member?.status ?? 'PENDING'] ?? member?.status ?? '';
  return { label: label.padEnd(LABEL_WIDTH), pages: pagesOf(member) };
}

function lines(output: NodeJS.WriteStream): Progress {
  let lastStatus = '';
  let lastShare = 0;
  return {
    show(member) {
      const { pages_done: done = 0, pages_total: total = 0 } = member.progress ?? {};
      const share = total > 0 ? done / total : 0;
      if (member.status === lastStatus && share < Math.min(lastShare + LINE_STEP, 1)) return;
      if (member.status === lastStatus && share === lastShare) return;
      lastStatus = member.status;
      lastShare = share;
      const label = LABELS[member.status] ?? member.status;
      output.write(
        `  ${member.status.padEnd(22)} ${label.padEnd(LABEL_WIDTH)} ${pagesOf(member)}\n`.trimEnd(),
      );
      output.write('\n');
    },
    stop() {},
  };
}

function pagesOf(member: Member | undefined): string {
  return member?.progress ? `${member.progress.pages_done} of ${member.progress.pages_total} pages` : '';
}
