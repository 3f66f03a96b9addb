import { call } from './api.js';

// Before a manual decision is sent, what would become of the order.

export function deciding() {
  for (const form of document.querySelectorAll('form[data-decide]')) {
    const dialog = form.closest('dialog');
    const preview = form.querySelector('[data-preview]');
    const words = JSON.parse(form.dataset.words);
    let asked = 0;

    const look = async () => {
      const mine = ++asked;
      preview.textContent = '';
      const body = said(form);
      if (!body) return;
      try {
        const path = `/v1/orders/${encodeURIComponent(form.dataset.orderNo)}/${form.dataset.decide}?dry_run=1`;
        const { order } = await call(path, { method: 'POST', body });
        if (mine === asked) preview.textContent = `${form.dataset.would} ${words[order.status] ?? order.status}`;
      } catch {
        // what is wrong is said when it is sent
      }
    };

    form.addEventListener('change', look);
    form.addEventListener('submit', () => { form.querySelector('button[type="submit"]').disabled = true; });
    new MutationObserver(() => dialog.open && look()).observe(dialog, { attributeFilter: ['open'] });
  }
}

// What the form says, as the API takes it; the reason may still be missing. Null while something else is.
function said(form) {
  const fields = [...form.elements].filter((each) => each.name && each.name !== 'csrf_token');
  const free = (each) => each.tagName === 'TEXTAREA';
  if (fields.some((each) => each.required && !free(each) && !each.value)) return null;
  const either = (form.dataset.either ?? '').split(' ').filter(Boolean); // of these at least one
  if (either.length && !either.some((name) => form.elements[name].value)) return null;
  const filled = fields.filter((each) => each.value || free(each));
  return Object.fromEntries(filled.map((each) => [each.name, valueOf(each)]));
}

function valueOf(field) {
  return field.type === 'number' ? Number(field.value) : field.value || 'preview';
}
