/** The steps of preprocessing, and the percent of the work that each of them ends at. */
const STEPS = { download: 15, unpack: 25, convert: 85, upload: 100 } as const;

/** A step of preprocessing. */
export type PreprocessingStep = keyof typeof STEPS;

const ORDER: readonly PreprocessingStep[] = ['download', 'unpack', 'convert', 'upload'];

/** Makes a function that reports how much of a step is done, from 0 to 1, as percent of all of them. */
export function progressReporter(
  progress: (done: number, total?: number, note?: string) => void,
): (step: PreprocessingStep, share: number) => void {
  return (step, share) => {
    const before = ORDER[ORDER.indexOf(step) - 1];
    const start = before === undefined ? 0 : STEPS[before];
    const done = start + (STEPS[step] - start) * Math.min(Math.max(share, 0), 1);
    progress(Math.floor(done), 100, step);
  };
}
