import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  ConfirmButton,
  Facts,
  Loaded,
  mayAct,
  Page,
  Panel,
  recordPath,
  Said,
  useLive,
  useSaid,
} from '../../../../app-kit/pages/index.ts';
import { LAYERS, REGISTRY_TASKS } from '../resources.ts';
import type { RegistryState } from '../shapes.ts';
import { API, act, useForm } from './api.ts';

/** The tasks of the whole registry: what each does, and whether it takes something away. */
const TASKS: readonly (readonly [name: string, label: string, meaning: string, isDanger?: true])[] = [
  ['check_all', 'Check all', 'All services and their layers are checked, spread over the period.'],
  ['index_all', 'Index all', 'All layers are noted for the index.'],
  ['index_cached', 'Index what is noted', 'The layers that are noted are indexed now.'],
  ['remove_index', 'Remove issues', 'Layers with open issues are removed from the index.'],
  [
    'drop_cached',
    'Forget what is noted',
    'Which layers are noted for the index is forgotten. They are indexed after their next check.',
    true,
  ],
  ['clear_index', 'Empty the index', 'The search finds nothing until layers are indexed again.', true],
];

/** What waits for the index, and the tasks of the whole registry. */
export function RegistryTasksPage() {
  const live = useLive<RegistryState>(`${API}/state`, { everySeconds: 3 });
  const form = useForm();
  const said = useSaid();
  return (
    <Page
      title="Whole registry"
      lede="What waits for the index, and tasks that go over all services or layers."
    >
      <Said said={said.text} />
      <Loaded live={live}>{(state) => <StateParts state={state} />}</Loaded>
      {mayAct() && (
        <Panel title="Tasks">
          <Loaded live={form}>
            {({ id }) => (
              <div className="registry-tasks">
                {TASKS.map(([name, label, meaning, isDanger]) => (
                  <div key={name} className="registry-task">
                    <span>{meaning}</span>
                    <ConfirmButton
                      label={label}
                      tone={isDanger ? 'danger' : 'primary'}
                      title={`${label}?`}
                      onConfirm={async () => {
                        said.say((await act(REGISTRY_TASKS, name, [id])).message);
                        live.refresh();
                      }}
                    >
                      <p>{meaning}</p>
                    </ConfirmButton>
                  </div>
                ))}
              </div>
            )}
          </Loaded>
        </Panel>
      )}
    </Page>
  );
}

function StateParts({ state: { toIndex, toRemove, refused } }: { readonly state: RegistryState }) {
  const inWords = ({ count, isEstimated }: RegistryState['toIndex']) =>
    `${isEstimated ? 'about ' : ''}${count.toLocaleString()}`;
  return (
    <>
      <Panel title="The index">
        <Facts
          facts={[
            ['Layers to index', inWords(toIndex)],
            ['Layers to remove', inWords(toRemove)],
          ]}
        />
      </Panel>
      {refused.length > 0 && (
        <Panel title="Layers that the search engine refused" tone="bad">
          <ul className="registry-list">
            {refused.map(({ id, title, refusal }) => (
              <li key={id}>
                <Link className="ch-plain-link" to={adminPath(recordPath(LAYERS, id))}>
                  {title}
                </Link>
                : {refusal}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
