/** The observer: stands inside a platform, tells which requests came through the gate, and can refuse those that did not. */
export { createObserver } from './observer.js';
export { pathShape } from './path-shape.js';
