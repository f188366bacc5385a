import React from 'react';
import { type Tone, useStates } from './states.ts';

/** How far something is, in numbers and as a bar. `label` says to who cannot see it what the numbers count. */
export function ProgressBar(props: {
  readonly done: number;
  readonly total: number;
  readonly label: string;
  /** What the bar's colour says. Default: busy, and good when all is done. */
  readonly tone?: Tone;
}) {
  const { done, total, label, tone = done >= total ? 'good' : 'busy' } = props;
  return (
    <span className="ch-progress">
      <span
        className="ch-bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        <span className={`ch-fill-${tone}`} style={{ width: `${total > 0 ? (100 * done) / total : 0}%` }} />
      </span>
      <small>
        {done.toLocaleString()} of {total.toLocaleString()}
      </small>
    </span>
  );
}

const ORDER: readonly Tone[] = ['good', 'busy', 'warn', 'plain', 'bad'];

/** How many of many stand where, as one bar of shares, with the words below it. */
export function SharesBar({ shares }: { readonly shares: Readonly<Record<string, number>> }) {
  const lookOf = useStates();
  const known = Object.entries(shares)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => ({ state, count, ...lookOf(state) }))
    .sort((one, other) => ORDER.indexOf(one.tone) - ORDER.indexOf(other.tone));
  const total = known.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return <span className="ch-none">None</span>;
  return (
    <span className="ch-shares">
      <span className="ch-bar" aria-hidden="true">
        {known.map(({ state, count, tone, label }) => (
          <span
            key={state}
            className={`ch-fill-${tone}`}
            style={{ width: `${(100 * count) / total}%` }}
            title={`${label}: ${count}`}
          />
        ))}
      </span>
      <ul>
        {known.map(({ state, count, label }) => (
          <li key={state}>
            {count.toLocaleString()} {inTheMiddle(label)}
          </li>
        ))}
      </ul>
    </span>
  );
}

/** A label behind a number: a small first letter, unless the word is an abbreviation. */
function inTheMiddle(label: string): string {
  return /^\p{Lu}{2}/u.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}
