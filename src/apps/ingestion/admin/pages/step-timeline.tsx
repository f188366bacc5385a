import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  bytesInWords,
  ExactTime,
  Icon,
  type IconName,
  ProgressBar,
  recordPath,
  spanInWords,
  type Tone,
  useNow,
} from '../../../../app-kit/pages/index.ts';
import type { StepRow } from '../shapes.ts';
import { paceOf, STEP_LABELS } from './step-words.ts';

const LOOKS: Readonly<Record<StepRow['state'], { readonly tone: Tone; readonly icon: IconName }>> = {
  waiting: { tone: 'plain', icon: 'waiting' },
  running: { tone: 'busy', icon: 'busy' },
  done: { tone: 'good', icon: 'done' },
  failed: { tone: 'bad', icon: 'failed' },
  cancelled: { tone: 'warn', icon: 'stopped' },
};

/** The steps of a refresh in their order, each with how far it is, how fast, and how long it has to go. */
export function StepTimeline({ steps }: { readonly steps: readonly StepRow[] }) {
  return (
    <ol className="ch-timeline">
      {steps.map((step) => (
        <li key={step.name} aria-current={step.state === 'running' ? 'step' : undefined}>
          <StepMark state={step.state} />
          <div>
            <p className="ingestion-step-head">
              <strong>{STEP_LABELS[step.name]}</strong>
              <span className="ch-muted">{step.state}</span>
              {step.taskId !== null && (
                <Link
                  className="ch-plain-link ingestion-step-task"
                  to={adminPath(recordPath('running-tasks', step.taskId))}
                >
                  Task<span className="ch-hidden"> of the step {STEP_LABELS[step.name]}</span>
                </Link>
              )}
            </p>
            {step.began !== null && <StepFigures step={{ ...step, began: step.began }} />}
          </div>
        </li>
      ))}
    </ol>
  );
}

function StepMark({ state }: { readonly state: StepRow['state'] }) {
  const { tone, icon } = LOOKS[state];
  return (
    <span className={`ch-timeline-mark ch-tone-${tone}`}>
      <Icon name={icon} className={tone === 'busy' ? 'ch-turn' : ''} />
    </span>
  );
}

/** Words of a step that has begun. */
function StepFigures({ step }: { readonly step: StepRow & { readonly began: string } }) {
  const now = useNow();
  const { seconds, rowsPerSecond, remainingSeconds } = paceOf(step, now);
  const { rowsDone, rowsTotal, bytesDone, bytesTotal, state } = step;
  // How many bytes there will be is estimated, until it is known.
  const isEstimateShown = state === 'running' && bytesTotal !== null && bytesTotal > bytesDone;
  const figures = [
    spanInWords(seconds),
    rowsPerSecond === null ? '' : `${Math.round(rowsPerSecond).toLocaleString()} rows/s`,
    bytesDone > 0
      ? bytesInWords(bytesDone) + (isEstimateShown ? ` of about ${bytesInWords(bytesTotal)}` : '')
      : '',
    remainingSeconds === null ? '' : `${spanInWords(remainingSeconds)} to go`,
  ];
  return (
    <>
      {rowsTotal !== null && rowsTotal > 0 && (
        <ProgressBar
          done={Math.min(rowsDone, rowsTotal)}
          total={rowsTotal}
          label={`Rows of the step ${STEP_LABELS[step.name]}`}
          tone={LOOKS[state].tone}
        />
      )}
      <p className="ch-muted ingestion-figures">
        <ExactTime moment={step.began} />
        {figures
          .filter((figure) => figure !== '')
          .map((figure) => (
            <span key={figure}>{figure}</span>
          ))}
      </p>
    </>
  );
}
