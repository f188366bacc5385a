import React, { useId } from 'react';

/** A control of a form with its name above it, and below it what there is to know about it. */
export function Labelled(props: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly isWide?: boolean;
  readonly children: (described: {
    readonly id: string;
    readonly 'aria-describedby': string;
  }) => React.ReactNode;
}) {
  const { label, hint, isWide = false, children } = props;
  const id = useId();
  return (
    <div className={`ch-field ${isWide ? 'ch-field-wide' : ''}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-hint` })}
      <small id={`${id}-hint`} className="ch-hint">
        {hint}
      </small>
    </div>
  );
}

/** A field that is typed into. */
export function Field(props: {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: 'text' | 'number' | 'email' | 'password' | 'datetime-local';
  readonly hint?: string;
  readonly isRequired?: boolean;
}) {
  const { label, value, onValue, type = 'text', hint, isRequired = false } = props;
  return (
    <Labelled label={label} hint={hint}>
      {(described) => (
        <input
          {...described}
          className="ch-input"
          type={type}
          step={type === 'datetime-local' ? 1 : undefined}
          required={isRequired}
          // A browser must not fill in its user's own password for somebody else.
          autoComplete={type === 'password' ? 'new-password' : 'off'}
          value={value}
          onChange={(event) => onValue(event.target.value)}
        />
      )}
    </Labelled>
  );
}

/** A choice among words. */
export function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly choices: readonly (readonly [value: string, label: string])[];
  readonly hint?: string;
}) {
  const { label, value, onValue, choices, hint } = props;
  return (
    <Labelled label={label} hint={hint}>
      {(described) => (
        <select
          {...described}
          className="ch-select"
          value={value}
          onChange={(event) => onValue(event.target.value)}
        >
          {choices.map(([each, text]) => (
            <option key={each} value={each}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
