package org.corehours.cli.serve;

import java.util.List;
import java.util.regex.Pattern;

/** A parameter of a page: what a reader calls it, and which values are let through to an evaluation. */
sealed interface Field {

    /** {@return the name in the query} */
    String name();

    /** {@return what a reader calls it} */
    String label();

    /** {@return what holds where it is left empty} */
    String otherwise();

    /** @throws RefusedException if the value is none of this field */
    void check(String value);

    /**
     * One of a list.
     *
     * @param name the name in the query
     * @param label what a reader calls it
     * @param otherwise what holds where it is left empty
     * @param choices the list
     */
    record Choice(String name, String label, String otherwise, List<Item> choices) implements Field {

        public Choice {
            choices = List.copyOf(choices);
        }

        @Override
        public void check(String value) {
            if (choices.stream().noneMatch(each -> each.id().equals(value))) {
                throw new RefusedException(
                        400,
                        "The " + name + " cannot be " + Shown.of(value) + "; "
                                + Names.nearest(
                                        value, choices.stream().map(Item::id).toList()));
            }
        }
    }

    /**
     * What a list offers.
     *
     * @param group what it stands under; empty for nothing
     * @param id the value
     * @param label what a reader calls it
     */
    record Item(String group, String id, String label) {}

    /**
     * A number.
     *
     * @param name the name in the query
     * @param label what a reader calls it
     * @param otherwise what holds where it is left empty
     * @param least the smallest value
     * @param most the largest value
     * @param whole whether it is a count
     */
    record Amount(String name, String label, String otherwise, double least, double most, boolean whole)
            implements Field {

        private static final Pattern WHOLE = Pattern.compile("\\d{1,15}");
        private static final Pattern DECIMAL = Pattern.compile("\\d{1,15}(?:\\.\\d{1,15})?");

        @Override
        public void check(String value) {
            boolean written = (whole ? WHOLE : DECIMAL).matcher(value).matches();
            double number = written ? Double.parseDouble(value) : Double.NaN;
            if (!(number >= least && number <= most)) {
                throw new RefusedException(
                        400,
                        "The " + name + " (" + Shown.of(value) + ") must be a " + (whole ? "whole number" : "number")
                                + " from " + plain(least) + " to " + plain(most) + ".");
            }
        }

        /** A limit as it stands in a message and in a form. */
        static String plain(double value) {
            return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
        }
    }

    /**
     * A name that a catalog resolves, which has more of them than can be listed.
     *
     * @param name the name in the query
     * @param label what a reader calls it
     * @param otherwise what holds where it is left empty
     * @param examples some names
     */
    record Name(String name, String label, String otherwise, List<Item> examples) implements Field {

        public Name {
            examples = List.copyOf(examples);
        }

        @Override
        public void check(String value) {
            Names.check(name, value);
        }
    }
}
