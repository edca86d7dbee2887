package org.nearzero.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.nearzero.api.model.PopId;
import org.nearzero.api.sites.Migration;
import org.nearzero.simulation.History.Sample;

/** One run as a page: plots over time, and the migrations. One file, no script, nothing from elsewhere. */
final class Report {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 180;
    private static final int LEFT = 48;
    private static final int BOTTOM = 22;
    private static final String[] COLOURS = {"#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf"};

    private final StringBuilder page = new StringBuilder();

    private Report() {}

    static String of(World world, Run.Outcome outcome) {
        Report report = new Report();
        report.head(world, outcome);
        History history = world.history;
        report.plot("Sessions per site", history, Sample::sessions);
        report.plot("Instances per site", history, Sample::instances);
        report.plot("Connections served or waiting at a site", history, Sample::served);
        report.plot("Connections relayed from a site to a homebase", history, Sample::relayed);
        report.share(history);
        report.migrations(history);
        return report.page.append("</body></html>\n").toString();
    }

    private void head(World world, Run.Outcome outcome) {
        page.append("""
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><title>Nearzero: one simulated run</title><style>
                body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
                h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem } svg { width: 100%; height: auto; background: #fafafa }
                table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #ddd }
                .key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em }
                text { font-size: 11px; fill: #555 }
                </style></head><body>
                """);
        page.append("<h1>One simulated run</h1><p>Seed ")
                .append(world.seed)
                .append(": ")
                .append(escaped(world.scenario.toString()))
                .append(
                        "</p><table><tr><th>requests</th><th>failed, each with an excuse</th><th>served where they came in</th>")
                .append("<th>relayed</th><th>migrations</th></tr><tr><td>")
                .append(outcome.requests())
                .append("</td><td>")
                .append(outcome.failed())
                .append("</td><td>")
                .append(outcome.local())
                .append("</td><td>")
                .append(outcome.relayed())
                .append("</td><td>")
                .append(outcome.migrations())
                .append("</td></tr></table>\n");
    }

    private void plot(String title, History history, ToDoubleFunction<Sample> what) {
        title(title, history);
        double end = end(history);
        double most = 1;
        for (List<Sample> samples : history.samples().values()) {
            most = Math.max(most, samples.stream().mapToDouble(what).max().orElse(0));
        }
        frame(most, end, "");
        int i = 0;
        for (List<Sample> samples : history.samples().values()) {
            line(samples, what, most, end, COLOURS[i++ % COLOURS.length]);
        }
        page.append("</svg>\n");
    }

    /** Of the connections at a moment, the share that is served at the site where they came in. */
    private void share(History history) {
        page.append("<h2>Share of connections served where they came in</h2>\n");
        List<Sample> shares = new ArrayList<>();
        int moments =
                history.samples().values().stream().mapToInt(List::size).min().orElse(0);
        for (int m = 0; m < moments; m++) {
            int relayed = 0;
            int served = 0;
            double second = 0;
            for (List<Sample> samples : history.samples().values()) {
                relayed += samples.get(m).relayed();
                served += samples.get(m).served();
                second = samples.get(m).second();
            }
            // What is relayed is served too, at the homebase.
            int all = Math.max(served, relayed);
            shares.add(new Sample(second, 0, 0, all == 0 ? 0 : 100 * (all - relayed) / all, 0));
        }
        frame(100, end(history), " %");
        line(shares, Sample::served, 100, end(history), COLOURS[0]);
        page.append("</svg>\n");
    }

    private void title(String title, History history) {
        page.append("<h2>").append(title);
        int i = 0;
        for (PopId pop : history.samples().keySet()) {
            page.append("<span class=\"key\" style=\"background:")
                    .append(COLOURS[i++ % COLOURS.length])
                    .append("\"></span>")
                    .append(pop);
        }
        page.append("</h2>\n");
    }

    private void frame(double most, double end, String unit) {
        page.append(String.format(Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH, HEIGHT));
        for (int i = 0; i <= 4; i++) {
            double y = y(most * i / 4, most);
            page.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/><text x=\"4\" y=\"%.1f\">%.4g%s</text>",
                    LEFT,
                    y,
                    WIDTH,
                    y,
                    y + 4,
                    most * i / 4,
                    unit));
        }
        for (int i = 0; i <= 6; i++) {
            page.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%.0f s</text>",
                    x(end * i / 6, end),
                    HEIGHT - 6,
                    i == 0 ? "start" : i == 6 ? "end" : "middle",
                    end * i / 6));
        }
    }

    private void line(List<Sample> samples, ToDoubleFunction<Sample> what, double most, double end, String colour) {
        page.append("<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"")
                .append(colour)
                .append("\" points=\"");
        double last = 0;
        for (Sample sample : samples) {
            double value = what.applyAsDouble(sample);
            // A step, not a slope: nothing is known to have been in between.
            page.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(sample.second(), end), y(last, most)));
            page.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(sample.second(), end), y(value, most)));
            last = value;
        }
        page.append("\"/>");
    }

    private void migrations(History history) {
        page.append(
                        "<h2>Migrations</h2><table><tr><th>at</th><th>application</th><th>from</th><th>to</th><th>state</th>")
                .append("<th>reason</th></tr>\n");
        for (History.Event event : history.migrations()) {
            Migration migration = event.migration();
            page.append(String.format(Locale.ROOT, "<tr><td>%.3f s</td><td>", event.second()))
                    .append(migration.appId())
                    .append("</td><td>")
                    .append(migration.source())
                    .append("</td><td>")
                    .append(migration.target())
                    .append("</td><td>")
                    .append(migration.state())
                    .append("</td><td>")
                    .append(escaped(migration
                            .history()
                            .get(migration.history().size() - 1)
                            .reason()))
                    .append("</td></tr>\n");
        }
        page.append("</table>\n");
    }

    private static double end(History history) {
        double end = 1;
        for (Map.Entry<PopId, List<Sample>> each : history.samples().entrySet()) {
            List<Sample> samples = each.getValue();
            end = Math.max(
                    end, samples.isEmpty() ? 0 : samples.get(samples.size() - 1).second());
        }
        return end;
    }

    private static double x(double second, double end) {
        return LEFT + (WIDTH - LEFT) * second / end;
    }

    private static double y(double value, double most) {
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 8) * value / most;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
