import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, Icon, mayAct } from '../../../../app-kit/pages/index.ts';
import { ORDER_PATH } from './api.ts';

/** Leads to the form of an order, if this administrator may order. */
export function OrderLink() {
  if (!mayAct()) return null;
  return (
    <Link className="ch-button ch-button-primary" to={adminPath(ORDER_PATH)}>
      <Icon name="plus" />
      Order a worksheet
    </Link>
  );
}
