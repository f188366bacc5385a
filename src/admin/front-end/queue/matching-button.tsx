import React, { useEffect, useRef, useState } from 'react';
import { ConfirmButton, useLive } from '../../../app-kit/pages/index.ts';
import type { TaskList } from '../../queue/resources.ts';
import type { MatchingCount } from '../../queue/shapes.ts';
import { actOnMatching, queuePath } from './api.ts';
import type { ListAction } from './list-actions.tsx';

/** How many, in words. */
export function countInWords({ count, isEstimated, isMinimum = false }: MatchingCount): string {
  const tasks = `${count.toLocaleString()} ${count === 1 ? 'task' : 'tasks'}`;
  if (isMinimum) return `at least ${tasks}`;
  return isEstimated ? `about ${tasks}` : tasks;
}

/** A button that does something to everything that matches the filter, after it has said how many that are. */
export function MatchingButton(props: {
  readonly list: TaskList;
  readonly action: ListAction;
  readonly filter: Readonly<Record<string, string>>;
  /** How many there are, where the list knows. */
  readonly count: MatchingCount | null;
  readonly onDone: (message: string) => void;
}) {
  const { list, action, filter, count, onDone } = props;
  const [progress, setProgress] = useState<string | undefined>(undefined);
  const isAsking = useRef(false);
  const confirm = async () => {
    const said = { current: '' };
    await actOnMatching(list, action.name, filter, (done, skipped) => {
      said.current = `${action.done} ${done.toLocaleString()} ${done === 1 ? 'task' : 'tasks'}${
        skipped === 0 ? '' : `; ${skipped.toLocaleString()} could not be: running, or gone`
      }`;
      setProgress(said.current);
      return isAsking.current;
    });
    setProgress(undefined);
    onDone(said.current);
  };
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <ConfirmButton
      label={isNarrowed ? `${action.label} all that match` : `${action.label} all`}
      icon={action.icon}
      tone={action.tone}
      title={`${action.label} ${isNarrowed ? 'everything that matches' : 'everything in this list'}?`}
      onConfirm={confirm}
    >
      <Asked list={list} filter={filter} count={count} isAsking={isAsking} />
      <p>{action.meaning}</p>
      {progress !== undefined && <p role="status">{progress} so far. “Not now” stops here.</p>}
    </ConfirmButton>
  );
}

/** What the parts of a filter are called, where that is not their name. */
const CONDITIONS: Readonly<Record<string, string>> = { func: 'function', to: 'before' };

/** What is about to be done, in numbers; it is there for as long as it is asked. */
function Asked(props: {
  readonly list: TaskList;
  readonly filter: Readonly<Record<string, string>>;
  readonly count: MatchingCount | null;
  readonly isAsking: React.MutableRefObject<boolean>;
}) {
  const { list, filter, count, isAsking } = props;
  useEffect(() => {
    isAsking.current = true;
    return () => {
      isAsking.current = false;
    };
  }, [isAsking]);
  const isFinished = list === 'failed-tasks' || list === 'successful-tasks';
  const path =
    count === null && isFinished
      ? queuePath(`/tasks/${list}/count?${new URLSearchParams(filter)}`)
      : undefined;
  const counted = useLive<MatchingCount>(path, { everySeconds: 3_600 });
  const known = count ?? counted.data;
  const parts = Object.entries(filter);
  return (
    <>
      <p>
        {known === undefined ? (
          isFinished ? (
            'Counting…'
          ) : (
            'All tasks that fit, of those that wait now'
          )
        ) : (
          <>
            This is done to <strong>{countInWords(known)}</strong>
          </>
        )}
        {parts.length > 0 ? ', where:' : '.'}
      </p>
      {parts.length > 0 && (
        <ul className="queue-conditions">
          {parts.map(([name, value]) => (
            <li key={name}>
              {CONDITIONS[name] ?? name}: <strong>{value}</strong>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
