// Switching one live rule off or on: one dialog for all of them, filled in by the button that opens it.

export function switching() {
  const dialog = document.getElementById('switch');
  for (const button of document.querySelectorAll('[data-switch]')) {
    button.disabled = false;
    button.addEventListener('click', () => {
      const form = dialog.querySelector('form');
      const on = button.dataset.on === '1';
      form.elements.rule.value = button.dataset.switch;
      form.elements.on.value = button.dataset.on;
      for (const part of dialog.querySelectorAll('[data-for]')) part.hidden = part.dataset.for !== (on ? 'on' : 'off');
      dialog.querySelector('[data-name]').textContent = button.dataset.title;
      dialog.showModal();
      form.elements.reason.focus();
    });
  }
}
