import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  FilterChoice,
  FilterField,
  ListPage,
  type ListParts,
  RelativeTime,
  Span,
  StateBadge,
  secondsBetween,
  useLive,
  useNow,
} from '../../../../app-kit/pages/index.ts';
import { ACTIVE_STATES, ENDED_STATES } from '../../refreshes/states.ts';
import { actionLabel } from '../request-fields.ts';
import type { RefreshRow, RequestForm } from '../shapes.ts';
import { cancelRefreshes, refreshPath } from './api.ts';
import { RequestLink } from './request-link.tsx';
import { STEP_LABELS } from './step-words.ts';

const PARTS: ListParts<RefreshRow> = {
  path: '/api/apps/ingestion/refreshes',
  heading: 'Newest first',
  noun: { one: 'refresh', many: 'refreshes' },
  columns: [
    {
      label: 'Refresh',
      isWide: true,
      cell: ({ id, action, model }) => (
        <Link className="ch-plain-link" to={adminPath(refreshPath(id))}>
          {actionLabel(action)}: {model}
        </Link>
      ),
    },
    { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
    { label: 'Progress', cell: (refresh) => <Progress refresh={refresh} /> },
    {
      label: 'Index suffix',
      cell: ({ indexSuffix }) => <span className="ch-number">{shortSuffix(indexSuffix)}</span>,
    },
    { label: 'Requested', cell: ({ created }) => <RelativeTime moment={created} /> },
    { label: 'Took', cell: (refresh) => <Duration refresh={refresh} /> },
  ],
  titleOf: ({ id, action, model }) => `${actionLabel(action)}: ${model}, ${id.slice(0, 8)}`,
  filters: ['model', 'state'],
  bulk: {
    actions: [
      {
        name: 'cancel',
        label: 'Cancel',
        done: 'Cancelled',
        icon: 'stopped',
        tone: 'danger',
        meaning: 'They end at once, and what they have made so far is removed. What is live stays as it is.',
      },
    ],
    act: (_action, rows) => cancelRefreshes(rows.map(({ id }) => id)),
    matchingPath: ({ name }) => `/api/apps/ingestion/matching/refreshes/${name}`,
  },
  empty: (
    <EmptyState
      title="No refresh yet"
      text="A refresh copies a table from upstream, indexes it, and swaps it in live. Request one here or by the API."
    />
  ),
  noMatch: 'No refresh matches.',
  everySeconds: 2,
};

/** All refreshes, with how far they are. */
export function RefreshesPage() {
  const form = useLive<RequestForm>('/api/apps/ingestion/request-form', { everySeconds: 3_600 });
  const models = form.data?.models ?? [];
  return (
    <ListPage
      title="Refreshes"
      lede="Tables that are copied from upstream, indexed, and swapped in live."
      parts={PARTS}
      actions={<RequestLink />}
      renderFilters={(query) => (
        <>
          <FilterField query={query} name="model" label="Model" suggestions={models} />
          <FilterChoice
            query={query}
            name="state"
            label="State"
            choices={[...ACTIVE_STATES, ...ENDED_STATES].map((state) => [state, state])}
          />
        </>
      )}
    />
  );
}

/** A bar is of use while it moves; the state says the rest. */
function Progress({ refresh: { progress, step, ended } }: { readonly refresh: RefreshRow }) {
  if (ended !== null) return <span className="ch-number">{Math.floor(progress)} %</span>;
  return (
    <span className="ingestion-progress">
      <span
        className="ch-bar"
        role="progressbar"
        aria-label="Progress of the refresh"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(progress)}
      >
        <span style={{ width: `${progress}%` }} />
      </span>
      <small className="ch-muted">
        {Math.floor(progress)} %{step && `, ${STEP_LABELS[step].toLowerCase()}`}
      </small>
    </span>
  );
}

function Duration({ refresh: { admitted, ended } }: { readonly refresh: RefreshRow }) {
  const now = useNow();
  if (admitted === null) return <Span seconds={null} />;
  return <Span seconds={secondsBetween(admitted, ended ?? new Date(now).toISOString())} />;
}

/** A suffix that is an id is cut off. */
function shortSuffix(suffix: string): string {
  return /^[0-9a-f]{32}$/.test(suffix) ? `${suffix.slice(0, 8)}…` : suffix;
}
