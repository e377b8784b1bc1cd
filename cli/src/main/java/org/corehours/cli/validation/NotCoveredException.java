package org.corehours.cli.validation;

/** A row cannot be predicted; the message says why. */
public final class NotCoveredException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param reason why, as a phrase */
    public NotCoveredException(String reason) {
        super(reason);
    }
}
