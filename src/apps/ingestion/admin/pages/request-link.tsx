import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, Icon, mayAct } from '../../../../app-kit/pages/index.ts';
import { requestPath } from './api.ts';

/** Leads to the form of a request, if this administrator may act. */
export function RequestLink() {
  if (!mayAct()) return null;
  return (
    <Link className="ch-button ch-button-primary" to={adminPath(requestPath())}>
      <Icon name="plus" />
      Request a refresh
    </Link>
  );
}
