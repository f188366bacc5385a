import { Button, DrawerContent, DrawerFooter } from '@adminjs/design-system';
import { ActionHeader, type ActionProps, ApiClient, useNotice } from 'adminjs';
import React, { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import type { ActionAnswer } from './action-answer.ts';

/** What the server says of such an action; see `task-actions.ts`. */
interface Asked {
  readonly label: string;
  readonly question: string;
}

/** Asks before something is done to one task or to many. */
export function ConfirmTasks(props: ActionProps) {
  const { action, resource, record, records } = props;
  const { label, question }: Asked = { label: '', question: '', ...action.custom };
  const [isBusy, setBusy] = useState(false);
  const addNotice = useNotice();
  const navigate = useNavigate();
  const rows = records ?? (record ? [record] : []);
  const carryOut = async () => {
    setBusy(true);
    const api = new ApiClient();
    const call = { resourceId: resource.id, actionName: action.name, method: 'post' } as const;
    try {
      const { data }: { data: ActionAnswer } = records
        ? await api.bulkAction({ ...call, recordIds: records.map(({ id }) => id) })
        : await api.recordAction({ ...call, recordId: record?.id ?? '' });
      if (data.notice) addNotice(data.notice);
      if (data.redirectUrl) navigate(`${data.redirectUrl}?refresh=true`);
    } catch {
      addNotice({ message: 'That did not work; the log says why', type: 'error' });
    }
    setBusy(false);
  };
  return (
    <>
      <DrawerContent>
        <ActionHeader {...props} omitActions />
        <p className="ch-question">{question}</p>
        <ul className="ch-tasks">
          {rows.map(({ id, title }) => (
            <li key={id}>
              {title} <span className="ch-id ch-none">{id}</span>
            </li>
          ))}
        </ul>
      </DrawerContent>
      <DrawerFooter>
        <Button variant="contained" color={action.variant} disabled={isBusy} onClick={() => void carryOut()}>
          {rows.length === 1 ? label : `${label} (${rows.length})`}
        </Button>
      </DrawerFooter>
    </>
  );
}
