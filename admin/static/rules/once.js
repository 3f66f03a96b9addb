// Steps that take a moment are sent once, and say that they are under way.

export function onceOnly() {
  for (const form of document.querySelectorAll('form[data-once]')) {
    form.addEventListener('submit', () => {
      for (const button of form.querySelectorAll('button[type="submit"]')) {
        button.disabled = true;
        button.setAttribute('aria-busy', 'true');
      }
    });
  }
  addEventListener('pageshow', (event) => { // come back to by the browser's button
    if (!event.persisted) return;
    for (const button of document.querySelectorAll('form[data-once] [aria-busy]')) {
      button.disabled = false;
      button.removeAttribute('aria-busy');
    }
  });
}
