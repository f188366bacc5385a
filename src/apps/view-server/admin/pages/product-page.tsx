import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  DataTable,
  DetailPage,
  ExactTime,
  Facts,
  JsonView,
  listPath,
  Panel,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import { PRODUCTS } from '../resources.ts';
import type { ProductDetail } from '../shapes.ts';
import { API, itemPath } from './api.ts';
import { boxInWords } from './box-in-words.ts';
import { ServiceLinks } from './service-links.tsx';

/** One product: its picture, its place and time, its images and files, and where it is served. */
export function ProductPage({ recordId }: { readonly recordId: string }) {
  const live = useLive<ProductDetail>(`${API}/products/${encodeURIComponent(recordId)}`, {
    everySeconds: 10,
  });
  return (
    <DetailPage
      live={live}
      loadingTitle="Product"
      titleOf={({ identifier }) => identifier}
      aboveOf={() => [['Products', listPath(PRODUCTS)]]}
      gone={{ title: 'No such product', text: 'It is not stored here, or not any more.' }}
    >
      {(product) => <ProductParts product={product} />}
    </DetailPage>
  );
}

function ProductParts({ product }: { readonly product: ProductDetail }) {
  const { coverages, files, links, footprint, properties } = product;
  return (
    <>
      <div className="ch-columns">
        <div>
          <Panel title="Quick-look">
            <QuickLook product={product} />
          </Panel>
          <Panel title="Services">
            <ServiceLinks links={links} />
          </Panel>
        </div>
        <div>
          <Panel title="Product">
            <Facts facts={factsOf(product)} />
          </Panel>
          {Object.keys(properties).length > 0 && (
            <Panel title="Properties">
              <Facts facts={Object.entries(properties).map(([name, value]) => [name, String(value)])} />
            </Panel>
          )}
        </div>
      </div>
      <Panel title="Coverages" isFlush>
        <DataTable
          label="Coverages"
          rows={coverages}
          keyOf={({ id }) => id}
          columns={[
            { label: 'Coverage', isWide: true, cell: ({ identifier }) => identifier },
            { label: 'Type', cell: ({ coverageType }) => coverageType },
            {
              label: 'Size',
              cell: ({ widthPixels, heightPixels }) => (
                <span className="ch-number">
                  {widthPixels.toLocaleString()} × {heightPixels.toLocaleString()}
                </span>
              ),
            },
            { label: 'Bands', cell: ({ bandCount }) => <span className="ch-number">{bandCount}</span> },
            { label: 'System', cell: ({ srs }) => srs },
            { label: 'File', isWide: true, cell: ({ path }) => <span title={path}>{path}</span> },
          ]}
        />
      </Panel>
      {files.length > 0 && (
        <Panel title="Files" isFlush>
          <DataTable
            label="Files"
            rows={files}
            keyOf={({ kind, name }) => `${kind} ${name}`}
            columns={[
              { label: 'Kind', cell: ({ kind }) => kind },
              { label: 'Name', cell: ({ name }) => <span className="view-server-file">{name}</span> },
              { label: 'File', isWide: true, cell: ({ path }) => <span title={path}>{path}</span> },
            ]}
          />
        </Panel>
      )}
      <Panel title="Footprint" aside={<span className="ch-muted">GeoJSON</span>}>
        <JsonView value={footprint} />
      </Panel>
    </>
  );
}

/** The product as the map shows it; each version has a picture of its own. */
function QuickLook({ product: { id, identifier, version } }: { readonly product: ProductDetail }) {
  const [isFailed, setFailed] = useState(false);
  if (isFailed) return <p>The picture could not be drawn. The log of the server says why.</p>;
  return (
    <img
      className="view-server-quick-look"
      src={`${adminPath(`${API}/products/${encodeURIComponent(id)}/quick-look`)}?version=${version}`}
      alt={`The product ${identifier} on the map`}
      onError={() => setFailed(true)}
    />
  );
}

function factsOf(product: ProductDetail): readonly (readonly [string, React.ReactNode])[] {
  const { type, level, collections, begins, ends, registered, version, prefix, itemId, box } = product;
  return [
    ['Type', type === '' ? null : type],
    ['Level', level === '' ? null : level],
    ['Collections', collections.join(', ')],
    ['Begins', <ExactTime key="begins" moment={begins} />],
    ['Ends', <ExactTime key="ends" moment={ends} />],
    ['Place', boxInWords(box)],
    ['Version', version > 1 ? `${version}: it was replaced` : String(version)],
    ['Registered', <ExactTime key="registered" moment={registered} />],
    [
      'Files below',
      <span key="prefix" className="ch-id">
        {prefix}
      </span>,
    ],
    [
      'Item',
      itemId && (
        <Link key="item" className="ch-plain-link" to={adminPath(itemPath(itemId))}>
          Its registration
        </Link>
      ),
    ],
  ];
}
