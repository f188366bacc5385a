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
  OutsideLink,
  Panel,
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import { LAYERS, SERVICES } from '../resources.ts';
import type { ServiceDetail } from '../shapes.ts';
import { API, act, reportPath } from './api.ts';
import { NewestChecks } from './newest-checks.tsx';
import { OpenIssues } from './open-issues.tsx';
import { ServiceLayers } from './service-layers.tsx';
import { UptimeCell } from './uptime-cell.tsx';

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
      actionsOf={(service, onDone) => mayAct() && <ServiceActions service={service} onDone={onDone} />}
      gone={{ title: 'No such service', text: 'It is not stored here.' }}
    >
      {(service) => <ServiceParts service={service} />}
    </DetailPage>
  );
}

function ServiceActions(props: {
  readonly service: ServiceDetail;
  readonly onDone: (message: string) => void;
}) {
  const { service, onDone } = props;
  const { id, isMonitored } = service;
  const run = (action: string) => async () => onDone((await act(SERVICES, action, [id])).message);
  return (
    <>
      <ConfirmButton
        label="Check now"
        icon={<Icon name="repeat" />}
        tone="primary"
        title="Check this service now?"
        onConfirm={run('check')}
      >
        <p>It is harvested and checked, and then its layers are.</p>
      </ConfirmButton>
      <ConfirmButton
        label="Index"
        icon={<Icon name="search" />}
        title="Index its layers?"
        onConfirm={run('index')}
      >
        <p>All its layers are indexed anew.</p>
      </ConfirmButton>
      <ConfirmButton
        label={isMonitored ? 'Stop watching' : 'Watch'}
        icon={<Icon name={isMonitored ? 'paused' : 'play'} />}
        title={isMonitored ? 'Stop watching this service?' : 'Watch this service?'}
        onConfirm={run(isMonitored ? 'unwatch' : 'watch')}
      >
        <p>
          {isMonitored
            ? 'It and its layers are no longer checked. They stay in the search.'
            : 'It and its layers are checked with the next round.'}
        </p>
      </ConfirmButton>
      <ConfirmButton
        label="Remove checks"
        icon={<Icon name="trash" />}
        tone="danger"
        title="Remove all its checks?"
        onConfirm={run('remove-checks')}
      >
        <p>The checks of the service and its layers are removed. Reliability begins anew.</p>
      </ConfirmButton>
      <Link className="ch-button" to={adminPath(reportPath({ service: id }))}>
        <Icon name="warning" />
        Report an issue
      </Link>
    </>
  );
}

function ServiceParts({ service }: { readonly service: ServiceDetail }) {
  const { id, abstract, state, message, invalidReason, isValid, openIssues, page, layerCount } = service;
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
        <OpenIssues issues={openIssues} />
        <Panel title="About it">
          <p className="registry-text">{abstract === '' ? 'Its description has no text.' : abstract}</p>
        </Panel>
        <ServiceLayers service={service} />
        <NewestChecks checks={service.checks} page={page} />
      </div>
      <Panel title="Service">
        <Facts
          facts={[
            ['Reliability', <UptimeCell key="uptime" uptime={service.uptime} />],
            ['Failures in a row', service.failuresInRow.toLocaleString()],
            ['Last check', service.lastCheck && <ExactTime key="check" moment={service.lastCheck} />],
            ['Harvested', service.harvested && <ExactTime key="harvested" moment={service.harvested} />],
            [
              'Layers',
              <Link
                key="layers"
                className="ch-plain-link"
                to={adminPath(`${listPath(LAYERS)}?service=${id}`)}
              >
                {layerCount.toLocaleString()}
              </Link>,
            ],
            ['Type', service.type],
            ['Address', <OutsideLink key="url" url={service.url} />],
            ['Catalogue', service.catalog],
            ['Watched', service.isMonitored && service.isActive ? 'Yes' : 'No'],
            ['Reference systems', service.srs.join(', ')],
            ['Added', <ExactTime key="created" moment={service.created} />],
            [
              'Public page',
              <a key="page" className="ch-plain-link" href={page}>
                {page}
              </a>,
            ],
          ]}
        />
      </Panel>
    </div>
  );
}
