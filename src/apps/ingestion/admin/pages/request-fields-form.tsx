import React, { useId, useState } from 'react';
import { Choice, Field, FormEnd, Labelled, Panel, useSending } from '../../../../app-kit/pages/index.ts';
import { ACTION_FORMS, type ActionForm, type RequestField } from '../request-fields.ts';
import type { RequestForm } from '../shapes.ts';
import type { RequestInput } from './api.ts';

/** The fields of a request: the action, the model, and what the action needs. */
export function RequestFields(props: {
  readonly form: RequestForm;
  /** What is filled in at first. */
  readonly start: Readonly<Record<string, string>>;
  readonly onRequest: (input: RequestInput) => Promise<void>;
}) {
  const { form, start, onRequest } = props;
  const [values, setValues] = useState<RequestInput>({ model: form.models[0] ?? '', ...start });
  const chosen = formOf(values['action']);
  const set = (name: string, value: string | boolean) => setValues((now) => ({ ...now, [name]: value }));
  const sending = useSending(async () => {
    await onRequest(inputOf(chosen, values));
  });
  return (
    <form onSubmit={sending.onSubmit}>
      <Panel title="What">
        <div className="ch-fields">
          <Choice
            label="Action"
            hint={chosen.meaning}
            value={chosen.action}
            onValue={(value) => set('action', value)}
            choices={ACTION_FORMS.map(({ action, label }) => [action, label])}
          />
          <Choice
            label="Model"
            value={String(values['model'])}
            onValue={(value) => set('model', value)}
            choices={form.models.map((model) => [model, model])}
          />
          {chosen.fields.map((field) => (
            <RequestFieldControl
              key={`${chosen.action} ${field.name}`}
              field={field}
              value={values[field.name] ?? ''}
              suggestions={suggestionsOf(field, form, String(values['model']))}
              onValue={(value) => set(field.name, value)}
            />
          ))}
          <Field
            label="Callback"
            hint="A URL that is called when the refresh has ended. Default: none."
            value={String(values['callback_url'] ?? '')}
            onValue={(value) => set('callback_url', value)}
          />
        </div>
      </Panel>
      <FormEnd sending={sending} label={chosen.label} />
    </form>
  );
}

function RequestFieldControl(props: {
  readonly field: RequestField;
  readonly value: string | boolean;
  readonly suggestions: readonly string[];
  readonly onValue: (value: string | boolean) => void;
}) {
  const { field, value, suggestions, onValue } = props;
  const { label, hint, kind, isRequired } = field;
  const listId = useId();
  if (kind === 'yes') {
    return (
      <div className="ch-field ingestion-yes">
        <label>
          <input
            type="checkbox"
            checked={value === true}
            onChange={(event) => onValue(event.target.checked)}
          />
          {label}
        </label>
        <small className="ch-hint">{hint}</small>
      </div>
    );
  }
  return (
    <Labelled label={label} hint={hint}>
      {(described) => (
        <>
          <input
            {...described}
            className="ch-input"
            type={kind === 'date' ? 'datetime-local' : 'text'}
            step={kind === 'date' ? 1 : undefined}
            required={isRequired}
            autoComplete="off"
            list={suggestions.length > 0 ? listId : undefined}
            value={String(value)}
            onChange={(event) => onValue(event.target.value)}
          />
          {suggestions.length > 0 && (
            <datalist id={listId}>
              {suggestions.map((each) => (
                <option key={each} value={each} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Labelled>
  );
}

function formOf(action: string | boolean | undefined): ActionForm {
  const [first] = ACTION_FORMS;
  const found = ACTION_FORMS.find((form) => form.action === action) ?? first;
  if (!found) throw new Error('There is no action');
  return found;
}

/** What the chosen action has, and nothing of what was typed for another one. */
function inputOf({ action, fields }: ActionForm, values: RequestInput): RequestInput {
  const sent = fields.flatMap(({ name, kind }) => {
    const value = values[name];
    if (value === undefined || value === '' || value === false) return [];
    return [[name, kind === 'date' ? new Date(String(value)).toISOString() : value] as const];
  });
  const { model = '', callback_url: callbackUrl = '' } = values;
  return {
    ...Object.fromEntries(sent),
    action,
    model,
    ...(callbackUrl === '' ? {} : { callback_url: callbackUrl }),
  };
}

function suggestionsOf({ kind }: RequestField, form: RequestForm, model: string): readonly string[] {
  if (kind === 'suffix')
    return form.indexSuffixes.filter((each) => each.model === model).map(({ suffix }) => suffix);
  if (kind === 'alias') return form.aliases.filter((each) => each.model === model).map(({ alias }) => alias);
  return [];
}
