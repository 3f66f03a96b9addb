import { call } from './api.js';

// Decide again from what a decision kept, and say whether the same comes out. The button waits for this script.

export function replay() {
  const button = document.querySelector('[data-replay]');
  const result = document.querySelector('[data-replay-result]');
  if (!button) return;
  button.disabled = false;
  button.addEventListener('click', async () => {
    button.disabled = true;
    result.textContent = '…';
    result.className = 'replay-result';
    try {
      show(await call(`/v1/decisions/${encodeURIComponent(button.dataset.replay)}/replay`, { method: 'POST' }));
    } catch {
      result.textContent = button.dataset.failed;
      result.classList.add('is-different');
    }
    button.disabled = false;
  });

  function show({ identical, differences, software }) {
    result.classList.add(identical ? 'is-identical' : 'is-different');
    if (identical) {
      result.textContent = `✓ ${button.dataset.identical}`;
      return;
    }
    const paths = differences.slice(0, 3).map((each) => each.path).join(', ');
    const other = software && software.was !== software.is ? ` (${button.dataset.software}: ${software.was} → ${software.is})` : '';
    result.textContent = `✗ ${button.dataset.different} ${paths}${differences.length > 3 ? ' …' : ''}${other}`;
  }
}
