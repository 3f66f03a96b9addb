import { bulk } from './bulk.js';
import { copyButtons } from './copying.js';
import { deciding } from './deciding.js';
import { dialogs } from './dialogs.js';
import { filters } from './filters.js';
import { menus } from './menus.js';
import { printing } from './printing.js';
import { release } from './release.js';
import { replay } from './replaying.js';
import { reveal } from './revealing.js';
import { rowLinks } from './rows.js';
import { sidebar } from './sidebar.js';
import { watch } from './watching.js';

const STARTS = [
  sidebar, filters, rowLinks, copyButtons, menus, dialogs, release, deciding, replay, reveal,
  watch, bulk, printing,
];
for (const start of STARTS) start();
