import React from 'react';
import { Link } from 'react-router-dom';
import {
  Alert,
  adminPath,
  bytesInWords,
  EmptyState,
  ListPage,
  type ListParts,
  Loaded,
  mayAct,
  Page,
  RelativeTime,
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import type { EngineState, IndexRow } from '../shapes.ts';
import { refreshPath, requestPath } from './api.ts';

const PATH = '/api/apps/ingestion/indexes';

const PARTS: ListParts<IndexRow> = {
  path: PATH,
  heading: 'By name',
  noun: { one: 'index', many: 'indexes' },
  columns: [
    { label: 'Index', isWide: true, cell: ({ id }) => <span className="ch-number">{id}</span> },
    { label: 'Aliases', cell: ({ aliases }) => <Aliases aliases={aliases} /> },
    {
      label: 'Documents',
      cell: ({ documentCount }) => <span className="ch-number">{documentCount.toLocaleString()}</span>,
    },
    { label: 'Size', cell: ({ bytes }) => <span className="ch-number">{bytesInWords(bytes)}</span> },
    { label: 'State', cell: ({ known }) => (known ? <StateBadge state={known.state} /> : <None />) },
    { label: 'Made', cell: ({ known }) => <Maker known={known} /> },
    { label: 'Actions', cell: (index) => <IndexActions index={index} /> },
  ],
  titleOf: ({ id }) => id,
  filters: [],
  empty: <EmptyState title="No index" text="An ingest makes one, and so does a reindex." />,
  noMatch: 'There is no such index.',
  everySeconds: 15,
};

/** The indexes and aliases of the search engine, with their sizes. */
export function IndexesPage() {
  const live = useLive<{ readonly engine: EngineState }>(PATH, { everySeconds: 15 });
  const engine = live.data?.engine;
  const words = {
    title: 'Indexes',
    lede: 'What the search engine has. Searches go by an alias, which points to one index.',
  };
  if (engine?.fault === null) {
    return <ListPage {...words} parts={PARTS} actions={<EngineHealth engine={engine} />} />;
  }
  return (
    <Page {...words}>
      <Loaded live={live}>
        {({ engine: { title, fault } }) => (
          <Alert tone="bad">
            The search engine {title} cannot be reached: {fault}
          </Alert>
        )}
      </Loaded>
    </Page>
  );
}

/** How the search engine is. */
function EngineHealth({ engine: { title, status, freeBytes } }: { readonly engine: EngineState }) {
  return (
    <span className="ingestion-engine">
      <StateBadge state={status ?? 'unknown'} />
      <span className="ch-muted">
        {title}
        {freeBytes !== null && `, ${bytesInWords(freeBytes)} free`}
      </span>
    </span>
  );
}

function None() {
  return <span className="ch-none">–</span>;
}

function Aliases({ aliases }: Pick<IndexRow, 'aliases'>) {
  if (aliases.length === 0) return <None />;
  return (
    <>
      {aliases.map((alias) => (
        <span key={alias} className="ch-badge ch-tone-good ingestion-alias">
          {alias}
        </span>
      ))}
    </>
  );
}

function Maker({ known }: Pick<IndexRow, 'known'>) {
  if (known === null) return <None />;
  const when = <RelativeTime moment={known.created} />;
  if (known.refreshId === null) return when;
  return (
    <Link className="ch-plain-link" to={adminPath(refreshPath(known.refreshId))}>
      {when}
    </Link>
  );
}

/** Lead to the form of a request that is filled in. */
function IndexActions({ index: { id, aliases, known } }: { readonly index: IndexRow }) {
  if (known === null || !mayAct()) return <None />;
  const { model } = known;
  const suffix = id.slice(model.length + 1);
  const link = (label: string, action: string) => (
    <Link
      className="ch-plain-link"
      aria-label={`${label} ${id}`}
      to={adminPath(requestPath({ action, model, index_suffix: suffix }))}
    >
      {label}
    </Link>
  );
  return (
    <span className="ingestion-index-actions">
      {link('Point alias', 'POINT_ALIAS')}
      {aliases.length === 0 && link('Delete', 'DELETE_INDEX')}
    </span>
  );
}
