/** Colours have at least 4.5 : 1 against what they stand on, in both schemes. */
const CSS = `
:host {
  color-scheme: light dark;
  --ink: #1b1f23; --quiet: #4d5661; --paper: #fff; --raised: #f2f4f6; --line: #838b94;
  --accent: var(--esp-tools-button-color, #03618f); --on-accent: var(--esp-tools-button-text-color, #fff);
  --focus: #03618f; --bad: #a1121f; --good: #0b6b34;
}
@media (prefers-color-scheme: dark) {
  :host {
    --ink: #eceff2; --quiet: #b4bec9; --paper: #1d2126; --raised: #2a3037; --line: #8a949f;
    --accent: var(--esp-tools-button-color, #7cc7f0); --on-accent: var(--esp-tools-button-text-color, #06202f);
    --focus: #9ad6f7; --bad: #ff9d96; --good: #79d99b;
  }
}
* { box-sizing: border-box; }
dialog {
  color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 0;
  inline-size: min(34rem, calc(100vi - 16px)); max-block-size: calc(100dvb - 16px);
  font: 16px/1.45 system-ui, sans-serif;
}
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: #000a; }
.top { display: flex; align-items: start; gap: 8px; padding: 16px 16px 0 20px; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0; flex: 1; overflow-wrap: anywhere; }
h2:focus { outline: none; }
.body { padding: 8px 20px; overflow: auto; overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; justify-content: end; padding: 12px 20px 20px; }
.urgent:not(:empty) { margin: 8px 20px; padding: 8px 12px; border: 2px solid var(--focus); border-radius: 8px; }
p { margin: 8px 0; }
button, select, input, summary { font: inherit; color: inherit; }
button {
  min-block-size: 44px; padding: 6px 18px; border-radius: 6px; border: 1px solid var(--line); background: transparent;
  cursor: pointer;
}
button.primary { background: var(--accent); color: var(--on-accent); border-color: transparent; font-weight: 600; }
button.icon { min-inline-size: 44px; padding: 0; border-color: transparent; }
button:disabled { color: var(--quiet); cursor: not-allowed; }
select, input:not([type="radio"]) {
  min-block-size: 44px; inline-size: 100%; padding: 6px 10px; border: 1px solid var(--line); border-radius: 6px;
  background: var(--paper);
}
:is(button, select, input, summary, a, [tabindex="0"]):focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
a { color: inherit; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
fieldset { border: 0; padding: 0; margin: 16px 0 8px; }
legend { font-weight: 600; padding: 0; margin-block-end: 4px; }
label.choice {
  display: grid; grid-template-columns: auto 1fr; gap: 0 10px; padding: 10px; border: 1px solid var(--line);
  border-radius: 8px; margin-block-start: 8px; cursor: pointer;
}
label.choice:has(:checked) { border: 2px solid var(--focus); padding: 9px; background: var(--raised); }
label.choice input { inline-size: 20px; block-size: 20px; margin: 2px 0 0; grid-row: span 2; }
label.choice:has(:disabled) { color: var(--quiet); cursor: not-allowed; }
label.choice small { grid-column: 2; }
label.field { display: block; margin-block: 12px 4px; }
small, .quiet { color: var(--quiet); font-size: .9rem; }
.bar { block-size: 14px; border-radius: 7px; border: 1px solid var(--line); background: var(--raised); overflow: hidden; margin-block: 12px 6px; }
.bar > div { block-size: 100%; inline-size: 0; background: var(--focus); }
.bar.waiting > div { inline-size: 30%; animation: wander 1.6s ease-in-out infinite alternate; }
@keyframes wander { to { margin-inline-start: 70%; } }
@media (prefers-reduced-motion: reduce) { .bar.waiting > div { animation: none; inline-size: 100%; opacity: .5; } }
.bad { color: var(--bad); } .good { color: var(--good); }
.mark { font-weight: 700; margin-inline-end: 6px; }
pre, [role="log"] {
  font: 13px/1.4 ui-monospace, monospace; white-space: pre-wrap; background: var(--raised); border-radius: 6px;
  padding: 8px; margin: 8px 0; overflow: auto; max-block-size: 40dvb;
}
[role="log"] { block-size: 40dvb; }
svg { inline-size: 100%; max-block-size: 180px; color: var(--ink); }
.row { display: flex; gap: 8px; flex-wrap: wrap; } .row > input { flex: 1; inline-size: auto; min-inline-size: 8rem; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 480px) { .actions button { flex: 1; } dl { grid-template-columns: 1fr; } dd { margin-block-end: 6px; } }
`;

export function dialogStyles(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
}
