import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  ConfirmButton,
  DetailPage,
  ExactTime,
  Facts,
  Icon,
  listPath,
  mayAct,
  Panel,
  recordPath,
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import { LAYERS, SERVICES } from '../resources.ts';
import type { LayerDetail } from '../shapes.ts';
import { API, act, reportPath } from './api.ts';
import { NewestChecks } from './newest-checks.tsx';
import { OpenIssues } from './open-issues.tsx';
import { UptimeCell } from './uptime-cell.tsx';

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
      actionsOf={(layer, onDone) => mayAct() && <LayerActions layer={layer} onDone={onDone} />}
      gone={{ title: 'No such layer', text: 'It is not stored here.' }}
    >
      {(layer) => <LayerParts layer={layer} />}
    </DetailPage>
  );
}

function LayerActions(props: { readonly layer: LayerDetail; readonly onDone: (message: string) => void }) {
  const { layer, onDone } = props;
  const run = (action: string) => async () => onDone((await act(LAYERS, action, [layer.id])).message);
  return (
    <>
      <ConfirmButton
        label="Check now"
        icon={<Icon name="repeat" />}
        tone="primary"
        title="Check this layer now?"
        onConfirm={run('check')}
      >
        <p>A picture of it is fetched.</p>
      </ConfirmButton>
      <ConfirmButton
        label="Index"
        icon={<Icon name="search" />}
        title="Index this layer?"
        onConfirm={run('index')}
      >
        <p>It is indexed anew, or removed from the index where it does not belong there.</p>
      </ConfirmButton>
      <Link className="ch-button" to={adminPath(reportPath({ layer: layer.id }))}>
        <Icon name="warning" />
        Report an issue
      </Link>
    </>
  );
}

function LayerParts({ layer }: { readonly layer: LayerDetail }) {
  const { abstract, state, message, isValid, invalidReason, openIssues, thumbnail, indexing } = layer;
  return (
    <div className="ch-columns">
      <div>
        {state === 'down' && message !== null && (
          <Panel title="Why it is down" tone="bad">
            <p className="registry-text">{message}</p>
          </Panel>
        )}
        {!isValid && (
          <Panel title="It is not valid" tone="bad">
            <p>{invalidReason ?? 'No reason is stored.'}</p>
          </Panel>
        )}
        {indexing !== null && indexing.refusal !== null && (
          <Panel title="The search engine refused it" tone="bad">
            <p className="registry-text">{indexing.refusal}</p>
          </Panel>
        )}
        <OpenIssues issues={openIssues} />
        <Panel title="About it">
          <p className="registry-text">{abstract === '' ? 'Its service gives no text for it.' : abstract}</p>
        </Panel>
        <NewestChecks checks={layer.checks} page={layer.page} />
      </div>
      <Panel title="Layer">
        {thumbnail !== null && (
          <img className="registry-picture" src={thumbnail} alt="Its last check" width="150" height="150" />
        )}
        <Facts facts={factsOf(layer)} />
      </Panel>
    </div>
  );
}

function factsOf(layer: LayerDetail): readonly (readonly [string, React.ReactNode])[] {
  const { service, page } = layer;
  return [
    ['Reliability', <UptimeCell key="uptime" uptime={layer.uptime} />],
    ['Failures in a row', layer.failuresInRow.toLocaleString()],
    ['Last check', layer.lastCheck && <ExactTime key="check" moment={layer.lastCheck} />],
    ['In the index', layer.indexing === null ? 'Up to date' : `Waits: ${layer.indexing.action}`],
    ['Name', layer.name],
    [
      'Service',
      <Link key="service" className="ch-plain-link" to={adminPath(recordPath(SERVICES, service.id))}>
        {service.title}
      </Link>,
    ],
    ['Type', service.type],
    ['Box', layer.box.join(', ')],
    ['Reference systems', layer.srs.join(', ')],
    ['Watched', layer.isMonitored ? 'Yes' : 'No'],
    ['Added', <ExactTime key="created" moment={layer.created} />],
    [
      'Public page',
      <a key="page" className="ch-plain-link" href={page}>
        {page}
      </a>,
    ],
  ];
}
