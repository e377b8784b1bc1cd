package org.corehours.cli.validation;

/** A row cannot be predicted; the message says why. */
public final class NotCoveredException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String subject;

    /** @param reason why, as a phrase */
    public NotCoveredException(String reason) {
        this(reason, "");
    }

    /**
     * Rows that share a reason are listed together with what each is about.
     *
     * @param reason why, as a phrase that the subject ends
     * @param subject what of the row it is about, such as the name of a model
     */
    public NotCoveredException(String reason, String subject) {
        super(subject.isEmpty() ? reason : reason + " " + subject);
        this.reason = reason;
        this.subject = subject;
    }

    String reason() {
        return reason;
    }

    String subject() {
        return subject;
    }
}
