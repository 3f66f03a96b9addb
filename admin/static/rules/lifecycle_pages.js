// What the pages of a stage and of a draft's life do beside being read.

import { filtering } from './filtering.js';
import { onceOnly } from './once.js';
import { watchPreview } from './preview_watch.js';
import { redeciding } from './redeciding.js';
import { reordering } from './reordering.js';
import { switching } from './switching.js';

for (const start of [filtering, onceOnly, watchPreview, redeciding, reordering, switching]) start();
