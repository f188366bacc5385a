import React, { useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import {
  ConfirmButton,
  EmptyState,
  Facts,
  FilterChoice,
  Icon,
  Loaded,
  listPath,
  mayAct,
  Page,
  Panel,
  ProgressBar,
  RelativeTime,
  SharesBar,
  useLive,
  useQuery,
} from '../../../../app-kit/pages/index.ts';
import type { CollectionDetail, CollectionMembers } from '../shapes.ts';
import { act, dataPath } from './api.ts';
import { CollectionDuration } from './duration.tsx';
import { MemberTable } from './member-table.tsx';
import { STATUS_CHOICES } from './states.ts';

/** As the server has it. */
const PAGE_ROWS = 50;

/** One collection, and its members in the order of submission. */
export function CollectionPage({ recordId }: { readonly recordId: string }) {
  const live = useLive<CollectionDetail>(dataPath(`/collections/${recordId}`));
  const [told, setTold] = useState<string | undefined>(undefined);
  const failed = live.data?.statuses.ERROR ?? 0;
  const resubmit = async () => {
    setTold(await act('collections', 'resubmit', [recordId]));
    live.refresh();
  };
  return (
    <Page
      title={`Collection ${recordId.slice(0, 8)}`}
      above={[['Collections', listPath('collections')]]}
      actions={
        mayAct() &&
        failed > 0 && (
          <ConfirmButton
            label="Resubmit what failed"
            icon={<Icon name="repeat" />}
            tone="primary"
            title={`Resubmit ${failed === 1 ? 'the failed member' : `${failed} failed members`}?`}
            onConfirm={resubmit}
          >
            <p>
              Their tasks are sent to the queue again. What the DLCS has accepted already is not handed over
              twice.
            </p>
          </ConfirmButton>
        )
      }
    >
      {told !== undefined && (
        <p className="ch-alert ch-tone-good" role="status">
          {told}
        </p>
      )}
      <Loaded live={live}>
        {(collection) => (
          <Panel title="How far it is">
            <Facts
              facts={[
                ['Members', <SharesBar key="shares" shares={collection.statuses} />],
                [
                  'Pages',
                  collection.pagesTotal > 0 ? (
                    <ProgressBar
                      key="pages"
                      done={collection.pagesDone}
                      total={collection.pagesTotal}
                      label="Pages that are stored"
                    />
                  ) : null,
                ],
                ['Customer', collection.customer],
                ['Submitted', <RelativeTime key="submitted" moment={collection.created} />],
                ['Duration', <CollectionDuration key="duration" collection={collection} />],
                [
                  'Address',
                  <span key="address" className="ch-id">
                    {collection.uri}
                  </span>,
                ],
              ]}
            />
          </Panel>
        )}
      </Loaded>
      <Members collectionId={recordId} />
    </Page>
  );
}

function Members({ collectionId }: { readonly collectionId: string }) {
  const query = useQuery();
  const live = useLive<CollectionMembers>(
    dataPath(`/collections/${collectionId}/members${query.pick('status', 'page')}`),
  );
  return (
    <Panel
      title="Members"
      isFlush
      aside={
        <div className="composite-inline-filter">
          <FilterChoice query={query} name="status" label="Status" choices={STATUS_CHOICES} />
        </div>
      }
    >
      <Loaded live={live}>
        {({ rows, count }) => (
          <>
            {rows.length === 0 ? (
              <EmptyState
                title="No such member"
                icon="search"
                text="No member of this collection stands there."
              />
            ) : (
              <MemberTable rows={rows} isOfOneCollection />
            )}
            <NumberedPager count={count} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function NumberedPager({ count }: { readonly count: number }) {
  const [params] = useSearchParams();
  const page = Math.max(1, Number(params.get('page') ?? 1) || 1);
  const pages = Math.max(1, Math.ceil(count / PAGE_ROWS));
  const to = (next: number) => {
    const changed = new URLSearchParams(params);
    changed.set('page', String(next));
    return `?${changed}`;
  };
  return (
    <nav className="ch-pager" aria-label="Pages of the list">
      <span>
        {count.toLocaleString()} {count === 1 ? 'member' : 'members'}
        {pages > 1 && `, page ${page} of ${pages}`}
      </span>
      <span className="ch-actions">
        {page > 1 && (
          <Link className="ch-button" to={to(page - 1)}>
            Before
          </Link>
        )}
        {page < pages && (
          <Link className="ch-button" to={to(page + 1)}>
            Next
          </Link>
        )}
      </span>
    </nav>
  );
}
