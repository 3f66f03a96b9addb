// The document behind the form, for the curious: as the file that it would be, and as the API takes it. Read only.

import { h, icon } from './dom.js';
import { say } from './words.js';

/** `current()` gives {document, file}; it is asked when the view is opened, when the kind is changed, and by its `refresh()`. */
export function documentView(current) {
  const code = h('pre', { class: 'document', tabindex: '0', translate: 'no', 'aria-label': say('document') });
  let kind = 'yaml';
  const text = () => (kind === 'yaml' ? current().file || say('no_file') : JSON.stringify(current().document, null, 2));
  const draw = () => { code.textContent = text(); };
  const choose = (which) => h('button', { type: 'button', 'aria-pressed': String(which === kind), on: { click: (event) => {
    kind = which;
    for (const each of event.currentTarget.parentElement.children) each.setAttribute('aria-pressed', String(each === event.currentTarget));
    draw();
  } } }, which.toUpperCase());
  const copy = h('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', on: { click: async () => {
    if (!navigator.clipboard) return; // not over plain HTTP from another machine
    await navigator.clipboard.writeText(text());
    copy.lastChild.textContent = say('copied');
    setTimeout(() => { copy.lastChild.textContent = say('copy'); }, 1500);
  } } }, icon('clipboard'), ' ', h('span', {}, say('copy')));
  const made = h('details', { class: 'form-part document-view' }, h('summary', {}, icon('code-slash'), say('document')),
    h('div', { class: 'document-tools' }, h('div', { class: 'segments', role: 'group', 'aria-label': say('document') }, choose('yaml'), choose('json')), copy), code);
  made.addEventListener('toggle', draw);
  made.refresh = draw;
  return made;
}
