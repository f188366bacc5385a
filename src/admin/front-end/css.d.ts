// Style sheets are bundled along with the scripts that import them.
declare module '*.css';
