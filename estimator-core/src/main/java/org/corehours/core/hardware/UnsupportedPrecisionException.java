package org.corehours.core.hardware;

import java.util.Collection;
import java.util.stream.Collectors;

/** A device was asked to multiply matrices in a precision it has no path for. */
public final class UnsupportedPrecisionException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final Precision precision;

    /**
     * @param accelerator the device's id
     * @param precision what was asked for
     * @param supported what it has
     */
    public UnsupportedPrecisionException(String accelerator, Precision precision, Collection<Precision> supported) {
        super("The accelerator " + accelerator + " has no matrix units for " + precision.id() + "; it supports "
                + supported.stream().map(Precision::id).collect(Collectors.joining(", ")) + ".");
        this.precision = precision;
    }

    /** {@return the precision that was asked for} */
    public Precision precision() {
        return precision;
    }
}
