import React, { useEffect, useId, useRef, useState } from 'react';
import { describeFault } from './call-admin.ts';

/** What {@link ConfirmButton} asks and does. */
export interface ConfirmButtonProps {
  /** On the button, and on the button that confirms: "Resubmit". */
  readonly label: string;
  readonly icon?: React.ReactNode;
  readonly tone?: 'primary' | 'danger';
  readonly title: string;
  readonly children: React.ReactNode;
  /** Does it; what it throws is shown, and the question stays. */
  readonly onConfirm: () => Promise<void>;
  /** What keeps it from being done, for people; undefined if nothing does. */
  readonly obstacle?: string | undefined;
}

/** A button that asks before it does something. The question closes with Escape, and the focus comes back. */
export function ConfirmButton(props: ConfirmButtonProps) {
  const { label, icon, tone, title, children, onConfirm, obstacle } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={`ch-button ${tone ? `ch-button-${tone}` : ''}`}
        aria-disabled={obstacle !== undefined}
        title={obstacle}
        onClick={() => obstacle === undefined && setOpen(true)}
      >
        {icon}
        {label}
      </button>
      {isOpen && (
        <ConfirmDialog
          title={title}
          label={label}
          tone={tone}
          onConfirm={onConfirm}
          onClose={() => setOpen(false)}
        >
          {children}
        </ConfirmDialog>
      )}
    </>
  );
}

function ConfirmDialog(
  props: Pick<ConfirmButtonProps, 'title' | 'label' | 'children' | 'onConfirm'> & {
    readonly tone: ConfirmButtonProps['tone'] | undefined;
    readonly onClose: () => void;
  },
) {
  const { title, label, tone = 'primary', children, onConfirm, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | undefined>(undefined);
  useEffect(() => dialog.current?.showModal(), []);
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
      dialog.current?.close();
    } catch (error) {
      setFault(describeFault(error));
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} className="ch-dialog" aria-labelledby={titleId} onClose={onClose}>
      <h2 id={titleId}>{title}</h2>
      {children}
      {fault !== undefined && (
        <p className="ch-form-error" role="alert">
          {fault}
        </p>
      )}
      <div className="ch-actions">
        <button type="button" className="ch-button" onClick={() => dialog.current?.close()}>
          {label.startsWith('Cancel') ? 'Keep' : 'Cancel'}
        </button>
        <button
          type="button"
          className={`ch-button ch-button-${tone}`}
          disabled={isBusy}
          onClick={() => void confirm()}
        >
          {isBusy ? 'One moment…' : label}
        </button>
      </div>
    </dialog>
  );
}
