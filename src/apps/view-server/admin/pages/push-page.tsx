import React, { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import {
  adminPath,
  Choice,
  EmptyState,
  FormEnd,
  Labelled,
  Loaded,
  listPath,
  mayAct,
  Page,
  Panel,
  useQuery,
  useSending,
} from '../../../../app-kit/pages/index.ts';
import { STAGES } from '../../stages/stage-names.ts';
import { ITEMS } from '../resources.ts';
import type { ViewServerForm } from '../shapes.ts';
import { STAGE_LABELS } from '../stage-labels.ts';
import { itemPath, sendForm, useForm } from './api.ts';

const HINTS: Readonly<Record<string, string>> = {
  preprocess: 'Paths of packages in the place where packages are, one a line: packages/scene-1.tar',
  register: 'Paths of preprocessed packages, one a line. The files of a package are below its path.',
  seed: 'Intervals, one a line: 2026-06-01T00:00:00Z/2026-07-01T00:00:00Z',
};

/** The form by which an operator pushes paths to a stage. */
export function PushPage() {
  const form = useForm();
  return (
    <Page
      title="Push"
      lede="It does what LPUSH of a Redis client does. A path that waits already stays one item."
      above={[['Items', listPath(ITEMS)]]}
    >
      {mayAct() ? (
        <Loaded live={form}>{(known) => <PushForm form={known} />}</Loaded>
      ) : (
        <EmptyState title="Your role cannot push" text="Operators and superusers can." />
      )}
    </Page>
  );
}

function PushForm({ form }: { readonly form: ViewServerForm }) {
  const query = useQuery();
  const navigate = useNavigate();
  const [stage, setStage] = useState(query.get('stage') || 'preprocess');
  const [collection, setCollection] = useState('');
  const [paths, setPaths] = useState('');
  const [isUrgent, setUrgent] = useState(false);
  const sending = useSending(async () => {
    const { created } = await sendForm('push', form.id, { stage, collection, paths, isUrgent });
    navigate(adminPath(created === undefined ? `${listPath(ITEMS)}?stage=${stage}` : itemPath(created)));
  });
  return (
    <form onSubmit={sending.onSubmit}>
      <Panel title="What">
        <div className="ch-fields">
          <Choice
            label="Stage"
            value={stage}
            onValue={setStage}
            choices={STAGES.map((each) => [each, STAGE_LABELS[each]])}
          />
          <Choice
            label="Collection"
            hint="It counts for paths that are new. Default: the one that a path belongs to."
            value={collection}
            onValue={setCollection}
            choices={[['', 'By the path'], ...form.collections.map(({ id, title }) => [id, title] as const)]}
          />
          <Labelled label="Paths" hint={HINTS[stage]} isWide>
            {(described) => (
              <textarea
                {...described}
                className="ch-input view-server-paths"
                rows={6}
                required
                spellCheck={false}
                value={paths}
                onChange={(event) => setPaths(event.target.value)}
              />
            )}
          </Labelled>
          <div className="ch-field">
            <label className="view-server-yes">
              <input
                type="checkbox"
                checked={isUrgent}
                onChange={(event) => setUrgent(event.target.checked)}
              />
              To the front
            </label>
            <small className="ch-hint">They are taken before everything that waits, as with RPUSH.</small>
          </div>
        </div>
      </Panel>
      <FormEnd sending={sending} label="Push" />
    </form>
  );
}
