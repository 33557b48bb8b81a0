// The list of cases that need not pass yet. It only shrinks: a case on it that passes is a failure
// of the run, until its line is removed.
import fs from "node:fs";

export class Pending {
    constructor(file) {
        this.names = new Set();
        this.seen = new Set();
        this.count = 0;
        if (!file) return;
        for (const line of fs.readFileSync(file, "utf8").split("\n")) {
            const name = line.trim();
            if (name && !name.startsWith("#")) this.names.add(name);
        }
    }

    /** Judges a case by its name and what was wrong with it (null: nothing). */
    verdict(name, why) {
        this.seen.add(name);
        const listed = this.names.has(name);
        if (why === null && !listed) return { failed: false, line: `ok    ${name}` };
        if (why === null) return { failed: true, line: `FAIL  ${name}: passes now; remove it from the pending list` };
        if (!listed) return { failed: true, line: `FAIL  ${name}: ${why}` };
        this.count++;
        return { failed: false, line: `pend  ${name}: ${why}` };
    }

    /** Names on the list, of the areas that were run, that no case has. */
    unknown(areas) {
        const ran = (name) => areas.some((area) => name.startsWith(`${area}/`));
        return [...this.names].filter((name) => ran(name) && !this.seen.has(name));
    }
}
