import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  ExactTime,
  Icon,
  recordPath,
  secondsBetween,
  spanInWords,
  useNow,
  useStates,
} from '../../../../app-kit/pages/index.ts';
import type { AttemptRow } from '../shapes.ts';

/** Attempts at an item, the newest first: how each ended, who made it, and how long it took. */
export function AttemptTimeline({ attempts }: { readonly attempts: readonly AttemptRow[] }) {
  const lookOf = useStates();
  return (
    <ol className="ch-timeline" reversed>
      {attempts.map((attempt) => {
        const { number, state, taskId } = attempt;
        const { tone, icon, label } = lookOf(state);
        return (
          <li key={number} aria-current={state === 'running' ? 'step' : undefined}>
            <span className={`ch-timeline-mark ch-tone-${tone}`}>
              <Icon name={icon} className={tone === 'busy' ? 'ch-turn' : ''} />
            </span>
            <div>
              <p className="view-server-attempt-head">
                <strong>Attempt {number.toLocaleString()}</strong>
                <span className="ch-muted">{label.toLowerCase()}</span>
                {taskId !== null && (
                  <Link
                    className="ch-plain-link view-server-attempt-task"
                    to={adminPath(recordPath('running-tasks', taskId))}
                  >
                    Task<span className="ch-hidden"> of attempt {number}</span>
                  </Link>
                )}
              </p>
              <AttemptProgress attempt={attempt} />
              <AttemptFigures attempt={attempt} />
              {attempt.reason !== null && <p className="view-server-reason">{attempt.reason}</p>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

/** How far a running attempt is, in percent: stages count different things. */
function AttemptProgress({ attempt: { number, progress } }: { readonly attempt: AttemptRow }) {
  if (progress === null || progress.total <= 0) return null;
  const percent = Math.floor((100 * Math.min(progress.done, progress.total)) / progress.total);
  return (
    <span className="ch-progress">
      <span
        className="ch-bar"
        role="progressbar"
        aria-label={`Progress of attempt ${number}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <span className="ch-fill-busy" style={{ width: `${percent}%` }} />
      </span>
      <small>{percent} %</small>
    </span>
  );
}

function AttemptFigures({ attempt }: { readonly attempt: AttemptRow }) {
  const now = new Date(useNow()).toISOString();
  const { pushed, began, ended, worker, delivery, leasedUntil } = attempt;
  const figures = [
    began === null && ended === null ? `has waited for ${spanInWords(secondsBetween(pushed, now))}` : '',
    began === null ? '' : `waited ${spanInWords(secondsBetween(pushed, began))}`,
    began === null ? '' : `took ${spanInWords(secondsBetween(began, ended ?? now))}`,
    worker === null ? '' : `by ${worker}`,
    delivery > 1 ? `given to a worker for the ${ordinal(delivery)} time` : '',
  ];
  return (
    <p className="ch-muted view-server-figures">
      <ExactTime moment={pushed} />
      {figures
        .filter((figure) => figure !== '')
        .map((figure) => (
          <span key={figure}>{figure}</span>
        ))}
      {leasedUntil !== null && ended === null && (
        <span>
          leased until <ExactTime moment={leasedUntil} />
        </span>
      )}
    </p>
  );
}

const ENDINGS: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });

function ordinal(number: number): string {
  return `${number}${ENDINGS[ORDINALS.select(number)] ?? 'th'}`;
}
