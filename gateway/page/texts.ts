/** The sentences that a page is made of, one set a language. Types only; `{…}` marks what is filled in. */

/** By plural category of the last number; `other` serves every language that has no form of its own. */
export type PluralForms = { other: string } & Partial<Record<'one' | 'two' | 'few' | 'many', string>>;

export interface Texts {
  waitingHeading: string;
  waitingLead: string;
  calledHeading: string;
  calledLead: string;
  prequeueHeading: string;
  prequeueLead: string;
  /** Shown where the order is drawn at the opening. */
  prequeueDraw: string;
  pausedHeading: string;
  pausedLead: string;
  maintenanceHeading: string;
  maintenanceLead: string;
  offlineHeading: string;
  offlineLead: string;
  heldHeading: string;
  heldLead: string;
  soldoutHeading: string;
  soldoutLead: string;
  endedHeading: string;
  endedLead: string;
  failedHeading: string;
  failedLead: string;
  busyHeading: string;
  busyLead: string;
  /** How to keep what was typed, where it may be sent again at once. */
  busyKeep: string;
  notSentHeading: string;
  notSentLead: string;
  /** How to keep what was typed. */
  notSentKeep: string;
  tooManyHeading: string;
  tooManyLead: string;
  refusedHeading: string;
  refusedLead: string;
  leftHeading: string;
  leftLead: string;

  position: string;
  number: string;
  expectedWait: string;
  waitUnknown: string;
  waitUnderMinute: string;
  /** `{range}`: `3` or `2–4`. */
  waitMinutes: PluralForms;
  waitHours: PluralForms;
  progress: string;
  lane: string;
  /** The lane is one’s own by an invitation. */
  invited: string;
  invitationRefused: string;
  placeKept: string;
  mayClose: string;
  updatesItself: string;
  opensAt: string;
  opensIn: string;
  drawProof: string;
  messages: string;
  reference: string;

  goIn: string;
  tryAgain: string;
  joinAgain: string;
  openLine: string;
  leave: string;
  leaveAsk: string;
  leaveYes: string;

  connectionLost: string;
  connectionBack: string;
  noPlace: string;
  /** `{position}` */
  sayPosition: string;
  sayTurn: string;
  sayMessage: string;

  statusHeading: string;
  statusRoom: string;
  statusState: string;
  statusWaiting: string;
  statusCalls: string;
  statusNoRooms: string;
  statusNoMessages: string;
  /** `{time}` */
  statusAt: string;
  /** An operator's word for a while: `{time}`, `{limit}`. */
  overridePause: string;
  overrideBypass: string;
  overrideLimit: string;
  /** `{from}`, `{until}` */
  statusMaintenance: string;
  stateOpen: string;
  stateEngaged: string;
  statePrequeue: string;
  statePaused: string;
  stateOffline: string;
  stateSoldout: string;
  stateHeld: string;
  stateEnded: string;
}
