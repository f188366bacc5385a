import React from 'react';
import { Link, useLocation } from 'react-router-dom';
import { Icon } from '../../../app-kit/pages/index.ts';

/** From a page of AdminJS's to the one above it. AdminJS's own has no name for who cannot see the page. */
export function StyledBackButton() {
  const { search } = useLocation();
  return (
    <Link
      className="ch-icon-button"
      to={{ pathname: '..', search }}
      relative="route"
      aria-label="Back"
      title="Back"
    >
      <Icon name="back" />
    </Link>
  );
}
