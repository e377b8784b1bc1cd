package org.corehours.cli.report;

/**
 * A unit in which the values of an axis are numbers of one to four digits.
 *
 * @param name its name
 * @param size one of it in the unit of the values
 */
record AxisUnit(String name, double size) {

    private static final double GIB = 1L << 30;

    static AxisUnit seconds(double largest) {
        if (largest < 1e-3) {
            return new AxisUnit("µs", 1e-6);
        }
        return largest < 1 ? new AxisUnit("ms", 1e-3) : new AxisUnit("s", 1);
    }

    static AxisUnit bytes(double largest) {
        return largest < GIB ? new AxisUnit("MiB", 1L << 20) : new AxisUnit("GiB", GIB);
    }

    double of(double value) {
        return value / size;
    }
}
