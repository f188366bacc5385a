import { styleText } from 'node:util';

/** What a demo says at its end. */
export interface DemoEnd {
  /** What was done, in how much time: `3 scenes in 2.10 s`. */
  readonly heading: string;
  /** A table of what was done, as `formatPlainTable` makes it. */
  readonly table?: string;
  /** What there is to see, by a word of at most nine letters; several values take a line each. */
  readonly facts: readonly (readonly [label: string, value: string | readonly string[]])[];
}

/** Formats the end of a demo that was completed. */
export function formatDemoEnd({ heading, table, facts }: DemoEnd): string {
  const lines = facts.flatMap(([label, value]) =>
    (typeof value === 'string' ? [value] : value).map(
      (each, index) => `  ${(index === 0 ? label : '').padEnd(10)}${styleText('cyan', each)}`,
    ),
  );
  return [
    '',
    `  ${styleText(['bold', 'green'], 'COMPLETED')}  ${heading}`,
    '',
    ...(table === undefined ? [] : [table, '']),
    ...lines,
    '',
    '',
  ].join('\n');
}
