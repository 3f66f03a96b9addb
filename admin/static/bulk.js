// Choosing several rows: all at once, how many they are, and nothing to send while there are none.

export function bulk() {
  const form = document.querySelector('form[data-bulk]');
  const bar = form?.querySelector('[data-bulk-bar]');
  if (!bar) return;
  const boxes = [...form.querySelectorAll('input[name="orders"]:not(:disabled)')];
  const all = form.querySelector('[data-all]');
  const said = bar.querySelector('[data-chosen]');
  const nothing = said.textContent;

  function count() {
    const chosen = boxes.filter((box) => box.checked).length;
    said.textContent = chosen ? said.dataset.text.replace('{}', chosen) : nothing;
    bar.classList.toggle('is-active', chosen > 0);
    for (const button of bar.querySelectorAll('button[type="submit"]')) button.disabled = chosen === 0;
    const note = bar.querySelector('[name="note"]');
    if (note) note.required = chosen > 0;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }

  all.disabled = boxes.length === 0;
  all.addEventListener('change', () => { for (const box of boxes) box.checked = all.checked; count(); });
  form.addEventListener('change', count);
  count();
}
