import React, { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { adminPath, ConfirmButton, Icon, mayAct, recordPath } from '../../../../app-kit/pages/index.ts';
import type { MemberDetail } from '../shapes.ts';
import { act } from './api.ts';

/** What can be done with a member, for administrators who may act. */
export function MemberActions(props: {
  readonly member: MemberDetail;
  /** Called with what was done. */
  readonly onDone: (message: string) => void;
}) {
  const { member, onDone } = props;
  const { id, can } = member;
  const [withPages, setWithPages] = useState(false);
  const navigate = useNavigate();
  if (!mayAct()) return null;
  const remove = async () => {
    await act('members', 'delete', [id], { withPages });
    navigate(adminPath(recordPath('collections', member.collectionId)));
  };
  return (
    <>
      {can.resubmit && (
        <ConfirmButton
          label="Resubmit"
          icon={<Icon name="repeat" />}
          tone="primary"
          title="Resubmit this member?"
          onConfirm={async () => onDone(await act('members', 'resubmit', [id]))}
        >
          <p>
            It is processed again, with the caller's credentials. Images that the DLCS has accepted are not
            sent twice.
          </p>
        </ConfirmButton>
      )}
      {can.cancel && (
        <ConfirmButton
          label="Cancel"
          icon={<Icon name="stopped" />}
          title="Cancel this member?"
          onConfirm={async () => onDone(await act('members', 'cancel', [id]))}
        >
          <p>
            A waiting task will not run; a running task is asked to stop. The member then counts as failed,
            and can be resubmitted.
          </p>
        </ConfirmButton>
      )}
      <ConfirmButton
        label="Delete"
        icon={<Icon name="trash" />}
        tone="danger"
        title="Delete this member?"
        obstacle={can.delete ? undefined : 'It is being processed. Cancel it first.'}
        onConfirm={remove}
      >
        <p>The API then returns 404 for it. Images at the DLCS stay.</p>
        <label className="ch-check">
          <input
            type="checkbox"
            checked={withPages}
            onChange={(event) => setWithPages(event.target.checked)}
          />
          <span>Remove its pages from S3, too. The DLCS may still need them.</span>
        </label>
      </ConfirmButton>
    </>
  );
}
