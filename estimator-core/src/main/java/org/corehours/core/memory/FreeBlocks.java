package org.corehours.core.memory;

import java.util.Arrays;

/**
 * Free blocks by size and, among those of one size, by number. They are few at a time, so that an array in order finds,
 * takes and puts faster than a tree.
 *
 * <p>An entry has the block's size in its upper bits, in units of 512 bytes, and its number below. Sizes from 4 TiB on
 * count as one: no device has them.
 */
final class FreeBlocks {
    private static final int FEW = 64;
    private static final int UNIT_BITS = 9;
    private static final int NUMBER_BITS = 30;
    private static final long LARGEST = (1L << (Long.SIZE - 1 - NUMBER_BITS)) - 1;

    private long[] entries = new long[FEW];
    private int count;

    private static long entry(long size, int number) {
        return Math.min(size >>> UNIT_BITS, LARGEST) << NUMBER_BITS | number;
    }

    /** {@return where the first block of at least {@code size} bytes stands; how many there are if none is} */
    int atLeast(long size) {
        return place(entry(size, 0));
    }

    /** Where the first entry stands that is not below one. */
    private int place(long entry) {
        // Which half is next cannot be foreseen, so the choice is one of values, not of branches.
        int from = 0;
        int length = count;
        while (length > 1) {
            int half = length >>> 1;
            from += entries[from + half - 1] < entry ? half : 0;
            length -= half;
        }
        return length == 1 && entries[from] < entry ? from + 1 : from;
    }

    /** {@return where a block of that size and number stands} */
    int place(long size, int number) {
        return place(entry(size, number));
    }

    int count() {
        return count;
    }

    /** {@return the number of the block that stands at a place} */
    int number(int place) {
        return (int) (entries[place] & ((1L << NUMBER_BITS) - 1));
    }

    void add(long size, int number) {
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, 2 * count);
        }
        long entry = entry(size, number);
        int place = place(entry);
        System.arraycopy(entries, place, entries, place + 1, count - place);
        entries[place] = entry;
        count++;
    }

    void removeAt(int place) {
        count--;
        System.arraycopy(entries, place + 1, entries, place, count - place);
    }

    /** A block takes the place of the one that stands at {@code place}, and moves to where it belongs. */
    void replaceAt(int place, long size, int number) {
        long entry = entry(size, number);
        int now = place(entry);
        if (now > place) {
            System.arraycopy(entries, place + 1, entries, place, --now - place);
        } else {
            System.arraycopy(entries, now, entries, now + 1, place - now);
        }
        entries[now] = entry;
    }
}
