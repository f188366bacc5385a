import React, { useState } from 'react';
import {
  ConfirmButton,
  EmptyState,
  Field,
  FormEnd,
  ListPanel,
  type ListParts,
  Loaded,
  mayAct,
  OutsideLink,
  Page,
  Panel,
  Said,
  useQuery,
  useSaid,
  useSending,
} from '../../../../app-kit/pages/index.ts';
import { CATALOGS } from '../resources.ts';
import type { CatalogRow } from '../shapes.ts';
import { API, act, useForm } from './api.ts';

/** The catalogues: services and layers that are searched together. */
export function CatalogsPage() {
  const query = useQuery();
  const said = useSaid();
  const form = useForm();
  const [version, setVersion] = useState(0);
  const onDone = (message: string) => {
    said.say(message);
    // A form is sent once.
    form.refresh();
    setVersion(version + 1);
  };
  return (
    <Page
      title="Catalogues"
      lede="Services and layers that are searched together. Searches of a remote one are forwarded."
    >
      <Said said={said.text} />
      <ListPanel key={version} parts={partsOf(onDone)} query={query} />
      {mayAct() && (
        <Loaded live={form}>{({ id }) => <NewCatalog key={id} formId={id} onDone={onDone} />}</Loaded>
      )}
    </Page>
  );
}

function partsOf(onDone: (message: string) => void): ListParts<CatalogRow> {
  return {
    path: `${API}/catalogs`,
    heading: 'By age',
    noun: { one: 'catalogue', many: 'catalogues' },
    columns: [
      {
        label: 'Name',
        isWide: true,
        cell: ({ slug, name }) => (
          <a className="ch-plain-link" href={`/registry/${slug}/search/`}>
            {name}
          </a>
        ),
      },
      { label: 'Slug', cell: ({ slug }) => slug },
      {
        label: 'Remote',
        isWide: true,
        cell: ({ url }) => (url === null ? <span className="ch-none">–</span> : <OutsideLink url={url} />),
      },
      {
        label: 'Actions',
        cell: ({ id, name }) =>
          mayAct() && (
            <ConfirmButton
              label="Delete"
              tone="danger"
              title={`Delete the catalogue "${name}"?`}
              onConfirm={async () => onDone((await act(CATALOGS, 'delete', [id])).message)}
            >
              <p>Only a catalogue without endpoints and services can be deleted.</p>
            </ConfirmButton>
          ),
      },
    ],
    titleOf: ({ name }) => name,
    filters: [],
    empty: <EmptyState title="No catalogue" text="Create one, so that endpoints have a place." />,
    noMatch: '',
    everySeconds: 30,
  };
}

function NewCatalog(props: { readonly formId: string; readonly onDone: (message: string) => void }) {
  const { formId, onDone } = props;
  const [name, setName] = useState('');
  const [slug, setSlug] = useState('');
  const [url, setUrl] = useState('');
  const sending = useSending(async () => {
    onDone((await act(CATALOGS, 'create', [formId], { name, slug, url })).message);
  });
  return (
    <form onSubmit={sending.onSubmit}>
      <Panel title="New catalogue">
        <div className="ch-fields">
          <Field label="Name" isRequired value={name} onValue={setName} />
          <Field
            label="Slug"
            hint="Part of its addresses. Default: made of the name."
            value={slug}
            onValue={setSlug}
          />
          <Field
            label="URL"
            hint="Of the search of a remote catalogue. Default: none."
            value={url}
            onValue={setUrl}
          />
        </div>
      </Panel>
      <FormEnd sending={sending} label="Create catalogue" />
    </form>
  );
}
