package org.corehours.cli.statement;

import java.util.Locale;

/** What a statement counts when it counts hardware. On TPUs the kinds differ by factors of two. */
public enum Counted {
    /** Whatever a framework lists: a GPU; on a TPU the word "TPU" alone, which may be a chip or a core. */
    DEVICE,
    /** A core as the vendor counts cores. */
    CORE,
    /** A chip. */
    CHIP,
    /** A machine of several devices. */
    NODE;

    static Counted of(String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("core")) {
            return CORE;
        }
        if (lower.contains("chip")) {
            return CHIP;
        }
        return lower.matches(".*\\b(node|machine|server|host)s?\\b.*") ? NODE : DEVICE;
    }

    /** {@return the word in a sentence, in the singular} */
    public String word() {
        return this == NODE ? "machine" : name().toLowerCase(Locale.ROOT);
    }
}
