// Buttons that copy a number.

export function copyButtons() {
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', async () => {
      if (!navigator.clipboard) return; // not over plain HTTP from another machine
      await navigator.clipboard.writeText(button.dataset.copy);
      const said = button.title;
      button.title = button.dataset.done;
      button.classList.add('is-done');
      setTimeout(() => { button.title = said; button.classList.remove('is-done'); }, 1500);
    });
  }
}
