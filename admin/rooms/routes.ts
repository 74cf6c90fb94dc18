/** Addresses of rooms: the list, one room, changes of it, and what operators do to its line. */
import { Type } from 'typebox';
import { PAGE_QUERY, pageOf, paginate } from '../http/pagination.ts';
import { type Actor, type Route, route } from '../words.ts';
import { ACTIONS, type RoomActionName } from './operate-room.ts';
import { roomDocument } from './room-document.ts';
import type { Rooms } from './rooms.ts';
import { RoomAction, RoomChange, RoomDocument, RoomName } from './words.ts';

const params = Type.Object({ room: RoomName });
const roomOf = (ask: { params: { room: string } }) => ask.params.room;

const SUMMARIES: Record<RoomActionName, string> = {
  pause: 'Pauses the line: nobody is called, every place is kept',
  resume: 'Lets a paused line go on',
  offline: 'Takes the room offline, for now or until a planned reopening; every place is kept',
  reopen: 'Opens a room that is offline, with its line as it was; one that has ended begins a new line',
  end: 'Ends the line: its tickets are void from now on',
};

export function roomRoutes({ rooms }: { rooms: Rooms }): Route[] {
  return [
    listRooms(rooms),
    oneRoom(rooms),
    patchRoom(rooms),
    ...ACTIONS.map((action) => actOn(rooms, action)),
  ];
}

function listRooms(rooms: Rooms): Route {
  return route({
    ...{ method: 'GET', path: '/v1/rooms', tag: 'rooms', role: 'viewer', filtersRooms: true },
    summary: 'Rooms that gateways tell of: all that the configuration names, and the busiest of the others',
    schemas: { query: Type.Object({ ...PAGE_QUERY }) },
    answers: { 200: pageOf(RoomDocument) },
    async handle({ query, actor }) {
      const seen = rooms.all().filter(({ view }) => maySee(actor, view.room));
      const { items, next } = paginate(seen, query, ({ view }) => view.room);
      return { status: 200, body: { items: items.map(roomDocument), next } };
    },
  });
}

function oneRoom(rooms: Rooms): Route {
  return route({
    ...{ method: 'GET', path: '/v1/rooms/:room', tag: 'rooms', role: 'viewer', roomOf },
    summary: 'One room; its ETag is what `If-Match` of a change may name',
    schemas: { params },
    answers: { 200: RoomDocument },
    async handle({ params: { room } }) {
      const report = await rooms.find(room);
      return { status: 200, body: roomDocument(report), etag: rooms.tag(report) };
    },
  });
}

function patchRoom(rooms: Rooms): Route {
  return route({
    ...{
      method: 'PATCH',
      path: '/v1/rooms/:room',
      tag: 'rooms',
      role: 'organiser',
      roomOf,
      idempotent: true,
    },
    summary: 'Changes limits, seats or mode, for good or until a time',
    schemas: { params, body: RoomChange },
    answers: {
      200: RoomDocument,
      202: Type.Object(
        { room: Type.String(), revision: Type.Integer() },
        { description: 'changed; no gateway has said yet that the room obeys this revision' },
      ),
    },
    async handle({ params: { room }, body, actor, ifMatch }) {
      const { report, revision } = await rooms.change({ actor, room, body, ifMatch });
      if (report === null) return { status: 202, body: { room, revision } };
      return { status: 200, body: roomDocument(report), etag: rooms.tag(report) };
    },
  });
}

function actOn(rooms: Rooms, action: RoomActionName): Route {
  return route({
    ...{ method: 'POST', path: `/v1/rooms/:room/${action}`, tag: 'rooms', role: 'organiser', roomOf },
    ...{ summary: SUMMARIES[action], idempotent: true },
    schemas: { params, body: RoomAction },
    answers: { 200: RoomDocument },
    async handle({ params: { room }, body, actor, ifMatch }) {
      const report = await rooms.operate({ actor, room, action, body, ifMatch });
      return { status: 200, body: roomDocument(report), etag: rooms.tag(report) };
    },
  });
}

/** Organisers know of their own rooms alone. */
export function maySee({ rooms }: Actor, room: string | null): boolean {
  return rooms === null || (room !== null && rooms.includes(room));
}
