/** The platform's style sheet and icon. */

export const STYLE = `:root { color-scheme: light dark; --ink: #17262b; --soft: #5b6f76; --paper: #f5f7f6; --card: #fff; --line: #dde5e3; --accent: #0b6e69; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eeec; --soft: #9db0b3; --paper: #11191b; --card: #1a2528; --line: #2c3b3f; --accent: #4cc2b4; --on-accent: #06211f } }
* { box-sizing: border-box }
body { margin: 0; font: 17px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); min-height: 100vh; display: flex; flex-direction: column }
header, footer, main { width: 100%; max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem }
header { display: flex; justify-content: space-between; align-items: baseline }
main { flex: 1 }
footer { color: var(--soft); font-size: .85rem }
a { color: var(--accent) }
.brand { font-weight: 700; text-decoration: none; letter-spacing: -.01em }
h1 { font-size: clamp(1.6rem, 4vw, 2.3rem); line-height: 1.15; letter-spacing: -.02em; margin: .5rem 0 .75rem; text-wrap: balance }
.soft { color: var(--soft) }
.events { list-style: none; margin: 1.5rem 0; padding: 0; display: grid; gap: .9rem; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)) }
.events a { display: block; height: 100%; color: inherit; text-decoration: none }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.1rem 1.25rem }
.events .card:hover { border-color: var(--accent) }
.card h2 { font-size: 1.1rem; line-height: 1.3; margin: .15rem 0 .35rem }
form.card, .card.wide { max-width: 34rem; padding: 1.5rem }
label { display: block; font-weight: 600; margin-bottom: 1rem }
input, select { display: block; width: 100%; margin-top: .3rem; font: inherit; font-weight: 400; padding: .6rem .7rem; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 9px }
.button, button { display: inline-block; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: 9px; padding: .65rem 1.2rem; text-decoration: none; cursor: pointer }
button.quiet { color: var(--soft); background: none; padding-left: 0 }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
progress { width: 100%; height: .5rem; accent-color: var(--accent); margin-bottom: 1rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .5rem .25rem; border-bottom: 1px solid var(--line) }
`;

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6e69"/><path d="M6 13q5-4 10 0t10 0M6 20q5-4 10 0t10 0" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/></svg>`;
