import { useTranslation } from 'adminjs';
import React from 'react';
import { Link, NavLink } from 'react-router-dom';
import { adminPath } from '../../../app-kit/pages/index.ts';

/** The name and the icon of the site, which lead to its first page. */
export function SidebarBranding({ branding }: { readonly branding: { logo: string; companyName: string } }) {
  return (
    <Link to={adminPath('')} className="ch-brand">
      <img src={branding.logo} alt="" />
      {branding.companyName}
    </Link>
  );
}

interface NavigationProps {
  readonly resources: readonly {
    readonly id: string;
    /** Null where whoever is signed in may not see it. */
    readonly href: string | null;
    readonly navigation: { readonly name: string };
  }[];
}

/** The lists, under the names of their groups; all of them are open. */
export function SidebarResourceSection({ resources }: NavigationProps) {
  const { translateLabel } = useTranslation();
  const groups = Map.groupBy(
    resources.filter(({ href }) => href !== null),
    ({ navigation }) => navigation.name,
  );
  return (
    <nav className="ch-nav" aria-label="Lists">
      {[...groups].map(([group, members]) => (
        <div key={group}>
          <h2>{group}</h2>
          {members.map(({ id, href }) =>
            href === null ? null : (
              <NavLink key={id} to={href}>
                {translateLabel(id)}
              </NavLink>
            ),
          )}
        </div>
      ))}
    </nav>
  );
}

/** The page of the search has its place in the top bar, and none in the navigation. */
export function SidebarPages() {
  return null;
}
