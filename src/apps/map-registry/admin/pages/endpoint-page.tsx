import React from 'react';
import {
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
import { ENDPOINTS } from '../resources.ts';
import type { EndpointDetail } from '../shapes.ts';
import { AddEndpointsPage } from './add-endpoints-page.tsx';
import { API, act } from './api.ts';

/** One endpoint; under the id `new`, the form by which endpoints are added. */
export function EndpointPage({ recordId }: { readonly recordId: string }) {
  return recordId === 'new' ? <AddEndpointsPage /> : <KnownEndpointPage id={recordId} />;
}

function KnownEndpointPage({ id }: { readonly id: string }) {
  const live = useLive<EndpointDetail>(`${API}/endpoints/${encodeURIComponent(id)}`, { everySeconds: 2 });
  return (
    <DetailPage
      live={live}
      loadingTitle="Endpoint"
      titleOf={({ url }) => url}
      besideOf={({ state }) => <StateBadge state={state} />}
      aboveOf={() => [['Endpoints', listPath(ENDPOINTS)]]}
      actionsOf={(_endpoint, onDone) =>
        mayAct() && (
          <ConfirmButton
            label="Look again"
            icon={<Icon name="repeat" />}
            tone="primary"
            title="Look at this endpoint again?"
            onConfirm={async () => onDone((await act(ENDPOINTS, 'detect', [id])).message)}
          >
            <p>Services that are new are added. Those that are known stay.</p>
          </ConfirmButton>
        )
      }
      gone={{ title: 'No such endpoint', text: 'It was deleted.' }}
    >
      {(endpoint) => <EndpointParts endpoint={endpoint} />}
    </DetailPage>
  );
}

function EndpointParts({ endpoint }: { readonly endpoint: EndpointDetail }) {
  const { url, catalog, list, message, isGreedy, processed, created, state, refused } = endpoint;
  return (
    <>
      {message !== null && (
        <Panel title="What came of it" {...(state === 'failed' ? { tone: 'bad' as const } : {})}>
          <p className="registry-text">{message}</p>
        </Panel>
      )}
      <Panel title="Endpoint">
        <Facts
          facts={[
            ['Address', <OutsideLink key="url" url={url} />],
            ['Catalogue', catalog],
            ['List', list],
            ['Esri servers', isGreedy ? 'All folders and services' : 'The service that the address names'],
            ['Added', <ExactTime key="created" moment={created} />],
            ['Looked at', processed && <ExactTime key="processed" moment={processed} />],
          ]}
        />
      </Panel>
      {refused.length > 0 && (
        <Panel title="Lines of its list that cannot be used" tone="bad">
          <ul className="registry-list">
            {refused.map(({ line, reason }) => (
              <li key={line}>
                Line {line.toLocaleString()}: {reason}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
