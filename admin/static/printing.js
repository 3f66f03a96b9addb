// The button that prints the page.

export function printing() {
  for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => window.print());
}
