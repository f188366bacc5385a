import React, { useEffect, useRef, useState } from 'react';
import type { ListCount } from '../../admin/row-page.ts';
import { ConfirmButton } from '../confirm.tsx';
import { Icon } from '../icon.tsx';
import { useLive } from '../use-live.ts';
import { actOnMatching } from './act-on-matching.ts';
import {
  type BulkAction,
  type BulkActions,
  type FilterLabels,
  type Noun,
  roundsInWords,
} from './bulk-action.ts';
import { countInWords } from './count-in-words.ts';

/** What is about to be done, and to what. */
interface Asked {
  readonly noun: Noun;
  readonly filter: Readonly<Record<string, string>>;
  readonly filterLabels: FilterLabels;
  /** How many there are, where the list knows. */
  readonly count: ListCount | null;
  readonly countPath: BulkActions<never>['countPath'];
}

/** A button that does something to everything that matches the filter, after it has said how many rows that are. */
export function MatchingButton(
  props: Asked & {
    readonly action: BulkAction;
    readonly path: string;
    readonly onDone: (message: string) => void;
  },
) {
  const { action, path, onDone, ...asked } = props;
  const { noun, filter } = asked;
  const [progress, setProgress] = useState<string | undefined>(undefined);
  const isAsking = useRef(false);
  const confirm = async () => {
    const said = { current: '' };
    await actOnMatching(path, filter, (soFar) => {
      said.current = roundsInWords(action, noun, soFar);
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
      icon={<Icon name={action.icon} />}
      tone={action.tone}
      title={`${action.label} ${isNarrowed ? 'everything that matches' : 'everything in this list'}?`}
      onConfirm={confirm}
    >
      <Question {...asked} isAsking={isAsking} />
      <p>{action.meaning}</p>
      {progress !== undefined && <p role="status">{progress} so far. Close this to stop.</p>}
    </ConfirmButton>
  );
}

/** What is about to be done, in numbers; it is shown for as long as the question is open. */
function Question(props: Asked & { readonly isAsking: React.MutableRefObject<boolean> }) {
  const { noun, filter, filterLabels, count, countPath, isAsking } = props;
  useEffect(() => {
    isAsking.current = true;
    return () => {
      isAsking.current = false;
    };
  }, [isAsking]);
  const counted = useLive<ListCount>(count === null ? countPath?.(filter) : undefined, {
    everySeconds: 3_600,
  });
  const known = count ?? counted.data;
  const parts = Object.entries(filter);
  return (
    <>
      <p>
        {known !== undefined && (
          <>
            This is done to <strong>{countInWords(known, noun)}</strong>
          </>
        )}
        {known === undefined && (countPath ? 'Counting…' : `All ${noun.many} that match now`)}
        {parts.length > 0 ? ', where:' : '.'}
      </p>
      {parts.length > 0 && (
        <ul className="ch-conditions">
          {parts.map(([name, value]) => (
            <li key={name}>
              {filterLabels[name] ?? name}: <strong>{value}</strong>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
