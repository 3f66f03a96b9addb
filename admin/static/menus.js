// Menus behind a summary close like menus: by Escape, which leads back to what opened them, and by a click elsewhere.

export function menus() {
  const opened = () => document.querySelector('details.menu[open]');
  document.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' && opened();
    if (!menu) return;
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  document.addEventListener('click', (event) => {
    const menu = opened();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
}
