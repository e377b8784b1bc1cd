package org.corehours.cli;

/** What was asked for cannot be on this hardware. */
final class InfeasibleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InfeasibleException(String message) {
        super(message);
    }
}
