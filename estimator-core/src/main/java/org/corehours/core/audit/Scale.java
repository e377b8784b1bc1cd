package org.corehours.core.audit;

/** On which scale estimates are compared: factors where all are positive, differences where some are not. */
enum Scale {
    LOGARITHMIC {
        @Override
        double apply(double value) {
            return Math.log(value);
        }
    },
    LINEAR {
        @Override
        double apply(double value) {
            return value;
        }
    };

    static Scale of(double[] samples) {
        for (double sample : samples) {
            if (sample <= 0) {
                return LINEAR;
            }
        }
        return LOGARITHMIC;
    }

    abstract double apply(double value);

    double[] apply(double[] values) {
        double[] scaled = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = apply(values[i]);
        }
        return scaled;
    }
}
