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
  StateBadge,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import { ITEMS } from '../resources.ts';
import type { ItemDetail } from '../shapes.ts';
import { STAGE_LABELS } from '../stage-labels.ts';
import { API, actOnItems, itemPath, productPath } from './api.ts';
import { AttemptTimeline } from './attempt-timeline.tsx';
import { PushPage } from './push-page.tsx';

/** One item; under the id `new`, the form by which paths are pushed. */
export function ItemPage({ recordId }: { readonly recordId: string }) {
  return recordId === 'new' ? <PushPage /> : <KnownItemPage id={recordId} />;
}

function KnownItemPage({ id }: { readonly id: string }) {
  const live = useLive<ItemDetail>(`${API}/items/${encodeURIComponent(id)}`, { everySeconds: 1 });
  return (
    <DetailPage
      live={live}
      loadingTitle="Item"
      titleOf={({ stage, path }) => `${STAGE_LABELS[stage]}: ${path}`}
      besideOf={({ state }) => <StateBadge state={state} />}
      aboveOf={() => [['Items', listPath(ITEMS)]]}
      actionsOf={(item, onDone) => <ItemActions item={item} onDone={onDone} />}
      gone={{ title: 'No such item', text: 'It is not stored here.' }}
    >
      {(item) => <ItemParts item={item} />}
    </DetailPage>
  );
}

function ItemActions(props: { readonly item: ItemDetail; readonly onDone: (message: string) => void }) {
  const { item, onDone } = props;
  if (!mayAct()) return null;
  const { id, state, attempts } = item;
  const isWaiting = attempts.some((attempt) => attempt.state === 'waiting');
  return (
    <>
      {!isWaiting && (
        <ConfirmButton
          label="Push again"
          icon={<Icon name="repeat" />}
          tone="primary"
          title="Push this item again?"
          onConfirm={async () => onDone(await actOnItems('push-again', [id]))}
        >
          <p>
            {state === 'running'
              ? 'It is in work now, and waits for its stage again when that is over.'
              : 'It waits for its stage once more, at the end of the queue.'}
          </p>
        </ConfirmButton>
      )}
      <ConfirmButton
        label="Push to the front"
        icon={<Icon name="play" />}
        title="Push this item to the front?"
        onConfirm={async () => onDone(await actOnItems('push-first', [id]))}
      >
        <p>It waits for its stage, and is taken before everything that waits now.</p>
      </ConfirmButton>
      {isWaiting && (
        <ConfirmButton
          label="Withdraw"
          icon={<Icon name="stopped" />}
          tone="danger"
          title="Withdraw this item?"
          onConfirm={async () => onDone(await actOnItems('withdraw', [id]))}
        >
          <p>It is taken out of the queue. Push it again when it shall be done after all.</p>
        </ConfirmButton>
      )}
    </>
  );
}

function ItemParts({ item }: { readonly item: ItemDetail }) {
  const { state, reason, attempts, attemptCount, metadata } = item;
  return (
    <>
      <div className="ch-columns">
        <div>
          {state === 'failed' && reason !== null && (
            <Panel title="Why it failed" tone="bad">
              <p className="view-server-reason">{reason}</p>
            </Panel>
          )}
          <Panel title="Attempts" aside={<span className="ch-muted">The newest first</span>}>
            <AttemptTimeline attempts={attempts} />
            {attemptCount > attempts.length && (
              <p className="ch-muted">
                {(attemptCount - attempts.length).toLocaleString()} earlier ones are not shown.
              </p>
            )}
          </Panel>
        </div>
        <Panel title="Item">
          <Facts facts={factsOf(item)} />
        </Panel>
      </div>
      {metadata !== null && (
        <Panel title="Metadata it was pushed with">
          <pre className="ch-pre">{metadata}</pre>
        </Panel>
      )}
    </>
  );
}

function factsOf(item: ItemDetail): readonly (readonly [string, React.ReactNode])[] {
  const { product, otherStages } = item;
  return [
    ['Stage', STAGE_LABELS[item.stage]],
    [
      'Path',
      <span key="path" className="ch-id">
        {item.path}
      </span>,
    ],
    ['Collection', item.collection],
    ['Attempts', item.attemptCount.toLocaleString()],
    ['First pushed', <ExactTime key="created" moment={item.created} />],
    [
      'Other stages',
      otherStages.length === 0 ? null : (
        <ul key="stages" className="view-server-stages">
          {otherStages.map(({ id, stage, state }) => (
            <li key={id}>
              <Link className="ch-plain-link" to={adminPath(itemPath(id))}>
                {STAGE_LABELS[stage]}
              </Link>{' '}
              <StateBadge state={state} />
            </li>
          ))}
        </ul>
      ),
    ],
    [
      'Product',
      product && (
        <Link key="product" className="ch-plain-link" to={adminPath(productPath(product.id))}>
          {product.identifier}
        </Link>
      ),
    ],
  ];
}
