import { Button, DrawerContent, DrawerFooter, FormGroup, Label } from '@adminjs/design-system';
import { ActionHeader, type ActionProps, ApiClient, type RecordJSON, useNotice } from 'adminjs';
import React, { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import type { ActionAnswer } from './action-answer.ts';

/** A field, as `form-action.ts` on the server describes it. */
interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'email' | 'password' | 'select';
  readonly values?: readonly string[];
  readonly hint?: string;
  readonly isRequired?: boolean;
}

interface Described {
  readonly label: string;
  readonly explanation?: string;
  readonly fields: readonly Field[];
}

/** What a field starts with: what the record has; else the first of its words. */
function startOf({ name, type, values = [] }: Field, record: RecordJSON | undefined): string {
  const held: unknown = type === 'password' ? undefined : record?.params[name];
  return typeof held === 'string' ? held : (values[0] ?? '');
}

/** A form in a drawer, for one record or for the resource, with the fields that the action describes. */
export function FormAction(props: ActionProps) {
  const { action, resource, record } = props;
  const { label, explanation, fields }: Described = { label: '', fields: [], ...action.custom };
  const [values, setValues] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(fields.map((field) => [field.name, startOf(field, record)])),
  );
  const [fault, setFault] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const addNotice = useNotice();
  const navigate = useNavigate();
  const send = async () => {
    setBusy(true);
    setFault(undefined);
    const api = new ApiClient();
    const call = { resourceId: resource.id, actionName: action.name, method: 'post', data: values } as const;
    try {
      const { data }: { data: ActionAnswer } = record
        ? await api.recordAction({ ...call, recordId: record.id })
        : await api.resourceAction(call);
      if (data.notice?.type === 'error') setFault(data.notice.message);
      else if (data.notice) addNotice(data.notice);
      if (data.redirectUrl) navigate(`${data.redirectUrl}?refresh=true`);
    } catch {
      setFault('That did not work. Load the page again; the log says more.');
    }
    setBusy(false);
  };
  const onSubmit = (event: React.FormEvent) => {
    event.preventDefault();
    void send();
  };
  return (
    <form onSubmit={onSubmit} className="ch-form">
      <DrawerContent>
        <ActionHeader {...props} omitActions />
        {record && <p className="ch-question">{record.title}</p>}
        {explanation && <p className="ch-question">{explanation}</p>}
        {fields.map((field) => (
          <FormField
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            onValue={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        {fault !== undefined && (
          <p className="ch-form-error" role="alert">
            {fault}
          </p>
        )}
      </DrawerContent>
      <DrawerFooter>
        <Button type="submit" variant="contained" color={action.variant} disabled={isBusy}>
          {label}
        </Button>
      </DrawerFooter>
    </form>
  );
}

function FormField(props: {
  readonly field: Field;
  readonly value: string;
  readonly onValue: (value: string) => void;
}) {
  const { field, value, onValue } = props;
  const { name, label, type, values = [], hint, isRequired = false } = field;
  const id = `ch-field-${name}`;
  const common = {
    id,
    name,
    value,
    required: isRequired,
    'aria-describedby': hint ? `${id}-hint` : undefined,
  };
  return (
    <FormGroup>
      <Label htmlFor={id} required={isRequired}>
        {label}
      </Label>
      {type === 'select' ? (
        <select {...common} className="ch-select" onChange={(event) => onValue(event.target.value)}>
          {values.map((word) => (
            <option key={word} value={word}>
              {word}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type={type}
          className="ch-input"
          // The browser must not fill in the password of whoever creates somebody else's account.
          autoComplete={type === 'password' ? 'new-password' : 'off'}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
      {hint && (
        <p id={`${id}-hint`} className="ch-hint">
          {hint}
        </p>
      )}
    </FormGroup>
  );
}
