import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  DetailPage,
  listPath,
  mayAct,
  Panel,
  recordPath,
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import { LAYERS, SERVICES } from '../resources.ts';
import type { LayerDetail } from '../shapes.ts';
import { API } from './api.ts';
import { type ActionMeanings, CheckedRecordActions, CheckedRecordParts } from './checked-record.tsx';

const MEANINGS: ActionMeanings = {
  check: 'A picture of it is fetched.',
  index: 'It is indexed anew, or removed from the index where it does not belong there.',
  watch: 'It is checked whenever its service is, if that is watched.',
  unwatch: 'It is no longer checked. It stays in the search.',
  removeChecks: 'Its checks are removed. Reliability begins anew.',
};

/** One layer, and what can be done with it. */
export function LayerPage({ recordId }: { readonly recordId: string }) {
  const live = useLive<LayerDetail>(`${API}/layers/${encodeURIComponent(recordId)}`, { everySeconds: 3 });
  return (
    <DetailPage
      live={live}
      loadingTitle="Layer"
      titleOf={({ title }) => title}
      besideOf={({ state, wasDeleted }) => <StateBadge state={wasDeleted ? 'deleted' : state} />}
      aboveOf={(layer) => [
        ['Layers', listPath(LAYERS)],
        ...(layer ? [[layer.service.title, recordPath(SERVICES, layer.service.id)] as const] : []),
      ]}
      actionsOf={({ id, isMonitored }, onDone) =>
        mayAct() && (
          <CheckedRecordActions
            list={LAYERS}
            noun="layer"
            id={id}
            isWatched={isMonitored}
            meanings={MEANINGS}
            onDone={onDone}
          />
        )
      }
      gone={{ title: 'No such layer', text: 'It is not stored here.' }}
    >
      {(layer) => (
        <CheckedRecordParts
          record={layer}
          title="Layer"
          withoutText="Its service gives no text for it."
          faults={<Refusal layer={layer} />}
          picture={<Picture layer={layer} />}
          facts={factsOf(layer)}
        />
      )}
    </DetailPage>
  );
}

function Refusal({ layer: { indexing } }: { readonly layer: LayerDetail }) {
  if (indexing === null || indexing.refusal === null) return null;
  return (
    <Panel title="The search engine refused it" tone="bad">
      <p className="registry-text">{indexing.refusal}</p>
    </Panel>
  );
}

function Picture({ layer: { thumbnail } }: { readonly layer: LayerDetail }) {
  if (thumbnail === null) return null;
  return <img className="registry-picture" src={thumbnail} alt="Its last check" width="150" height="150" />;
}

function factsOf(layer: LayerDetail): readonly (readonly [string, React.ReactNode])[] {
  const { service, indexing, name, box, isMonitored } = layer;
  return [
    ['In the index', indexing === null ? 'Up to date' : `Waits: ${indexing.action}`],
    ['Name', name],
    [
      'Service',
      <Link key="service" className="ch-plain-link" to={adminPath(recordPath(SERVICES, service.id))}>
        {service.title}
      </Link>,
    ],
    ['Type', service.type],
    ['Box', box.join(', ')],
    ['Watched', isMonitored ? 'Yes' : 'No'],
  ];
}
