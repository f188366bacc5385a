import React from 'react';
import { DataTable, EmptyState, Panel } from '../../../app-kit/pages/index.ts';
import type { EngineRow } from '../../queue/shapes.ts';
import { ENGINE_COLUMNS } from '../queue/engine-parts.tsx';

/** The engines that are alive. */
export function EnginesPanel({ engines }: { readonly engines: readonly EngineRow[] }) {
  return (
    <Panel title="Engines" isFlush>
      {engines.length === 0 ? (
        <EmptyState
          title="No engine is running"
          icon="warning"
          text={
            <>
              No tasks are taken from the queues. Start an engine with <code>node dist/engine.js</code>.
            </>
          }
        />
      ) : (
        <DataTable label="Engines" rows={engines} keyOf={({ id }) => id} columns={ENGINE_COLUMNS} />
      )}
    </Panel>
  );
}
