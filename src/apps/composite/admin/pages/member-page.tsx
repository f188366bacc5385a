import React, { useState } from 'react';
import {
  DetailPage,
  ExactTime,
  Facts,
  JsonView,
  listPath,
  Panel,
  ProgressBar,
  RelativeTime,
  recordPath,
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import type { MemberDetail } from '../shapes.ts';
import { dataPath } from './api.ts';
import { MemberActions } from './member-actions.tsx';
import { MemberBatches } from './member-batches.tsx';
import { nameOfMember } from './member-columns.tsx';
import { MemberOrigin } from './member-origin.tsx';
import { MemberTasks } from './member-tasks.tsx';
import { MemberTimeline } from './member-timeline.tsx';
import { PagePreviews } from './page-previews.tsx';

/** One member: what became of its PDF, why, and what can be done about it. */
export function MemberPage({ recordId }: { readonly recordId: string }) {
  const live = useLive<MemberDetail>(dataPath(`/members/${recordId}`), { everySeconds: 3 });
  return (
    <DetailPage
      live={live}
      loadingTitle={`Member ${recordId.slice(0, 8)}`}
      titleOf={nameOfMember}
      besideOf={({ status }) => <StateBadge state={status} />}
      aboveOf={(member) =>
        member === undefined
          ? [['Members', listPath('members')]]
          : [
              ['Collections', listPath('collections')],
              [
                `Collection ${member.collectionId.slice(0, 8)}`,
                recordPath('collections', member.collectionId),
              ],
            ]
      }
      actionsOf={(member, onDone) => <MemberActions member={member} onDone={onDone} />}
      gone={{ title: 'This member no longer exists', text: 'It was deleted, or its collection was.' }}
    >
      {(member) => (
        <>
          <MemberParts member={member} />
          <MemberJson member={member} />
        </>
      )}
    </DetailPage>
  );
}

function MemberParts({ member }: { readonly member: MemberDetail }) {
  const { error, stack, warnings, pagesTotal, pagesDone, status } = member;
  const isUnderWay = pagesTotal !== null && !['PENDING', 'COMPLETED', 'ERROR'].includes(status);
  return (
    <div className="ch-columns">
      <div>
        {error !== null && (
          <Panel title="Why it failed" tone="bad">
            <p className="composite-error">{error}</p>
            {stack !== null && (
              <details className="composite-stack">
                <summary>Where in the code</summary>
                <pre className="ch-pre">{stack}</pre>
              </details>
            )}
          </Panel>
        )}
        {warnings.length > 0 && (
          <Panel title="What is missing on its pages">
            <ul className="composite-warnings">
              {warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </Panel>
        )}
        {isUnderWay && (
          <Panel title="Progress">
            <ProgressBar done={pagesDone} total={pagesTotal} label="Pages that are stored" />
          </Panel>
        )}
        <PagePreviews member={member} />
        <MemberBatches member={member} />
        <MemberTasks tasks={member.tasks} />
      </div>
      <div>
        <Panel title="Timeline">
          <MemberTimeline member={member} />
        </Panel>
        <Panel title="Details">
          <Facts
            facts={[
              ['Customer', member.customer],
              ['Number', `${member.number.toLocaleString()} of its collection`],
              ['Composite id', member.compositeId],
              ['Origin', <MemberOrigin key="origin" member={member} />],
              ['Pages', pagesTotal?.toLocaleString() ?? null],
              ['Submitted', <ExactTime key="created" moment={member.created} />],
              ['Updated', <RelativeTime key="updated" moment={member.lastUpdated} />],
              [
                'Id',
                <span key="id" className="ch-id">
                  {member.id}
                </span>,
              ],
            ]}
          />
        </Panel>
      </div>
    </div>
  );
}

function MemberJson({ member }: { readonly member: MemberDetail }) {
  const [shown, setShown] = useState<'body' | 'composite'>('body');
  const tab = (name: 'body' | 'composite', label: string) => (
    <button type="button" role="tab" aria-selected={shown === name} onClick={() => setShown(name)}>
      {label}
    </button>
  );
  return (
    <Panel
      title="As JSON"
      aside={
        <div className="ch-tabs" role="tablist" aria-label="Which JSON">
          {tab('body', 'As the API shows it')}
          {tab('composite', 'As submitted')}
        </div>
      }
    >
      <div role="tabpanel" aria-label={shown === 'body' ? 'As the API shows it' : 'As submitted'}>
        <JsonView key={shown} value={member[shown]} />
      </div>
    </Panel>
  );
}
