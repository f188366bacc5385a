import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  DetailPage,
  ExactTime,
  listPath,
  mayAct,
  OutsideLink,
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import { LAYERS, SERVICES } from '../resources.ts';
import type { ServiceDetail } from '../shapes.ts';
import { API } from './api.ts';
import { type ActionMeanings, CheckedRecordActions, CheckedRecordParts } from './checked-record.tsx';
import { ServiceLayers } from './service-layers.tsx';

const MEANINGS: ActionMeanings = {
  check: 'It is harvested and checked, and then its layers are.',
  index: 'All its layers are indexed anew.',
  watch: 'It and its layers are checked with the next round.',
  unwatch: 'It and its layers are no longer checked. They stay in the search.',
  removeChecks: 'The checks of the service and its layers are removed. Reliability begins anew.',
};

/** One service, and what can be done with it. */
export function ServicePage({ recordId }: { readonly recordId: string }) {
  const live = useLive<ServiceDetail>(`${API}/services/${encodeURIComponent(recordId)}`, { everySeconds: 3 });
  return (
    <DetailPage
      live={live}
      loadingTitle="Service"
      titleOf={({ title }) => title}
      besideOf={({ state }) => <StateBadge state={state} />}
      aboveOf={() => [['Services', listPath(SERVICES)]]}
      actionsOf={(service, onDone) =>
        mayAct() && (
          <CheckedRecordActions
            list={SERVICES}
            noun="service"
            id={service.id}
            isWatched={isWatched(service)}
            meanings={MEANINGS}
            onDone={onDone}
          />
        )
      }
      gone={{ title: 'No such service', text: 'It is not stored here.' }}
    >
      {(service) => (
        <CheckedRecordParts
          record={service}
          title="Service"
          withoutText="Its description has no text."
          facts={factsOf(service)}
        >
          <ServiceLayers service={service} />
        </CheckedRecordParts>
      )}
    </DetailPage>
  );
}

function isWatched({ isMonitored, isActive }: ServiceDetail): boolean {
  return isMonitored && isActive;
}

function factsOf(service: ServiceDetail): readonly (readonly [string, React.ReactNode])[] {
  const { id, harvested, layerCount, type, url, catalog } = service;
  return [
    ['Harvested', harvested && <ExactTime key="harvested" moment={harvested} />],
    [
      'Layers',
      <Link key="layers" className="ch-plain-link" to={adminPath(`${listPath(LAYERS)}?service=${id}`)}>
        {layerCount.toLocaleString()}
      </Link>,
    ],
    ['Type', type],
    ['Address', <OutsideLink key="url" url={url} />],
    ['Catalogue', catalog],
    ['Watched', isWatched(service) ? 'Yes' : 'No'],
  ];
}
