import { call } from './api.js';

// Before a release is sent, what would come of it.

export function release() {
  const form = document.querySelector('form[data-release]');
  if (!form) return;
  const dialog = form.closest('dialog');
  const preview = form.querySelector('[data-preview]');
  const send = form.querySelector('button[type="submit"]');
  const chosen = () => [...form.querySelectorAll('[name="holds"]:checked')].map((box) => box.value);

  async function look() {
    const holds = chosen();
    send.disabled = holds.length === 0;
    preview.textContent = '';
    preview.className = '';
    if (!holds.length) return;
    try {
      const path = `/v1/orders/${encodeURIComponent(form.dataset.release)}/release?dry_run=1`;
      const { decision } = await call(path, { method: 'POST', body: { holds, reason: 'preview' } });
      if (String(holds) !== String(chosen())) return; // the reader chose otherwise meanwhile
      preview.textContent = form.dataset[decision.verdict];
      preview.className = `is-${decision.verdict}`;
    } catch {
      preview.textContent = form.dataset.failed;
    }
  }

  form.addEventListener('change', (event) => event.target.name === 'holds' && look());
  form.addEventListener('submit', () => { send.disabled = true; });
  new MutationObserver(() => dialog.open && look()).observe(dialog, { attributeFilter: ['open'] });
  if (dialog.open) look();
}
