import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  bytesInWords,
  EmptyState,
  Icon,
  ListPanel,
  type ListParts,
  mayAct,
  Page,
  RelativeTime,
  useLive,
  useQuery,
} from '../../../../app-kit/pages/index.ts';
import type { TileFiguresPage, TileLevelRow } from '../shapes.ts';
import { API, PURGE_PATH } from './api.ts';

const PATH = `${API}/tiles`;

/** The figures are of many rows. */
const EVERY_SECONDS = 15;

const PARTS: ListParts<TileLevelRow> = {
  path: PATH,
  heading: 'By layer and zoom level',
  noun: { one: 'zoom level', many: 'zoom levels' },
  columns: [
    { label: 'Layer', isWide: true, cell: ({ tileset }) => tileset },
    { label: 'Grid', cell: ({ grid }) => grid },
    { label: 'Zoom', cell: ({ zoom }) => <span className="ch-number">{zoom}</span> },
    { label: 'Tiles', cell: ({ tiles }) => <span className="ch-number">{tiles.toLocaleString()}</span> },
    { label: 'Size', cell: ({ bytes }) => <span className="ch-number">{bytesInWords(bytes)}</span> },
    {
      label: 'With too many products',
      cell: ({ cut }) => <span className="ch-number">{cut.toLocaleString()}</span>,
    },
    { label: 'Newest', cell: ({ newest }) => <RelativeTime moment={newest} /> },
  ],
  titleOf: ({ id }) => id,
  filters: [],
  empty: (
    <EmptyState
      title="No tile yet"
      text="Tiles are stored when they are first requested, and by the seeder."
    />
  ),
  noMatch: 'There is no such level.',
  everySeconds: EVERY_SECONDS,
};

/** How many tiles are stored. */
export function TilesPage() {
  const query = useQuery();
  const live = useLive<TileFiguresPage>(PATH, { everySeconds: EVERY_SECONDS });
  return (
    <Page
      title="Tile cache"
      lede="Tiles that were drawn, and are served again. Those that show a product are removed when it is registered."
      actions={<PurgeLink />}
    >
      {live.data && <Totals page={live.data} />}
      <ListPanel parts={PARTS} query={query} />
    </Page>
  );
}

function Totals({ page: { totals, isEstimated, garbage, served } }: { readonly page: TileFiguresPage }) {
  const about = isEstimated ? 'about ' : '';
  const hits = served.fromMemory + served.fromStorage;
  const servedCount = hits + served.drawn;
  return (
    <div className="ch-figures">
      <div className="ch-figure">
        <strong>
          {about}
          {totals.tiles.toLocaleString()}
        </strong>
        <small>tiles</small>
      </div>
      <div className="ch-figure">
        <strong>
          {about}
          {bytesInWords(totals.bytes)}
        </strong>
        <small>stored</small>
      </div>
      <div className="ch-figure">
        <strong>
          {garbage.isMinimum && 'over '}
          {garbage.count.toLocaleString()}
        </strong>
        <small>objects to be removed</small>
      </div>
      <div className="ch-figure">
        <strong>{servedCount === 0 ? '–' : `${Math.floor((100 * hits) / servedCount)} %`}</strong>
        <small>of {servedCount.toLocaleString()} tiles from the cache, by this server process</small>
      </div>
    </div>
  );
}

function PurgeLink() {
  if (!mayAct()) return null;
  return (
    <Link className="ch-button" to={adminPath(PURGE_PATH)}>
      <Icon name="trash" />
      Purge tiles
    </Link>
  );
}
