package org.nearzero.cli;

/** How to show what was asked for. */
enum Output {
    /** For a person. */
    TABLE,
    /** For a program: as the API has it. */
    JSON
}
