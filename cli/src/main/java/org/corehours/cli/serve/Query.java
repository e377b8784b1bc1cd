package org.corehours.cli.serve;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request by name, none of them blank: a form sends its empty fields too.
 *
 * @param values the values by their names, in the order of the request
 */
record Query(Map<String, String> values) {

    /** More characters than any page's state takes. */
    static final int LONGEST = 4096;

    private static final int MOST = 64;
    private static final int LONGEST_VALUE = 2048;

    Query {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Reads what follows the question mark.
     *
     * @param raw the text as it was sent; null for none
     * @return the parameters
     * @throws RefusedException if it is too long, not percent-encoded UTF-8, or names a parameter twice
     */
    static Query of(@Nullable String raw) {
        Map<String, String> values = new LinkedHashMap<>();
        if (raw == null || raw.isEmpty()) {
            return new Query(values);
        }
        if (raw.length() > LONGEST) {
            throw new RefusedException(
                    414, "The query has " + raw.length() + " characters; at most " + LONGEST + " are read.");
        }
        String[] pairs = raw.split("&", -1);
        if (pairs.length > MOST) {
            throw new RefusedException(400, "The query has " + pairs.length + " parameters; at most " + MOST + ".");
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1)).strip();
            if (value.length() > LONGEST_VALUE) {
                throw new RefusedException(
                        400,
                        "The parameter " + Shown.of(name) + " has " + value.length() + " characters; at most "
                                + LONGEST_VALUE + ".");
            }
            if (!value.isEmpty() && values.put(name, value) != null) {
                throw new RefusedException(400, "The parameter " + Shown.of(name) + " is given twice.");
            }
        }
        return new Query(values);
    }

    private static String decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '+') {
                bytes.write(' ');
            } else if (each == '%') {
                int high = digit(text, i + 1);
                int low = digit(text, i + 2);
                if (high < 0 || low < 0) {
                    throw new RefusedException(400, "The query has a % that two hexadecimal digits do not follow.");
                }
                bytes.write(16 * high + low);
                i += 2;
            } else if (each < 0x80) {
                bytes.write(each);
            } else {
                throw new RefusedException(400, "The query has a character that is not percent-encoded.");
            }
        }
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
            if (decoded.chars().anyMatch(Character::isISOControl)) {
                throw new RefusedException(400, "The query has a control character.");
            }
            return decoded;
        } catch (CharacterCodingException e) {
            throw new RefusedException(400, "The query is not UTF-8.");
        }
    }

    private static int digit(String text, int at) {
        return at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
    }

    String get(String name) {
        return values.getOrDefault(name, "");
    }

    /** {@return the parameters as they stand behind a question mark} */
    String text() {
        return values.entrySet().stream()
                .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** These parameters without some. */
    Query without(Set<String> names) {
        Map<String, String> rest = new LinkedHashMap<>(values);
        rest.keySet().removeAll(names);
        return new Query(rest);
    }
}
