package org.corehours.cli.serve;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.corehours.cli.html.PageResource;

/** Styles and scripts: these, and nothing that a path could lead to. */
final class Assets {

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    private record Asset(String resource, String type) {}

    private static final Map<String, Asset> ALL = Map.of(
            "/assets/page.css", new Asset(PageResource.STYLE, STYLE),
            "/assets/serve.css", new Asset("/org/corehours/cli/serve/serve.css", STYLE),
            "/assets/drawing.js", new Asset(PageResource.DRAWING, SCRIPT),
            "/assets/charts.js", new Asset("charts.js", SCRIPT),
            "/assets/echarts.js", new Asset(PageResource.CHART_LIBRARY, SCRIPT),
            "/assets/serve.js", new Asset("/org/corehours/cli/serve/serve.js", SCRIPT));

    private Assets() {}

    static boolean has(String path) {
        return ALL.containsKey(path);
    }

    /** @throws RefusedException if there is none */
    static Response get(String path) {
        Asset asset = ALL.get(path);
        if (asset == null) {
            throw new RefusedException(404, "There is nothing at " + Shown.of(path) + ".");
        }
        return new Response(
                200, asset.type(), PageResource.text(asset.resource()).getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
