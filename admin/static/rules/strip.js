// The next 72 hours of the draft, or those from the instant of the bench's clock on; asked for anew after each save.

const place = document.querySelector('[data-strip]');
let clock = '';
let turn = 0;

async function show() {
  const mine = ++turn;
  const answer = await fetch(`${place.dataset.strip}${clock ? `?at=${encodeURIComponent(clock)}` : ''}`, { headers: { Accept: 'text/html' } });
  const text = answer.ok && !answer.redirected ? await answer.text() : null;
  if (text !== null && mine === turn) place.innerHTML = text;
}

if (place) {
  document.addEventListener('draft-saved', show);
  document.addEventListener('bench-clock', ({ detail }) => {
    if (detail === clock) return;
    clock = detail;
    show();
  });
  show();
}
