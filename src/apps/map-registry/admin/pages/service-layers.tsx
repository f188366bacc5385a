import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  DataTable,
  listPath,
  Panel,
  RelativeTime,
  recordPath,
  StateBadge,
} from '../../../../app-kit/pages/index.ts';
import { LAYERS } from '../resources.ts';
import type { ServiceDetail } from '../shapes.ts';
import { UptimeCell } from './uptime-cell.tsx';

/** The first layers of a service, with the way to all of them. */
export function ServiceLayers({ service }: { readonly service: ServiceDetail }) {
  const { id, layers, layerCount, harvested } = service;
  if (layers.length === 0) {
    return (
      <Panel title="Layers">
        <p>
          {harvested === null
            ? 'The service has not been harvested yet. "Check now" harvests it.'
            : 'Its description names no layers.'}
        </p>
      </Panel>
    );
  }
  const all = adminPath(`${listPath(LAYERS)}?service=${id}`);
  return (
    <Panel
      title="Layers"
      isFlush
      aside={
        <span className="ch-panel-aside">
          <Link className="ch-plain-link" to={`${all}&state=down`}>
            Those that are down
          </Link>
          <Link className="ch-plain-link" to={all}>
            {`All ${layerCount.toLocaleString()}`}
          </Link>
        </span>
      }
    >
      <DataTable
        label="Layers"
        rows={layers}
        keyOf={(layer) => layer.id}
        columns={[
          {
            label: 'Layer',
            isWide: true,
            cell: (layer) => (
              <Link
                className="ch-plain-link"
                to={adminPath(recordPath(LAYERS, layer.id))}
                title={layer.title}
              >
                {layer.title}
              </Link>
            ),
          },
          {
            label: 'State',
            cell: ({ state, wasDeleted }) => <StateBadge state={wasDeleted ? 'deleted' : state} />,
          },
          { label: 'Reliability', cell: ({ uptime }) => <UptimeCell uptime={uptime} /> },
          {
            label: 'Checked',
            cell: ({ lastCheck }) =>
              lastCheck === null ? <span className="ch-none">–</span> : <RelativeTime moment={lastCheck} />,
          },
        ]}
      />
      {layerCount > layers.length && (
        <p className="ch-pager">The first {layers.length} by name; the list of layers has all of them.</p>
      )}
    </Panel>
  );
}
