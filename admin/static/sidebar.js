// On narrow screens the sidebar slides in over the page.

export function sidebar() {
  const button = document.querySelector('[data-toggle="sidebar"]');
  if (!button) return;
  button.disabled = false;
  const show = (open) => {
    document.body.classList.toggle('sidebar-open', open);
    button.setAttribute('aria-expanded', String(open));
  };
  button.addEventListener('click', (event) => {
    event.stopPropagation();
    show(!document.body.classList.contains('sidebar-open'));
  });
  document.getElementById('main').addEventListener('click', () => show(false));
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !document.body.classList.contains('sidebar-open')) return;
    show(false);
    button.focus();
  });
}
