import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  DetailPage,
  ExactTime,
  Facts,
  listPath,
  Panel,
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import { actionLabel } from '../request-fields.ts';
import type { RefreshDetail } from '../shapes.ts';
import { refreshPath } from './api.ts';
import { CountComparisonPanel } from './count-comparison-panel.tsx';
import { RefreshActions } from './refresh-actions.tsx';
import { FailedRows, RefreshSlices } from './refresh-slices.tsx';
import { RequestPage } from './request-page.tsx';
import { StepTimeline } from './step-timeline.tsx';

/** One refresh, from its request to its end; under the id `new`, the form of a request. */
export function RefreshPage({ recordId }: { readonly recordId: string }) {
  return recordId === 'new' ? <RequestPage /> : <KnownRefreshPage id={recordId} />;
}

function KnownRefreshPage({ id }: { readonly id: string }) {
  const live = useLive<RefreshDetail>(`/api/apps/ingestion/refreshes/${id}`, { everySeconds: 1 });
  return (
    <DetailPage
      live={live}
      loadingTitle="Refresh"
      titleOf={({ action, model }) => `${actionLabel(action)}: ${model}`}
      besideOf={({ state }) => <StateBadge state={state} />}
      aboveOf={() => [['Refreshes', listPath('refreshes')]]}
      actionsOf={(refresh, onDone) => <RefreshActions refresh={refresh} onDone={onDone} />}
      gone={{ title: 'No such refresh', text: 'It is not stored here, or not any more.' }}
    >
      {(refresh) => <RefreshParts refresh={refresh} />}
    </DetailPage>
  );
}

function RefreshParts({ refresh }: { readonly refresh: RefreshDetail }) {
  const { error, message, slices, comparison, waitsFor } = refresh;
  return (
    <>
      <div className="ch-columns">
        <div>
          {error !== null && (
            <Panel title="Why it failed" tone="bad">
              <p className="ingestion-error">{error}</p>
            </Panel>
          )}
          {error === null && message !== null && (
            <Panel title="Result">
              <p>{message}.</p>
            </Panel>
          )}
          {waitsFor !== null && (
            <Panel title="Waiting">
              <p>
                One refresh of a model runs at a time. This one begins after{' '}
                <Link className="ch-link" to={adminPath(refreshPath(waitsFor))}>
                  {waitsFor.slice(0, 8)}
                </Link>
                .
              </p>
            </Panel>
          )}
          <Panel title="Steps" aside={<span className="ch-muted">{percentInWords(refresh)}</span>}>
            <StepTimeline steps={refresh.steps} />
          </Panel>
        </div>
        <Panel title="Request">
          <Facts facts={factsOf(refresh)} />
        </Panel>
      </div>
      {comparison !== null && <CountComparisonPanel comparison={comparison} />}
      {refresh.hasFailedRows && <FailedRows refresh={refresh} />}
      {slices !== null && <RefreshSlices refresh={refresh} slices={slices} />}
    </>
  );
}

function percentInWords({ progress }: RefreshDetail): string {
  return `${progress < 100 ? progress.toFixed(1) : 100} % of all steps`;
}

function factsOf(refresh: RefreshDetail): readonly (readonly [string, React.ReactNode])[] {
  const moment = (value: string | null) => value && <ExactTime key={value} moment={value} />;
  const { callback } = refresh;
  return [
    ['Model', refresh.model],
    ['Index suffix', refresh.indexSuffix],
    ['Alias', refresh.alias],
    ['Updated since', moment(refresh.sinceDate)],
    ['From the suffix', refresh.originIndexSuffix],
    ['To the suffix', refresh.destinationIndexSuffix],
    ['Forced', refresh.isForced ? 'Yes' : null],
    ['Requested by', refresh.requestedBy],
    ['Requested', moment(refresh.created)],
    ['Began', moment(refresh.admitted)],
    ['Ended', moment(refresh.ended)],
    ['Cancelled by', refresh.cancelledBy],
    ['Callback', refresh.callbackUrl],
    ['Delivery', callback && `${callback.state}, ${callback.attemptCount} attempts`],
    ['Last fault', callback?.lastError ?? null],
    [
      'Id',
      <span key="id" className="ch-id">
        {refresh.id}
      </span>,
    ],
  ];
}
