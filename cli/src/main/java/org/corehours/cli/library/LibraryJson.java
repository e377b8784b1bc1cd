package org.corehours.cli.library;

import java.util.LinkedHashMap;
import java.util.Map;
import org.corehours.cli.json.JsonText;
import org.corehours.cli.report.ClaimJson;

/** An audit of the library as JSON. */
public final class LibraryJson {

    private LibraryJson() {}

    /**
     * The whole document.
     *
     * @param audit the audit
     * @return JSON
     */
    public static String of(LibraryAudit audit) {
        return JsonText.object(to -> {
            to.number("papers", audit.papers());
            to.object("overall", each -> write(each, audit.overall()));
            to.object("not_used_for_widths", each -> write(each, audit.notUsedForWidths()));
            to.objects("devices", audit.byDevice(), LibraryJson::write);
            to.objects("sources", audit.byPaper(), LibraryJson::write);
            to.objects("claims", audit.claims(), (each, claim) -> {
                each.text("paper", claim.paper())
                        .text("device", claim.deviceClass())
                        .number("error", claim.error())
                        .flag("inside", claim.inside())
                        .number("width", claim.width())
                        .text("mechanism", claim.mechanism());
                ClaimJson.write(each, claim.finding());
            });
            to.objects(
                    "lies",
                    audit.lies(),
                    (each, lie) -> each.text("lie", lie.kind().label())
                            .number("told", lie.told())
                            .number("flagged", lie.flagged())
                            .number("undetermined", lie.doubted())
                            .number("median_width", lie.medianWidth()));
        });
    }

    private static void write(JsonText to, Coverage coverage) {
        Map<String, Long> verdicts = new LinkedHashMap<>();
        coverage.verdicts().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> verdicts.put(each.getKey().id(), each.getValue()));
        to.text("group", coverage.group())
                .number("n", coverage.n())
                .number("median_abs_error", coverage.medianAbsError())
                .number("inside", coverage.inside())
                .number("median_width", coverage.medianWidth())
                .numbers("verdicts", verdicts);
    }
}
