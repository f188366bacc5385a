import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  ExactTime,
  ListPage,
  type ListParts,
  listPath,
} from '../../../../app-kit/pages/index.ts';
import { ITEMS, PRODUCTS } from '../resources.ts';
import type { BoundedFigure, CollectionRow } from '../shapes.ts';
import { API } from './api.ts';
import { boxInWords } from './box-in-words.ts';
import { ServiceLinks } from './service-links.tsx';

const NONE = <span className="ch-none">–</span>;

const PARTS: ListParts<CollectionRow> = {
  path: `${API}/collections`,
  heading: 'By name',
  noun: { one: 'collection', many: 'collections' },
  columns: [
    {
      label: 'Collection',
      cell: ({ id, title, isConfigured }) => (
        <>
          {title}
          <small className="ch-muted view-server-below">
            {id}
            {!isConfigured && ', not in the file of collections'}
          </small>
        </>
      ),
    },
    {
      label: 'Products',
      cell: ({ id, productCount }) => <Figure figure={productCount} path={listOf(PRODUCTS, id)} />,
    },
    {
      label: 'Time',
      cell: ({ extent }) =>
        extent ? (
          <>
            <ExactTime moment={extent.begins} />
            <br />
            <ExactTime moment={extent.ends} />
          </>
        ) : (
          NONE
        ),
    },
    {
      label: 'Place',
      cell: ({ extent }) => (extent ? <span className="ch-number">{boxInWords(extent.box)}</span> : NONE),
    },
    {
      label: 'Waiting',
      cell: ({ id, waiting }) => <Figure figure={waiting} path={`${listOf(ITEMS, id)}&state=waiting`} />,
    },
    {
      label: 'Failed',
      cell: ({ id, failed }) => <Figure figure={failed} path={`${listOf(ITEMS, id)}&state=failed`} />,
    },
    { label: 'Open', cell: ({ links }) => <ServiceLinks links={links} /> },
  ],
  titleOf: ({ id }) => id,
  filters: [],
  empty: (
    <EmptyState
      title="No collection"
      text="Servers store the collections of their settings when they start."
    />
  ),
  noMatch: 'There is no such collection.',
  everySeconds: 10,
};

/** The collections, with what they cover. */
export function CollectionsPage() {
  return (
    <ListPage
      title="Collections"
      lede="What belongs together on the map. The file of collections says where packages are, and what becomes of them."
      parts={PARTS}
    />
  );
}

function Figure(props: { readonly figure: BoundedFigure; readonly path: string }) {
  const { figure, path } = props;
  if (figure.count === 0) return <span className="ch-number">0</span>;
  return (
    <Link className="ch-plain-link ch-number" to={adminPath(path)}>
      {figure.isMinimum && 'over '}
      {figure.count.toLocaleString()}
    </Link>
  );
}

function listOf(resource: string, collection: string): string {
  return `${listPath(resource)}?${new URLSearchParams({ collection })}`;
}
