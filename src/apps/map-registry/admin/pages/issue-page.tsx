import React, { useState } from 'react';
import { Link, useNavigate } from 'react-router-dom';
import {
  adminPath,
  ConfirmButton,
  DetailPage,
  EmptyState,
  ExactTime,
  Facts,
  Field,
  FormEnd,
  Labelled,
  Loaded,
  listPath,
  mayAct,
  Page,
  Panel,
  recordPath,
  StateBadge,
  useLive,
  useQuery,
  useSending,
} from '../../../../app-kit/pages/index.ts';
import { ISSUES, LAYERS, SERVICES } from '../resources.ts';
import type { IssueRow } from '../shapes.ts';
import { API, act, useForm } from './api.ts';

const ABOVE = [['Issues', listPath(ISSUES)]] as const;

/** One issue; under the id `new`, the form by which one is reported. */
export function IssuePage({ recordId }: { readonly recordId: string }) {
  return recordId === 'new' ? <ReportPage /> : <KnownIssuePage id={recordId} />;
}

function KnownIssuePage({ id }: { readonly id: string }) {
  const live = useLive<IssueRow>(`${API}/issues/${encodeURIComponent(id)}`, { everySeconds: 10 });
  return (
    <DetailPage
      live={live}
      loadingTitle="Issue"
      titleOf={({ kind }) => kind}
      besideOf={({ state }) => <StateBadge state={state} />}
      aboveOf={() => ABOVE}
      actionsOf={({ state }, onDone) =>
        mayAct() && (
          <ConfirmButton
            label={state === 'open' ? 'Resolve' : 'Reopen'}
            tone="primary"
            title={state === 'open' ? 'Resolve this issue?' : 'Reopen this issue?'}
            onConfirm={async () =>
              onDone((await act(ISSUES, state === 'open' ? 'resolve' : 'reopen', [id])).message)
            }
          >
            <p>
              {state === 'open'
                ? 'Its layers come back into the search, unless another issue is open.'
                : 'Its layers are removed from the search.'}
            </p>
          </ConfirmButton>
        )
      }
      gone={{ title: 'No such issue', text: 'It is not stored here.' }}
    >
      {({ about, description, created, resolved }) => (
        <Panel title="Issue">
          <Facts
            facts={[
              [
                about.list === 'layer' ? 'Layer' : 'Service',
                <Link
                  key="about"
                  className="ch-plain-link"
                  to={adminPath(recordPath(about.list === 'layer' ? LAYERS : SERVICES, about.id))}
                >
                  {about.title}
                </Link>,
              ],
              ['Description', description === '' ? null : description],
              ['Reported', <ExactTime key="created" moment={created} />],
              ['Resolved', resolved && <ExactTime key="resolved" moment={resolved} />],
            ]}
          />
        </Panel>
      )}
    </DetailPage>
  );
}

function ReportPage() {
  const form = useForm();
  return (
    <Page title="Report an issue" lede="Its layers are not in the search while it is open." above={ABOVE}>
      {mayAct() ? (
        <Loaded live={form}>{({ id }) => <ReportForm formId={id} />}</Loaded>
      ) : (
        <EmptyState title="Your role cannot report issues" text="Operators and superusers can." />
      )}
    </Page>
  );
}

function ReportForm({ formId }: { readonly formId: string }) {
  const query = useQuery();
  const navigate = useNavigate();
  const [kind, setKind] = useState('');
  const [description, setDescription] = useState('');
  const sending = useSending(async () => {
    const about = { service: query.get('service'), layer: query.get('layer') };
    const { created = '' } = await act(ISSUES, 'report', [formId], { ...about, kind, description });
    navigate(adminPath(recordPath(ISSUES, created)));
  });
  return (
    <form onSubmit={sending.onSubmit}>
      <Panel title="What is wrong">
        <div className="ch-fields">
          <Field
            label="Kind"
            hint="Wrong place, no picture, copyright…"
            isRequired
            value={kind}
            onValue={setKind}
          />
          <Labelled label="Description" isWide>
            {(described) => (
              <textarea
                {...described}
                className="ch-input registry-lines"
                rows={5}
                value={description}
                onChange={(event) => setDescription(event.target.value)}
              />
            )}
          </Labelled>
        </div>
      </Panel>
      <FormEnd sending={sending} label="Report" />
    </form>
  );
}
