// The live rules of a stage, filtered as one types.

export function filtering() {
  const tools = document.querySelector('[data-rule-filter]');
  if (!tools) return;
  const query = tools.querySelector('[data-query]');
  const found = tools.querySelector('[data-found]');
  const cards = [...document.querySelectorAll('.rule-card')];
  const segments = [...tools.querySelectorAll('[data-show]')];
  const wanted = () => segments.find((each) => each.getAttribute('aria-pressed') === 'true').dataset.show;
  const fits = (card, show) => !show || card.dataset.state === show || (show === 'idle' && card.dataset.week === '0');
  const filter = () => {
    const words = query.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const show = wanted();
    let count = 0;
    for (const card of cards) {
      card.hidden = !(fits(card, show) && words.every((word) => card.dataset.searched.includes(word)));
      count += card.hidden ? 0 : 1;
    }
    found.textContent = !words.length && !show ? '' : count ? found.dataset.some.replace('{count}', count) : found.dataset.none;
  };
  query.addEventListener('input', filter);
  for (const segment of segments) {
    segment.addEventListener('click', () => {
      for (const each of segments) each.setAttribute('aria-pressed', String(each === segment));
      filter();
    });
  }
}
