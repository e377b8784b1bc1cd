package org.corehours.cli.validation;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Halves a table that constants are fitted on: one half to fit, the other to report errors on.
 *
 * <p>A row's side follows from its configuration alone, not from the device or the measured value, so that one
 * configuration is on the same side on every device and in every repetition. It is the last bit of the CRC-32 of the
 * configuration's words joined by commas: in Python, {@code zlib.crc32(b"linear,1,512,4096,1024") & 1}. Rows with 1 are
 * left out of every fit.
 */
public final class Split {

    private Split() {}

    /**
     * Whether the rows of a configuration are left out of fits.
     *
     * @param configuration its words, in the order of the table's columns
     * @return whether they are
     */
    public static boolean leavesOut(Object... configuration) {
        StringBuilder key = new StringBuilder();
        for (Object word : configuration) {
            key.append(key.length() == 0 ? "" : ",").append(word);
        }
        CRC32 hash = new CRC32();
        hash.update(key.toString().getBytes(StandardCharsets.UTF_8));
        return (hash.getValue() & 1) == 1;
    }
}
