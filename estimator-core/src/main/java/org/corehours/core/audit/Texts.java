package org.corehours.core.audit;

/** Checks that the records of this package share. */
final class Texts {

    private Texts() {}

    static void notBlank(String owner, String what, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("The " + what + " of " + owner + " must not be blank.");
        }
    }
}
