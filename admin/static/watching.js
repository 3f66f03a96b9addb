import { call } from './api.js';

// While an order is on its way, say when it has changed since the page was made.

const EVERY_MS = 10000;
const SETTLED = ['completed', 'cancelled', 'rejected', 'returned'];

export function watch() {
  const { order, status, decision } = document.body.dataset;
  const bar = document.querySelector('[data-changed]');
  if (!order || !bar || SETTLED.includes(status)) return;
  const timer = setInterval(async () => {
    if (document.hidden) return;
    try {
      const { order: now } = await call(`/v1/orders/${encodeURIComponent(order)}`);
      if (now.status === status && (now.decision_id ?? '') === decision) return;
      bar.hidden = false;
      clearInterval(timer);
    } catch {
      clearInterval(timer); // signed out, or no network: the next click will tell
    }
  }, EVERY_MS);
}
