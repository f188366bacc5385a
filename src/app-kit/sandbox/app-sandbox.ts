/** What an app brings for one machine: stand-ins for what lies around it, and a demo. */
export interface AppSandbox {
  readonly standIns?: readonly StandIn[];
}

/** Something that a single machine lacks. */
export interface StandIn {
  readonly name: string;
}
