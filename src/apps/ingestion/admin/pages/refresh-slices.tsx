import React, { useState } from 'react';
import { type Column, SharesBar, Span, StateBadge, secondsBetween } from '../../../../app-kit/pages/index.ts';
import type { FailedRow, RefreshDetail, SliceCounts, SliceRow } from '../shapes.ts';
import { MOST_COUNTED_SLICES } from '../shapes.ts';
import { PagedPanel } from './paged-panel.tsx';

const SLICE_COLUMNS: readonly Column<SliceRow>[] = [
  { label: 'Slice', cell: ({ id }) => <span className="ch-number">{id}</span> },
  {
    label: 'Ids',
    cell: ({ firstId, lastId }) => (
      <span className="ch-number">
        {Number(firstId).toLocaleString()} to {Number(lastId).toLocaleString()}
      </span>
    ),
  },
  { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { label: 'Rows', cell: ({ rowCount }) => rowCount.toLocaleString() },
  { label: 'Documents', cell: ({ documentCount }) => documentCount.toLocaleString() },
  { label: 'Removed', cell: ({ removedCount }) => removedCount.toLocaleString() },
  { label: 'Failed', cell: ({ failedCount }) => failedCount.toLocaleString() },
  {
    label: 'Took',
    cell: ({ began, ended }) => (
      <Span seconds={began === null || ended === null ? null : secondsBetween(began, ended)} />
    ),
  },
];

const FAILED_ROW_COLUMNS: readonly Column<FailedRow>[] = [
  { label: 'Row', cell: ({ id }) => <span className="ch-number">{id}</span> },
  { label: 'Reason', cell: ({ reason }) => reason },
  { label: 'Slice', cell: ({ sliceNumber }) => <span className="ch-number">{sliceNumber}</span> },
];

/** The ranges of ids that are indexed on their own. */
export function RefreshSlices(props: { readonly refresh: RefreshDetail; readonly slices: SliceCounts }) {
  const { refresh, slices } = props;
  const [isUnfinished, setUnfinished] = useState(false);
  const path = `/api/apps/ingestion/refreshes/${refresh.id}/slices`;
  return (
    <PagedPanel
      // Another list begins at its first page.
      key={String(isUnfinished)}
      title="Slices"
      path={isUnfinished ? `${path}?unfinished=yes` : path}
      columns={SLICE_COLUMNS}
      everySeconds={refresh.ended === null ? 2 : 60}
      empty="All slices are done."
      aside={
        <span className="ch-panel-aside">
          <SliceShares slices={slices} />
          <label className="ch-check">
            <input
              type="checkbox"
              checked={isUnfinished}
              onChange={(event) => setUnfinished(event.target.checked)}
            />
            Unfinished only
          </label>
        </span>
      }
    />
  );
}

function SliceShares({ slices }: { readonly slices: SliceCounts }) {
  const counted = slices.waiting + slices.done + slices.failed;
  return (
    <>
      <SharesBar shares={slices} />
      {counted >= MOST_COUNTED_SLICES && (
        <span className="ch-muted">of the first {counted.toLocaleString()}</span>
      )}
    </>
  );
}

/** Rows without a document, each with its id and why. */
export function FailedRows({ refresh }: { readonly refresh: RefreshDetail }) {
  return (
    <PagedPanel
      title="Rows that failed"
      path={`/api/apps/ingestion/refreshes/${refresh.id}/failed-rows`}
      columns={FAILED_ROW_COLUMNS}
      everySeconds={refresh.ended === null ? 5 : 60}
      empty="No row failed."
      tone="bad"
    />
  );
}
