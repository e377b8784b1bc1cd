package org.corehours.cli.serve;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.corehours.cli.json.JsonText;

/**
 * An answer.
 *
 * @param status the HTTP status
 * @param type the media type
 * @param body the content
 * @param headers headers beyond those that every answer has
 */
record Response(int status, String type, byte[] body, Map<String, String> headers) {

    static final String HTML = "text/html; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    static Response html(int status, String page) {
        return new Response(status, HTML, page.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    static Response json(String text) {
        return new Response(200, JSON, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** One line of JSON. */
    static Response jsonError(int status, String message) {
        String line = JsonText.compact(to -> to.text("error", message)) + "\n";
        return new Response(status, JSON, line.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** One line of text. */
    static Response textError(int status, String message) {
        return new Response(status, TEXT, (message + "\n").getBytes(StandardCharsets.UTF_8), Map.of());
    }

    Response with(String header, String value) {
        Map<String, String> more = new java.util.TreeMap<>(headers);
        more.put(header, value);
        return new Response(status, type, body, more);
    }
}
