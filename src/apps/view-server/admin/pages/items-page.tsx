import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  FilterChoice,
  FilterField,
  Icon,
  ListPage,
  type ListParts,
  mayAct,
  RelativeTime,
  StateBadge,
  TwoLines,
} from '../../../../app-kit/pages/index.ts';
import { STAGES } from '../../stages/stage-names.ts';
import { type ItemRow, LISTED_STATES } from '../shapes.ts';
import { STAGE_LABELS } from '../stage-labels.ts';
import { API, actOnItems, type ItemAction, itemPath, matchingPath, PUSH_PATH, useForm } from './api.ts';

const NONE = <span className="ch-none">–</span>;

const ACTIONS: Readonly<Record<string, ItemAction>> = {
  'push-again': 'push-again',
  'push-first': 'push-first',
  withdraw: 'withdraw',
};

const PARTS: ListParts<ItemRow> = {
  path: `${API}/items`,
  heading: 'Those first that are new to their stage',
  noun: { one: 'item', many: 'items' },
  columns: [
    {
      label: 'Path',
      isWide: true,
      cell: ({ id, path }) => (
        <Link className="ch-plain-link" to={adminPath(itemPath(id))} title={path}>
          {path}
        </Link>
      ),
    },
    { label: 'Stage', cell: ({ stage }) => STAGE_LABELS[stage] },
    { label: 'State', cell: ({ state }) => <StateBadge state={state} /> },
    { label: 'Collection', cell: ({ collection }) => collection },
    {
      label: 'Attempts',
      cell: ({ attemptCount }) => <span className="ch-number">{attemptCount.toLocaleString()}</span>,
    },
    { label: 'Last change', cell: (item) => <LastChange item={item} /> },
    { label: 'Worker', cell: ({ worker }) => worker ?? NONE },
    {
      label: 'Reason',
      isWide: true,
      cell: ({ reason }) => (reason === null ? NONE : <TwoLines text={reason} />),
    },
  ],
  titleOf: ({ stage, path }) => `${STAGE_LABELS[stage]} ${path}`,
  filters: ['path', 'stage', 'state', 'collection'],
  bulk: {
    actions: [
      {
        name: 'push-again',
        label: 'Push again',
        done: 'Pushed again',
        icon: 'repeat',
        tone: 'primary',
        meaning:
          'They wait for their stage once more, at the end of the queue. Those that wait already stay where they are.',
      },
      {
        name: 'push-first',
        label: 'Push to the front',
        done: 'Pushed to the front',
        icon: 'play',
        tone: 'primary',
        meaning: 'They wait for their stage, and are taken before everything that waits now.',
      },
      {
        name: 'withdraw',
        label: 'Withdraw',
        done: 'Withdrew',
        icon: 'stopped',
        tone: 'danger',
        meaning: 'Those that wait are taken out of the queue. Those in work go on.',
      },
    ],
    act: ({ name }, rows) =>
      actOnItems(
        ACTIONS[name] ?? 'push-again',
        rows.map(({ id }) => id),
      ),
    matchingPath: ({ name }) => matchingPath(name),
  },
  empty: (
    <EmptyState
      title="No item yet"
      text="An item is the path of a package, or an interval of time, in one stage. Push one here, by Redis, or by the HTTP API."
    />
  ),
  noMatch: 'A path matches if it, or the name of its file, begins with what you typed.',
  everySeconds: 2,
};

/** The items of all stages, with how they fare. */
export function ItemsPage() {
  const collections = useForm().data?.collections ?? [];
  return (
    <ListPage
      title="Items"
      lede="Packages on their way to the map: preprocess, register, seed."
      parts={PARTS}
      actions={<PushLink />}
      renderFilters={(query) => (
        <>
          <FilterField query={query} name="path" label="Path or file begins with" type="search" isWide />
          <FilterChoice
            query={query}
            name="stage"
            label="Stage"
            choices={STAGES.map((stage) => [stage, STAGE_LABELS[stage]])}
          />
          <FilterChoice
            query={query}
            name="state"
            label="State"
            choices={LISTED_STATES.map((state) => [state, state])}
          />
          <FilterField
            query={query}
            name="collection"
            label="Collection"
            suggestions={collections.map(({ id }) => id)}
          />
        </>
      )}
    />
  );
}

function PushLink() {
  if (!mayAct()) return null;
  return (
    <Link className="ch-button ch-button-primary" to={adminPath(PUSH_PATH)}>
      <Icon name="plus" />
      Push
    </Link>
  );
}

function LastChange({ item: { ended, began, pushed } }: { readonly item: ItemRow }) {
  const moment = ended ?? began ?? pushed;
  return moment === null ? NONE : <RelativeTime moment={moment} />;
}
