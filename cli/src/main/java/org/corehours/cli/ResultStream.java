package org.corehours.cli;

import java.io.IOException;
import java.io.OutputStream;

/** Standard output that says so when nobody takes what is written: a print stream would go on working for nothing. */
final class ResultStream extends OutputStream {

    private final OutputStream to;
    private boolean closed;

    ResultStream(OutputStream to) {
        this.to = to;
    }

    /** Results cannot be written. */
    static final class NotWrittenException extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private static final String CLOSED_PIPE = "Broken pipe";

        NotWrittenException(IOException cause) {
            super("Cannot write to standard output: " + cause.getMessage() + ".", cause);
        }

        /** Whether the reader of a pipe has left, as {@code head} does once it has enough. */
        boolean isClosedPipe() {
            return getCause() != null && CLOSED_PIPE.equals(getCause().getMessage());
        }
    }

    @Override
    public void write(int each) {
        write(new byte[] {(byte) each}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        if (closed) {
            return;
        }
        try {
            to.write(bytes, from, length);
        } catch (IOException e) {
            closed = true;
            throw new NotWrittenException(e);
        }
    }

    @Override
    public void flush() {
        if (closed) {
            return;
        }
        try {
            to.flush();
        } catch (IOException e) {
            closed = true;
            throw new NotWrittenException(e);
        }
    }
}
