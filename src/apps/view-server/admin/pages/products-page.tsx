import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  ExactTime,
  FilterDay,
  FilterField,
  ListPage,
  type ListParts,
  RelativeTime,
} from '../../../../app-kit/pages/index.ts';
import type { ProductRow } from '../shapes.ts';
import { API, productPath, useForm } from './api.ts';

const NONE = <span className="ch-none">–</span>;

const PARTS: ListParts<ProductRow> = {
  path: `${API}/products`,
  heading: 'Newest images first',
  noun: { one: 'product', many: 'products' },
  columns: [
    {
      label: 'Product',
      isWide: true,
      cell: ({ id, identifier }) => (
        <Link className="ch-plain-link" to={adminPath(productPath(id))} title={identifier}>
          {identifier}
        </Link>
      ),
    },
    { label: 'Type', cell: ({ type }) => (type === '' ? NONE : type) },
    { label: 'Level', cell: ({ level }) => (level === '' ? NONE : level) },
    { label: 'Collections', cell: ({ collections }) => collections.join(', ') },
    { label: 'Begins', cell: ({ begins }) => <ExactTime moment={begins} /> },
    { label: 'Ends', cell: ({ ends }) => <ExactTime moment={ends} /> },
    { label: 'Version', cell: ({ version }) => <span className="ch-number">{version}</span> },
    { label: 'Registered', cell: ({ registered }) => <RelativeTime moment={registered} /> },
  ],
  titleOf: ({ identifier }) => identifier,
  filters: ['identifier', 'collection', 'from', 'to'],
  empty: (
    <EmptyState
      title="No product yet"
      text="A product is what a package becomes when it is registered. Push a package to begin."
    />
  ),
  noMatch: 'A product matches if its identifier begins with what you typed.',
  everySeconds: 5,
};

/** The products of the catalogue. */
export function ProductsPage() {
  const collections = useForm().data?.collections ?? [];
  return (
    <ListPage
      title="Products"
      lede="What the catalogue holds, and the map shows."
      parts={PARTS}
      renderFilters={(query) => (
        <>
          <FilterField query={query} name="identifier" label="Identifier begins with" type="search" isWide />
          <FilterField
            query={query}
            name="collection"
            label="Collection"
            suggestions={collections.map(({ id }) => id)}
          />
          <FilterDay query={query} name="from" label="From" />
          <FilterDay query={query} name="to" label="To" />
        </>
      )}
    />
  );
}
