// Links that open and close a dialog. Without scripts they lead to it by its anchor; so does a click before this one runs.

export function dialogs() {
  for (const opener of document.querySelectorAll('[data-open]')) {
    opener.addEventListener('click', (event) => {
      event.preventDefault();
      const menu = opener.closest('details');
      if (menu) {
        menu.open = false;
        menu.querySelector('summary').focus(); // where the browser goes back to, once the dialog is closed
      }
      document.getElementById(opener.dataset.open).showModal();
    });
  }
  for (const dialog of document.querySelectorAll('dialog')) {
    dialog.addEventListener('close', () => {
      if (location.hash === `#${dialog.id}`) location.hash = 'overview'; // else the anchor would keep it open
    });
  }
  for (const closer of document.querySelectorAll('[data-close]')) {
    closer.addEventListener('click', (event) => {
      event.preventDefault();
      closer.closest('dialog').close();
    });
  }
  const wanted = document.getElementById(location.hash.slice(1));
  if (wanted?.tagName === 'DIALOG') wanted.showModal();
}
