package org.corehours.models.spec;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes plain data as YAML: mappings in lines, lists of scalars and small mappings inline. */
public final class YamlText {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_./()+×-]*(?: [A-Za-z0-9_./()+×-]+)*");
    private static final Set<String> SPECIAL = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");
    private static final int LINE = 100;

    private YamlText() {}

    /** A document. */
    public static String document(Map<String, Object> mapping) {
        StringBuilder text = new StringBuilder();
        mapping(text, mapping, "");
        return text.toString();
    }

    /** A value on one line. */
    static String inline(Object value) {
        StringBuilder text = new StringBuilder();
        if (value instanceof Map<?, ?> map) {
            text.append('{');
            for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
                Map.Entry<?, ?> entry = i.next();
                text.append(entry.getKey()).append(": ").append(inline(entry.getValue()));
                text.append(i.hasNext() ? ", " : "");
            }
            return text.append('}').toString();
        }
        if (value instanceof List<?> list) {
            text.append('[');
            for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
                text.append(inline(i.next())).append(i.hasNext() ? ", " : "");
            }
            return text.append(']').toString();
        }
        return value instanceof String string ? quoted(string) : String.valueOf(value);
    }

    private static void mapping(StringBuilder text, Map<?, ?> mapping, String indent) {
        for (Map.Entry<?, ?> entry : mapping.entrySet()) {
            text.append(indent).append(entry.getKey()).append(':');
            value(text, entry.getValue(), indent);
        }
    }

    /** What follows a key or a dash. */
    private static void value(StringBuilder text, Object value, String indent) {
        String line = inline(value);
        if (value instanceof Map<?, ?> map && !map.isEmpty() && !(leaf(value) && line.length() <= LINE)) {
            text.append('\n');
            mapping(text, map, indent + "  ");
        } else if (value instanceof List<?> list && !list.isEmpty() && !(scalars(list) && line.length() <= LINE)) {
            text.append('\n');
            for (Object item : list) {
                item(text, item, indent + "  ");
            }
        } else {
            text.append(' ').append(line).append('\n');
        }
    }

    private static void item(StringBuilder text, Object item, String indent) {
        if (item instanceof Map<?, ?> map && !map.isEmpty()) {
            StringBuilder lines = new StringBuilder();
            mapping(lines, map, indent + "  ");
            text.append(indent).append("- ").append(lines, indent.length() + 2, lines.length());
        } else if (item instanceof List<?> list && !list.isEmpty() && !scalars(list)) {
            text.append(indent).append("-\n");
            for (Object each : list) {
                item(text, each, indent + "  ");
            }
        } else {
            text.append(indent).append("- ").append(inline(item)).append('\n');
        }
    }

    /** Whether a value holds no mappings or lists but lists of scalars. */
    private static boolean leaf(Object value) {
        return value instanceof Map<?, ?> map
                && map.values().stream()
                        .allMatch(each -> each instanceof List<?> list ? scalars(list) : !(each instanceof Map));
    }

    private static boolean scalars(List<?> list) {
        return list.stream().noneMatch(each -> each instanceof Map || each instanceof List);
    }

    private static String quoted(String text) {
        if (PLAIN.matcher(text).matches() && !SPECIAL.contains(text)) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c == '\n') {
                quoted.append("\\n");
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
