// The page: everything a person does with a chip, without installing anything.
// In: a browser, a port that the person chooses or a chip made of data.
// Out: what the doors of the library say and do, as elements.

import { EsptoolPage } from "./esptool-page.ts";

customElements.define("esptool-page", EsptoolPage);
