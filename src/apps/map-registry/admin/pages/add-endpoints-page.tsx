import React, { useState } from 'react';
import { Link } from 'react-router-dom';
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
  Said,
  useSaid,
  useSending,
} from '../../../../app-kit/pages/index.ts';
import { ENDPOINTS } from '../resources.ts';
import type { RegistryForm } from '../shapes.ts';
import { act, useForm } from './api.ts';

/** The server takes no larger list here. */
const MOST_BYTES = 180_000;

/** The form by which an operator adds endpoints: typed, pasted, or from a file. */
export function AddEndpointsPage() {
  const form = useForm();
  return (
    <Page
      title="Add endpoints"
      lede="Each address is looked at once, and the services that are there are added."
      above={[['Endpoints', listPath(ENDPOINTS)]]}
    >
      {mayAct() ? (
        <Loaded live={form}>{(known) => <AddForm form={known} />}</Loaded>
      ) : (
        <EmptyState title="Your role cannot add endpoints" text="Operators and superusers can." />
      )}
    </Page>
  );
}

function AddForm({ form }: { readonly form: RegistryForm }) {
  const [urls, setUrls] = useState('');
  const [name, setName] = useState('');
  const [catalog, setCatalog] = useState(form.catalogs[0]?.slug ?? '');
  const [isGreedy, setGreedy] = useState(false);
  const said = useSaid();
  const sending = useSending(async () => {
    const { message } = await act(ENDPOINTS, 'add', [form.id], { urls, name, catalog, isGreedy });
    said.say(message);
    setUrls('');
  });
  const open = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MOST_BYTES) {
      sending.setFault('The file is larger than 180 kB. Post it to the API, or split it.');
      return;
    }
    setName(file.name);
    setUrls(await file.text());
  };
  return (
    <form onSubmit={sending.onSubmit}>
      <Said said={said.text} />
      {said.text !== undefined && (
        <p>
          <Link className="ch-plain-link" to={adminPath(listPath(ENDPOINTS))}>
            See what is found at them
          </Link>
        </p>
      )}
      <Panel title="Addresses">
        <div className="ch-fields">
          <Labelled
            label="Addresses"
            hint="One a line, with http or https. Lines that begin with # are left out."
            isWide
          >
            {(described) => (
              <textarea
                {...described}
                className="ch-input registry-lines"
                rows={8}
                required
                spellCheck={false}
                value={urls}
                onChange={(event) => setUrls(event.target.value)}
              />
            )}
          </Labelled>
          <Labelled label="From a file" hint="A text file with one address a line, of 180 kB at most.">
            {(described) => (
              <input
                {...described}
                type="file"
                accept=".txt,text/plain"
                onChange={(event) => void open(event.target.files?.[0])}
              />
            )}
          </Labelled>
          <Choice
            label="Catalogue"
            value={catalog}
            onValue={setCatalog}
            choices={form.catalogs.map((each) => [each.slug, each.name])}
          />
          <div className="ch-field">
            <label className="registry-yes">
              <input
                type="checkbox"
                checked={isGreedy}
                onChange={(event) => setGreedy(event.target.checked)}
              />
              All folders and services of Esri servers
            </label>
            <small className="ch-hint">Otherwise only the service that the address names.</small>
          </div>
        </div>
      </Panel>
      <FormEnd sending={sending} label="Add endpoints" />
    </form>
  );
}
