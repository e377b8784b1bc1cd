package org.corehours.cli.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A file of the program that becomes part of a page. */
public final class PageResource {

    /** Apache ECharts as the WebJar has it. */
    public static final String CHART_LIBRARY = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";

    /** What charts look like. */
    public static final String DRAWING = "drawing.js";

    /** The style of a page; the colours of its charts are in it. */
    public static final String STYLE = "page.css";

    /** A process that writes several pages reads what they share once. */
    private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

    private static final Map<String, String> ADMISSIONS = new ConcurrentHashMap<>();

    private PageResource() {}

    /**
     * The text of a file.
     *
     * @param name its name beside this class, or its whole path
     * @return the text
     */
    public static String text(String name) {
        return TEXTS.computeIfAbsent(name, PageResource::read);
    }

    private static String read(String name) {
        try (InputStream file = PageResource.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("The program lacks its file " + name + ". Build it again.");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The source by which a content security policy admits a script: the hash of its text. */
    static String admission(String script) {
        return ADMISSIONS.computeIfAbsent(script, PageResource::hash);
    }

    private static String hash(String script) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }
}
