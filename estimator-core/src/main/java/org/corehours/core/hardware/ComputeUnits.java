package org.corehours.core.hardware;

import org.corehours.core.quantity.Sourced;

/** What a device multiplies with, which decides in what steps its work is cut. */
public sealed interface ComputeUnits {

    /**
     * Many processors that take one output tile each: the streaming multiprocessors of an NVIDIA GPU, the compute
     * units of an AMD one.
     *
     * @param count how many there are
     * @param matrixCores the matrix units in all of them together (tensor cores, matrix cores); 0 where there are none
     */
    record Multiprocessors(Sourced<Integer> count, Sourced<Integer> matrixCores) implements ComputeUnits {

        /** @throws IllegalArgumentException if there is no multiprocessor or a count is negative */
        public Multiprocessors {
            Checks.positive("a GPU", "number of multiprocessors", count);
            if (matrixCores.value() < 0) {
                throw new IllegalArgumentException(
                        "The number of matrix cores of a GPU cannot be " + matrixCores.value() + ".");
            }
        }
    }

    /**
     * A few large systolic arrays that every operand is padded to: the MXUs of a TPU.
     *
     * @param cores the cores (TensorCores) that make up one device
     * @param arraysPerCore the systolic arrays in each core
     * @param dimension the rows, and the columns, of one array
     */
    record SystolicArrays(Sourced<Integer> cores, Sourced<Integer> arraysPerCore, Sourced<Integer> dimension)
            implements ComputeUnits {

        /** @throws IllegalArgumentException if a count is below one */
        public SystolicArrays {
            Checks.positive("a TPU", "number of cores", cores);
            Checks.positive("a TPU", "number of systolic arrays", arraysPerCore);
            Checks.positive("a TPU", "dimension of a systolic array", dimension);
        }

        /** {@return multiply-adds that the device can do per clock cycle} */
        public long multiplyAddsPerCycle() {
            long perArray = (long) dimension.value() * dimension.value();
            return Math.multiplyExact((long) cores.value() * arraysPerCore.value(), perArray);
        }
    }
}
