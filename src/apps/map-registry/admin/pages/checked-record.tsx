import React, { type ReactNode } from 'react';
import { Link } from 'react-router-dom';
import { adminPath, ConfirmButton, ExactTime, Facts, Icon, Panel } from '../../../../app-kit/pages/index.ts';
import type { LAYERS, SERVICES } from '../resources.ts';
import type { LayerDetail, ServiceDetail } from '../shapes.ts';
import { act, reportPath } from './api.ts';
import { NewestChecks } from './newest-checks.tsx';
import { OpenIssues } from './open-issues.tsx';
import { UptimeCell } from './uptime-cell.tsx';

type Fact = readonly [string, ReactNode];

/** What the pages of a service and of a layer say of its actions, besides their names. */
export interface ActionMeanings {
  readonly check: string;
  readonly index: string;
  readonly watch: string;
  readonly unwatch: string;
  readonly removeChecks: string;
}

/** What can be done with a service or a layer. What is not watched is not checked either. */
export function CheckedRecordActions(props: {
  readonly list: typeof SERVICES | typeof LAYERS;
  readonly noun: 'service' | 'layer';
  readonly id: string;
  readonly isWatched: boolean;
  readonly meanings: ActionMeanings;
  readonly onDone: (message: string) => void;
}) {
  const { list, noun, id, isWatched, meanings, onDone } = props;
  const run = (action: string) => async () => onDone((await act(list, action, [id])).message);
  return (
    <>
      {isWatched && (
        <ConfirmButton
          label="Check now"
          icon={<Icon name="repeat" />}
          tone="primary"
          title={`Check this ${noun} now?`}
          onConfirm={run('check')}
        >
          <p>{meanings.check}</p>
        </ConfirmButton>
      )}
      <ConfirmButton
        label="Index"
        icon={<Icon name="search" />}
        title={`Index this ${noun}?`}
        onConfirm={run('index')}
      >
        <p>{meanings.index}</p>
      </ConfirmButton>
      <ConfirmButton
        label={isWatched ? 'Stop watching' : 'Watch'}
        icon={<Icon name={isWatched ? 'paused' : 'play'} />}
        title={isWatched ? `Stop watching this ${noun}?` : `Watch this ${noun}?`}
        onConfirm={run(isWatched ? 'unwatch' : 'watch')}
      >
        <p>{isWatched ? meanings.unwatch : meanings.watch}</p>
      </ConfirmButton>
      <ConfirmButton
        label="Remove checks"
        icon={<Icon name="trash" />}
        tone="danger"
        title="Remove all its checks?"
        onConfirm={run('remove-checks')}
      >
        <p>{meanings.removeChecks}</p>
      </ConfirmButton>
      <Link className="ch-button" to={adminPath(reportPath({ [noun]: id }))}>
        <Icon name="warning" />
        Report an issue
      </Link>
    </>
  );
}

/** The parts that the pages of a service and of a layer have in common: what is wrong with it, what it is, and its checks. */
export function CheckedRecordParts(props: {
  readonly record: ServiceDetail | LayerDetail;
  /** The heading of its facts. */
  readonly title: string;
  /** What is said where it has no abstract. */
  readonly withoutText: string;
  /** What else is wrong with it. */
  readonly faults?: ReactNode;
  /** What is shown above its facts. */
  readonly picture?: ReactNode;
  /** Facts of its own. */
  readonly facts: readonly Fact[];
  /** Shown above its checks. */
  readonly children?: ReactNode;
}) {
  const { record, title, withoutText, faults, picture, facts, children } = props;
  const { abstract, state, message, isValid, invalidReason, openIssues, page } = record;
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
        {faults}
        <OpenIssues issues={openIssues} />
        <Panel title="About it">
          <p className="registry-text">{abstract === '' ? withoutText : abstract}</p>
        </Panel>
        {children}
        <NewestChecks checks={record.checks} page={page} />
      </div>
      <Panel title={title}>
        {picture}
        <Facts
          facts={[
            ['Reliability', <UptimeCell key="uptime" uptime={record.uptime} />],
            ['Failures in a row', record.failuresInRow.toLocaleString()],
            ['Last check', record.lastCheck && <ExactTime key="check" moment={record.lastCheck} />],
            ...facts,
            ['Reference systems', record.srs.join(', ')],
            ['Added', <ExactTime key="created" moment={record.created} />],
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
