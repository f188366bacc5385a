import React from 'react';
import { EmptyState, ListPage } from '../../../app-kit/pages/index.ts';
import type { EngineRow } from '../../queue/shapes.ts';
import { queuePath } from './api.ts';
import { ENGINE_COLUMNS } from './engine-parts.tsx';

/** The engines that are alive, and after them those of the last days. */
export function EnginesPage() {
  return (
    <ListPage<EngineRow>
      title="Engines"
      lede="Each takes tasks from one queue, and runs them in its workers. Engines that are gone are listed for some days."
      parts={{
        path: queuePath('/engines'),
        everySeconds: 2,
        heading: 'Alive first',
        noun: { one: 'engine', many: 'engines' },
        filters: [],
        titleOf: ({ host, pid }) => `${host} ${pid}`,
        columns: ENGINE_COLUMNS,
        empty: (
          <EmptyState
            title="No engines yet"
            icon="warning"
            text={
              <>
                Start an engine with <code>node dist/engine.js</code>.
              </>
            }
          />
        ),
        noMatch: '',
      }}
    />
  );
}
