import React, { type ReactNode, useState } from 'react';
import { describeFault } from './call-admin.ts';

/** How a form is being sent. */
export interface Sending {
  readonly isBusy: boolean;
  /** What was wrong, for people; `undefined` if nothing was. */
  readonly fault: string | undefined;
  /** Shows what is wrong before anything is sent. */
  readonly setFault: (fault: string | undefined) => void;
  /** For the form. */
  readonly onSubmit: (event: React.FormEvent) => void;
}

/** Sends a form by a function; what that throws is shown where the form ends. */
export function useSending(send: () => Promise<void>): Sending {
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const submit = async () => {
    setBusy(true);
    setFault(undefined);
    await send().catch((error: unknown) => setFault(describeFault(error)));
    setBusy(false);
  };
  return {
    isBusy,
    fault,
    setFault,
    onSubmit: (event) => {
      event.preventDefault();
      void submit();
    },
  };
}

/** The end of a form: what was wrong, and the button that sends it, after other buttons. */
export function FormEnd(props: {
  readonly sending: Sending;
  readonly label: string;
  readonly children?: ReactNode;
}) {
  const { sending, label, children } = props;
  return (
    <>
      {sending.fault !== undefined && (
        <p className="ch-form-error" role="alert">
          {sending.fault}
        </p>
      )}
      <div className="ch-actions ch-form-end">
        {children}
        <button type="submit" className="ch-button ch-button-primary" disabled={sending.isBusy}>
          {sending.isBusy ? 'One moment…' : label}
        </button>
      </div>
    </>
  );
}
