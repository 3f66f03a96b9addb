// Links that open and close a dialog; without scripts they lead to it by its anchor.

export function dialogs() {
  for (const opener of document.querySelectorAll('[data-open]')) {
    opener.addEventListener('click', (event) => {
      event.preventDefault();
      document.getElementById(opener.dataset.open).showModal();
    });
  }
  for (const closer of document.querySelectorAll('[data-close]')) {
    closer.addEventListener('click', (event) => {
      event.preventDefault();
      closer.closest('dialog').close();
    });
  }
}
