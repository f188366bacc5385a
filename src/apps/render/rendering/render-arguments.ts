/** What a rendering is given. */
export type RenderArguments = {
  /** The key of the row of the pull task. */
  readonly rowId: string;
  /** How often it is tried. */
  readonly maximumAttempts: number;
};
