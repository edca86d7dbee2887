package org.nearzero.sites.core;

/** What must survive a crash: each kind has a table of its own, and a key in it. */
public sealed interface Kept permits Member, HomebaseRecord, ShareRecord, FollowerRecord {
    /** In which table it is kept. */
    Table table();

    /** Under which name. */
    String key();

    /** The tables of the store. */
    enum Table {
        /** The sites: {@link Member} by site. */
        SITES("sites"),
        /** The applications whose homebase is here: {@link HomebaseRecord} by application. */
        HOMEBASES("homebases"),
        /** What their other sites do: {@link ShareRecord} by application and site. */
        SHARES("shares"),
        /** The applications whose homebase is elsewhere: {@link FollowerRecord} by application. */
        FOLLOWERS("followers");

        private final String tableName;

        Table(String tableName) {
            this.tableName = tableName;
        }

        /** Its name in the store. */
        public String tableName() {
            return tableName;
        }
    }
}
