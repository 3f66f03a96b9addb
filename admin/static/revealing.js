// A link to a rule or a stage opens what it is folded into.

export function reveal() {
  const open = () => {
    let target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const wanted = target;
    for (; target; target = target.parentElement) if (target.tagName === 'DETAILS') target.open = true;
    wanted.scrollIntoView({ block: 'start' });
  };
  window.addEventListener('hashchange', open);
  for (const link of document.querySelectorAll('a[data-reveal]')) {
    link.addEventListener('click', () => link.hash === location.hash && open());
  }
  if (location.hash) open();
}
