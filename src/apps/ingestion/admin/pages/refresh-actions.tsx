import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, ConfirmButton, Icon, mayAct } from '../../../../app-kit/pages/index.ts';
import type { RefreshDetail } from '../shapes.ts';
import { cancelRefreshes, requestPath } from './api.ts';

/** What can be done with a refresh: cancel it, promote what it has made, or take its promotion back. */
export function RefreshActions(props: {
  readonly refresh: RefreshDetail;
  readonly onDone: (message: string) => void;
}) {
  const { refresh, onDone } = props;
  if (!mayAct()) return null;
  const { id, model, indexSuffix, alias } = refresh;
  return (
    <>
      {refresh.canBePromoted && (
        <Link
          className="ch-button ch-button-primary"
          to={adminPath(requestPath({ action: 'PROMOTE', model, index_suffix: indexSuffix, from: id }))}
        >
          <Icon name="play" />
          Promote
        </Link>
      )}
      {refresh.canBeTakenBack && (
        <Link
          className="ch-button"
          to={adminPath(requestPath({ action: 'ROLL_BACK', model, ...(alias ? { alias } : {}), from: id }))}
        >
          <Icon name="back" />
          Roll back
        </Link>
      )}
      {refresh.ended === null && (
        <ConfirmButton
          label="Cancel refresh"
          title="Cancel this refresh?"
          tone="danger"
          onConfirm={async () => onDone(await cancelRefreshes([id]))}
        >
          <p>It ends at once, and what it has made so far is removed. What is live stays as it is.</p>
        </ConfirmButton>
      )}
    </>
  );
}
