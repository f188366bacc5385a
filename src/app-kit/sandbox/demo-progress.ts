import cliProgress from 'cli-progress';

/** How far a demo is. */
export interface DemoStep {
  /** What is being done: one of the labels. */
  readonly label: string;
  readonly done: number;
  /** 0 if it is not known yet. */
  readonly total: number;
}

/** Shows how far a demo is. */
export interface DemoProgress {
  show(step: DemoStep): void;
  stop(): void;
}

/** Words of a progress. */
export interface DemoProgressWords {
  /** Every label that is shown; the first one is shown at the start. */
  readonly labels: readonly string[];
  /** What is counted: `pages`. */
  readonly unit: string;
}

/** How much more must be done before a line is printed again where there is no terminal. */
const LINE_STEP = 0.1;

/** Opens a bar in a terminal; elsewhere a line is printed whenever the label changes, and now and then in between. */
export function openDemoProgress(output: NodeJS.WriteStream, words: DemoProgressWords): DemoProgress {
  const labelWidth = Math.max(...words.labels.map(({ length }) => length));
  const format = ({ label, done, total }: DemoStep) => ({
    label: label.padEnd(labelWidth),
    count: total > 0 ? `${done} of ${total} ${words.unit}` : '',
  });
  return output.isTTY ? openBar(output, words, format) : openLines(output, format);
}

type Format = (step: DemoStep) => { readonly label: string; readonly count: string };

function openBar(output: NodeJS.WriteStream, { labels }: DemoProgressWords, format: Format): DemoProgress {
  const bar = new cliProgress.SingleBar(
    {
      stream: output,
      format: '  {label}  {bar}  {count}  {duration_formatted}',
      hideCursor: true,
      clearOnComplete: false,
      stopOnComplete: false,
      // What is written while the bar is shown would be lost otherwise.
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(1, 0, format({ label: labels[0] ?? '', done: 0, total: 0 }));
  return {
    show(step) {
      bar.setTotal(step.total || 1);
      bar.update(step.done, format(step));
    },
    stop: () => bar.stop(),
  };
}

function openLines(output: NodeJS.WriteStream, format: Format): DemoProgress {
  let lastLabel = '';
  let lastShare = 0;
  return {
    show(step) {
      const share = step.total > 0 ? step.done / step.total : 0;
      const isNew = step.label !== lastLabel;
      if (!isNew && (share === lastShare || share < Math.min(lastShare + LINE_STEP, 1))) return;
      lastLabel = step.label;
      lastShare = share;
      const { label, count } = format(step);
      output.write(`${`  ${label}  ${count}`.trimEnd()}\n`);
    },
    stop() {},
  };
}
