import React from 'react';
import { useNavigate } from 'react-router-dom';
import {
  adminPath,
  EmptyState,
  Loaded,
  listPath,
  mayAct,
  Page,
  useLive,
  useQuery,
} from '../../../../app-kit/pages/index.ts';
import { ACTION_FORMS } from '../request-fields.ts';
import type { RefreshDetail, RequestForm } from '../shapes.ts';
import { refreshPath, requestRefresh } from './api.ts';
import { CountComparisonPanel } from './count-comparison-panel.tsx';
import { RequestFields } from './request-fields-form.tsx';

/** Forms are not read again while they are filled in. */
const ONCE = { everySeconds: 3_600 } as const;

const ABOVE = [['Refreshes', listPath('refreshes')]] as const;

/** The form by which an operator requests any action; the page of the refresh follows. The address may fill it in. */
export function RequestPage() {
  const query = useQuery();
  const navigate = useNavigate();
  const form = useLive<RequestForm>('/api/apps/ingestion/request-form', ONCE);
  const from = query.get('from');
  const origin = useLive<RefreshDetail>(
    from === '' ? undefined : `/api/apps/ingestion/refreshes/${encodeURIComponent(from)}`,
    ONCE,
  );
  return (
    <Page
      title="Request a refresh"
      lede="It does what a request to the API does. One refresh of a model runs at a time; others wait."
      above={ABOVE}
    >
      {mayAct() ? (
        <Loaded live={form}>
          {(known) => (
            <RequestFields
              form={known}
              start={startOf(query.get)}
              onRequest={async (input) => {
                const { id } = await requestRefresh(known.id, input);
                navigate(adminPath(refreshPath(id)));
              }}
            />
          )}
        </Loaded>
      ) : (
        <EmptyState title="Your role cannot request refreshes" text="Operators and superusers can." />
      )}
      {from !== '' && (
        <Loaded live={origin}>
          {({ canBePromoted, comparison }) =>
            canBePromoted && comparison && <CountComparisonPanel comparison={comparison} />
          }
        </Loaded>
      )}
    </Page>
  );
}

/** What the address fills in. */
function startOf(get: (name: string) => string): Readonly<Record<string, string>> {
  const names = [
    'action',
    'model',
    ...new Set(ACTION_FORMS.flatMap(({ fields }) => fields.map(({ name }) => name))),
  ];
  return Object.fromEntries(names.map((name) => [name, get(name)]).filter(([, value]) => value !== ''));
}
