package org.corehours.cli.serve;

/** A request that is not answered, with the status that says so and one line for whoever asked. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * A refusal.
     *
     * @param status an HTTP status from 400 to 599
     * @param message one line without anything that only the program should know
     */
    public RefusedException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** {@return the status} */
    public int status() {
        return status;
    }

    /** {@return the line} */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
