import React from 'react';
import type { ListCount } from '../../admin/row-page.ts';
import { ConfirmButton } from '../confirm.tsx';
import { Icon } from '../icon.tsx';
import {
  type BulkAction,
  type BulkActions,
  type FilterLabels,
  type Noun,
  rowsInWords,
} from './bulk-action.ts';
import { MatchingButton } from './matching-button.tsx';
import type { Selection } from './use-selection.ts';

/** The bar above a list: what can be done to the selected rows, or to everything that matches. */
export function BulkBar<Row extends { readonly id: string }>(props: {
  readonly bulk: BulkActions<Row>;
  readonly noun: Noun;
  readonly rows: readonly Row[];
  readonly selection: Selection;
  readonly filter: Readonly<Record<string, string>>;
  readonly filterLabels: FilterLabels;
  readonly count: ListCount | null;
  readonly onDone: (message: string) => void;
}) {
  const { bulk, noun, rows, selection, filter, filterLabels, count, onDone } = props;
  const { ids } = selection;
  const act = async (action: BulkAction) => {
    const message = await bulk.act(
      action,
      rows.filter(({ id }) => ids.has(id)),
    );
    selection.clear();
    onDone(message);
  };
  return (
    <div className="ch-bulk-bar">
      <label className="ch-select-all">
        <input
          type="checkbox"
          checked={ids.size === rows.length}
          ref={(box) => {
            if (box) box.indeterminate = ids.size > 0 && ids.size < rows.length;
          }}
          onChange={selection.toggleAll}
        />
        {ids.size === 0 ? 'Select all on this page' : `${ids.size} selected`}
      </label>
      <div className="ch-actions">
        {bulk.actions.map((action) =>
          ids.size > 0 ? (
            <ConfirmButton
              key={`${action.name} selected`}
              label={`${action.label} ${ids.size}`}
              icon={<Icon name={action.icon} />}
              tone={action.tone}
              title={`${action.label} ${ids.size === 1 ? `this ${noun.one}` : `these ${rowsInWords(ids.size, noun)}`}?`}
              onConfirm={() => act(action)}
            >
              <p>{action.meaning}</p>
            </ConfirmButton>
          ) : (
            <MatchingButton
              key={`${action.name} matching`}
              action={action}
              path={bulk.matchingPath(action)}
              noun={noun}
              filter={filter}
              filterLabels={filterLabels}
              count={count}
              countPath={bulk.countPath}
              onDone={onDone}
            />
          ),
        )}
      </div>
    </div>
  );
}
