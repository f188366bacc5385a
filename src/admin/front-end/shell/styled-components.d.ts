// AdminJS comes with styled-components, and without its types; this is what we use of it.
declare module '@adminjs/design-system/styled-components' {
  import type { ComponentType, ReactNode } from 'react';

  export const ThemeProvider: ComponentType<{ readonly theme: object; readonly children: ReactNode }>;
}
