import React from 'react';
import { Link, NavLink } from 'react-router-dom';
import { adminPath, listPath, readSiteResources } from '../../../app-kit/pages/index.ts';

/** The name and the icon of the site, which lead to its first page. */
export function SidebarBranding({ branding }: { readonly branding: { logo: string; companyName: string } }) {
  return (
    <Link to={adminPath('')} className="ch-brand">
      <img src={branding.logo} alt="" />
      {branding.companyName}
    </Link>
  );
}

/** The lists, below the titles of their apps, and of the parts of the admin; all of them are open. */
export function SidebarResourceSection() {
  const groups = Map.groupBy(readSiteResources(), ({ group }) => group);
  return (
    <nav className="ch-nav" aria-label="Lists">
      {[...groups].map(([group, members]) => (
        <div key={group}>
          <h2>{group}</h2>
          {members.map(({ id, label }) => (
            <NavLink key={id} to={adminPath(listPath(id))}>
              {label}
            </NavLink>
          ))}
        </div>
      ))}
    </nav>
  );
}

/** The page of the search has its place in the top bar, and none in the navigation. */
export function SidebarPages() {
  return null;
}
