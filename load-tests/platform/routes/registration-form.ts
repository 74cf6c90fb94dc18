/** The form's pages 2 to 5. */
import type { EventInfo } from '../events.ts';
import { type Html, html } from '../layout.ts';

export const STEP_TITLES: Readonly<Record<number, string>> = {
  2: 'About you',
  3: 'Where you come from',
  4: 'Your day',
  5: 'Confirm',
};

const FIELDS: Readonly<Record<number, Html>> = {
  2: html`<label>Name<input name="name" autocomplete="name"></label>
<label>E-mail<input name="email" type="email" autocomplete="email"></label>`,
  3: html`<label>Organisation<input name="organisation" autocomplete="organization"></label>
<label>Country<input name="country" autocomplete="country-name"></label>`,
  4: html`<label>Session<select name="session"><option>Morning</option><option>Afternoon</option></select></label>
<label>Lunch<select name="lunch"><option>Vegetarian</option><option>Fish</option><option>None</option></select></label>`,
  5: html`<p>Please confirm your registration. You will get a registration number at once.</p>`,
};

export function formPage(event: EventInfo, step: number): Html {
  return html`<p class="soft">${event.name}</p><h1>${STEP_TITLES[step]!}</h1>
<form class="card" method="post" action="/ereg/step/${step}"><progress max="5" value="${step}">page ${step} of 5</progress>
${FIELDS[step]!}<button>${step === 5 ? 'Register' : 'Continue'}</button></form>
<form method="post" action="/ereg/leave"><button class="quiet">Leave without registering</button></form>`;
}
