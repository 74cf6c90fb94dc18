/** A launch: a room’s opening at a time, planned ahead. */
import { Type } from 'typebox';
import { closed, MOST, nullable } from './words.ts';

export const Launch = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'unique name' }),
    room: Type.String({ minLength: 1, maxLength: 128, description: 'room, captures filled in' }),
    opensAt: Type.String({
      format: 'date-time',
      description: 'when the room opens, ISO 8601 with a zone: 2026-12-01T15:00:00Z',
    }),
    prequeueMinutes: Type.Number({
      default: 0,
      minimum: 0,
      maximum: MOST.minutes,
      description: 'how long before the opening arrivals get numbers without positions',
    }),
    draw: Type.Boolean({
      default: false,
      description: 'whether the order of the prequeue is drawn at the opening; else by arrival',
    }),
    addresses: Type.Array(Type.String({ format: 'uri' }), {
      default: [],
      description: 'public addresses of the launch',
    }),
    expectedPeakPerMinute: nullable<number>('integer', {
      minimum: 0,
      maximum: MOST.count,
      description: 'arrivals a minute expected at the peak; null: unknown',
    }),
  },
  closed,
);
