import React, { useState } from 'react';
import {
  Choice,
  ConfirmButton,
  EmptyState,
  Field,
  Loaded,
  listPath,
  mayAct,
  Page,
  Panel,
  Said,
  useSaid,
} from '../../../../app-kit/pages/index.ts';
import { TILES } from '../resources.ts';
import type { ViewServerForm } from '../shapes.ts';
import { sendForm, useForm } from './api.ts';

/** The form by which an operator removes tiles. */
export function PurgePage() {
  const form = useForm();
  return (
    <Page
      title="Purge tiles"
      lede="Tiles that were purged are drawn again when they are requested. Registering a product purges its own place by itself."
      above={[['Tile cache', listPath(TILES)]]}
    >
      {mayAct() ? (
        <Loaded live={form}>{(known) => <PurgeForm form={known} />}</Loaded>
      ) : (
        <EmptyState title="Your role cannot purge tiles" text="Operators and superusers can." />
      )}
    </Page>
  );
}

function PurgeForm({ form: { id, collections } }: { readonly form: ViewServerForm }) {
  const [values, setValues] = useState({ collection: '', box: '', from: '', to: '' });
  const said = useSaid();
  const set = (name: keyof typeof values) => (value: string) =>
    setValues((now) => ({ ...now, [name]: value }));
  const isWhole = values.box === '' && values.from === '' && values.to === '';
  const title = collections.find((each) => each.id === values.collection)?.title ?? 'all collections';
  return (
    <>
      <Said said={said.text} />
      <Panel title="Which tiles">
        <div className="ch-fields">
          <Choice
            label="Collection"
            value={values.collection}
            onValue={set('collection')}
            choices={[['', 'All'], ...collections.map((each) => [each.id, each.title] as const)]}
          />
          <Field
            label="Box"
            hint="West, south, east, north in degrees: 12.5, 41.8, 12.6, 41.9. Default: the whole world."
            value={values.box}
            onValue={set('box')}
          />
          <Field
            label="From"
            hint="Of the time that tiles show, in UTC: 2026-06-01. Default: all time."
            value={values.from}
            onValue={set('from')}
          />
          <Field
            label="To"
            hint="2026-07-01, or 2026-06-30T12:00:00Z. Default: all time."
            value={values.to}
            onValue={set('to')}
          />
        </div>
      </Panel>
      <div className="ch-actions ch-form-end">
        <ConfirmButton
          label="Purge tiles"
          tone="danger"
          title="Purge these tiles?"
          onConfirm={async () => {
            const { message } = await sendForm('purge', id, values);
            said.say(message);
          }}
        >
          <p>
            {isWhole
              ? `All tiles of ${title} are removed.`
              : `Tiles of ${title} that meet the box and the interval are removed.`}{' '}
            Until they are drawn again, requests take longer.
          </p>
        </ConfirmButton>
      </div>
    </>
  );
}
