import React from 'react';
import { useNavigate } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  Loaded,
  listPath,
  mayAct,
  Page,
  recordPath,
  useLive,
} from '../../../../app-kit/pages/index.ts';
import type { OrderForm } from '../shapes.ts';
import { order } from './api.ts';
import { OrderFields } from './order-fields.tsx';

const ABOVE = [
  ['Pull queues', listPath('pull-queues')],
  ['Pull tasks', listPath('pull-tasks')],
] as const;

/** Forms are not read again while they are filled in. */
const ONCE = { everySeconds: 3_600 } as const;

/** The form by which an operator orders a worksheet; the page of the order follows. */
export function OrderPage() {
  const form = useLive<OrderForm>('/api/apps/render/order-form', ONCE);
  const navigate = useNavigate();
  return (
    <Page
      title="Order a worksheet"
      lede="The order goes into a pull queue, as an order of a client does. Its result goes there too."
      above={ABOVE}
    >
      <Loaded live={form}>
        {(known) => {
          const obstacle = obstacleOf(known);
          if (obstacle) return <EmptyState {...obstacle} />;
          return (
            <OrderFields
              form={known}
              onOrder={async (queueId, input) => {
                const id = await order(queueId, input);
                navigate(adminPath(recordPath('pull-tasks', id)));
              }}
            />
          );
        }}
      </Loaded>
    </Page>
  );
}

function obstacleOf({ queues }: OrderForm) {
  if (!mayAct()) return { title: 'Your role cannot order', text: 'Operators and superusers can.' };
  if (queues.length > 0) return undefined;
  return { title: 'No queue is rendered', text: 'Set RENDER_QUEUES to the queues to render: project/queue.' };
}
