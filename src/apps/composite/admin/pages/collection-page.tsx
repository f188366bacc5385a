import React from 'react';
import {
  ConfirmButton,
  DetailPage,
  EmptyState,
  Facts,
  FilterChoice,
  Icon,
  ListPanel,
  listPath,
  mayAct,
  Panel,
  ProgressBar,
  RelativeTime,
  SharesBar,
  useLive,
  useQuery,
} from '../../../../app-kit/pages/index.ts';
import type { CollectionDetail, MemberRow } from '../shapes.ts';
import { act, dataPath } from './api.ts';
import { CollectionDuration } from './duration.tsx';
import { MEMBERS } from './member-bulk-actions.ts';
import { COLUMNS_IN_COLLECTION, nameOfMember } from './member-columns.tsx';
import { STATUS_CHOICES } from './states.ts';

/** One collection, and its members in the order of submission. */
export function CollectionPage({ recordId }: { readonly recordId: string }) {
  const live = useLive<CollectionDetail>(dataPath(`/collections/${recordId}`));
  const title = `Collection ${recordId.slice(0, 8)}`;
  return (
    <DetailPage
      live={live}
      loadingTitle={title}
      titleOf={() => title}
      aboveOf={() => [['Collections', listPath('collections')]]}
      actionsOf={({ statuses }, onDone) => (
        <ResubmitFailed
          count={statuses.ERROR ?? 0}
          onConfirm={async () => onDone(await act('collections', 'resubmit', [recordId]))}
        />
      )}
      gone={{ title: 'This collection no longer exists', text: 'It was deleted.' }}
    >
      {(collection) => (
        <>
          <Progress collection={collection} />
          <Members collectionId={recordId} />
        </>
      )}
    </DetailPage>
  );
}

function ResubmitFailed(props: { readonly count: number; readonly onConfirm: () => Promise<void> }) {
  const { count, onConfirm } = props;
  if (!mayAct() || count === 0) return null;
  return (
    <ConfirmButton
      label="Resubmit what failed"
      icon={<Icon name="repeat" />}
      tone="primary"
      title={`Resubmit ${count === 1 ? 'the failed member' : `${count} failed members`}?`}
      onConfirm={onConfirm}
    >
      <p>
        Their tasks are sent to the queue again. What the DLCS has accepted already is not handed over twice.
      </p>
    </ConfirmButton>
  );
}

function Progress({ collection }: { readonly collection: CollectionDetail }) {
  const { statuses, pagesDone, pagesTotal, customer, created, uri } = collection;
  return (
    <Panel title="Progress">
      <Facts
        facts={[
          ['Members', <SharesBar key="shares" shares={statuses} />],
          [
            'Pages',
            pagesTotal > 0 ? (
              <ProgressBar key="pages" done={pagesDone} total={pagesTotal} label="Pages that are stored" />
            ) : null,
          ],
          ['Customer', customer],
          ['Submitted', <RelativeTime key="submitted" moment={created} />],
          ['Duration', <CollectionDuration key="duration" collection={collection} />],
          [
            'Address',
            <span key="address" className="ch-id">
              {uri}
            </span>,
          ],
        ]}
      />
    </Panel>
  );
}

function Members({ collectionId }: { readonly collectionId: string }) {
  const query = useQuery();
  return (
    <ListPanel<MemberRow>
      query={query}
      parts={{
        path: dataPath(`/collections/${collectionId}/members`),
        heading: 'Members',
        noun: MEMBERS,
        columns: COLUMNS_IN_COLLECTION,
        titleOf: nameOfMember,
        filters: ['status'],
        empty: <EmptyState title="No members" text="This collection has none, or they were deleted." />,
        noMatch: 'No member of this collection has this status.',
        aside: (
          <span className="composite-inline-filter">
            <FilterChoice query={query} name="status" label="Status" choices={STATUS_CHOICES} />
          </span>
        ),
      }}
    />
  );
}
