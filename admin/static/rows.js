// A click anywhere on a row opens it, unless the reader is marking text.

export function rowLinks() {
  for (const row of document.querySelectorAll('tr[data-href]')) {
    row.addEventListener('click', (event) => {
      if (event.target.closest('a, button, input') || String(getSelection())) return;
      if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, '_blank', 'noopener');
      else location.assign(row.dataset.href);
    });
  }
}
