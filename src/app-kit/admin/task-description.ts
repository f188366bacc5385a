/** A task that an app is asked to describe. */
export interface DescribedTask {
  readonly id: string;
  /** The name of its function: `render.draw`. */
  readonly func: string;
  /** Its arguments; those that are secret are dots. */
  readonly args: Readonly<Record<string, unknown>>;
}

/** What a task is about, for people. */
export interface TaskDescription {
  /** What it works on: `sheet-12.tiff`. */
  readonly title: string;
  readonly subtitle?: string;
  /** The page of what it works on: a path below the admin's root. */
  readonly path?: string;
}
