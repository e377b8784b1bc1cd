package org.corehours.cli.report;

import java.util.Locale;
import org.corehours.cli.json.JsonText;
import org.corehours.core.audit.Influence;

/** A share of the spread as JSON. */
final class InfluenceJson {

    private InfluenceJson() {}

    static void write(JsonText to, Influence influence) {
        to.text("factor", influence.factor())
                .text("kind", influence.kind().name().toLowerCase(Locale.ROOT))
                .number("first_order_share", influence.share())
                .number("total_share", influence.total());
    }
}
