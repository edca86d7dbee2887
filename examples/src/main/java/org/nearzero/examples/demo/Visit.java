package org.nearzero.examples.demo;

import org.nearzero.examples.load.LoadReport;

/**
 * What the users of one site have had there.
 *
 * @param site its name
 * @param report all their requests
 * @param local answers that they had from instances at that site
 * @param firstMillis from their first request to their first answer; negative: there was none
 * @param firstLocalMillis from their first request to the first answer of an instance at that site; negative: there was none
 */
record Visit(String site, LoadReport report, long local, long firstMillis, long firstLocalMillis) {
    static Visit of(Site site) {
        return new Visit(
                site.name(),
                site.report(),
                site.localAnswers(),
                site.firstAnswerMillis(),
                site.firstLocalAnswerMillis());
    }

    /** Which part of the answers came from instances at that site. */
    double localShare() {
        return report.answered() == 0 ? 0 : (double) local / report.answered();
    }
}
