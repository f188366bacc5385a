import React from 'react';
import { stateInWords, type Tone, toneOf } from './state-badge.tsx';

/** How far something is, in numbers and as a bar. `label` says to who cannot see it what the numbers count. */
export function ProgressBar(props: {
  readonly done: number;
  readonly total: number;
  readonly label: string;
  /** What the bar's colour says; busy unless told. */
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
  const known = Object.entries(shares)
    .filter(([, count]) => count > 0)
    .sort(([one], [other]) => ORDER.indexOf(toneOf(one)) - ORDER.indexOf(toneOf(other)));
  const total = known.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return <span className="ch-none">None</span>;
  return (
    <span className="ch-shares">
      <span className="ch-bar" aria-hidden="true">
        {known.map(([state, count]) => (
          <span
            key={state}
            className={`ch-fill-${toneOf(state)}`}
            style={{ width: `${(100 * count) / total}%` }}
            title={`${stateInWords(state)}: ${count}`}
          />
        ))}
      </span>
      <ul>
        {known.map(([state, count]) => (
          <li key={state}>
            {count.toLocaleString()} {stateInWords(state).toLowerCase().replace('dlcs', 'DLCS')}
          </li>
        ))}
      </ul>
    </span>
  );
}
