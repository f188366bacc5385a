import { BUCKET_SECONDS, type DurationHistogram } from './durations.ts';

/**
 * Writes histograms in Prometheus' format, as one metric with the labels `queue` and `func`. By hand, because prom-client
 * counts what it observes itself, and these are counted already.
 */
export function histogramText(name: string, help: string, histograms: readonly DurationHistogram[]): string {
  const samples = histograms.flatMap(({ queue, func, attemptsWithin, attempts, totalSeconds }) => {
    const labels = `queue="${escaped(queue)}",func="${escaped(func)}"`;
    return [
      ...BUCKET_SECONDS.map(
        (bound, place) => `${name}_bucket{${labels},le="${bound}"} ${attemptsWithin[place] ?? 0}`,
      ),
      `${name}_bucket{${labels},le="+Inf"} ${attempts}`,
      `${name}_sum{${labels}} ${totalSeconds}`,
      `${name}_count{${labels}} ${attempts}`,
    ];
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...samples, ''].join('\n');
}

function escaped(label: string): string {
  return label
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('"', String.raw`\"`);
}
