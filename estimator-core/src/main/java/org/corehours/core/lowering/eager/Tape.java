package org.corehours.core.lowering.eager;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was recorded for the backward computation, in order of the forward one. */
final class Tape {

    /** One recorded step. */
    sealed interface Entry permits Operation, Block {}

    /** From the gradients of an operation's results (null where none flows) to those of its operands. */
    interface Rule {
        @Nullable EagerTensor[] apply(@Nullable EagerTensor[] gradients);
    }

    /** An operation with its gradient rule; {@code operands} are those a gradient may flow to. */
    record Operation(EagerTensor[] operands, EagerTensor[] results, String module, Rule rule) implements Entry {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /** A block recorded once and applied several times in a row. */
    record Block(
            int times,
            List<EagerTensor> inputs,
            List<EagerTensor> bodyInputs,
            List<Entry> body,
            List<EagerTensor> bodyOutputs,
            List<EagerTensor> outputs)
            implements Entry {}

    private List<Entry> entries = new ArrayList<>();

    void record(Entry entry) {
        entries.add(entry);
    }

    List<Entry> entries() {
        return entries;
    }

    /** Starts recording elsewhere and returns what was recorded so far, for {@link #resume}. */
    List<Entry> suspend() {
        List<Entry> before = entries;
        entries = new ArrayList<>();
        return before;
    }

    /** Returns what was recorded since {@link #suspend} and goes on with {@code before}. */
    List<Entry> resume(List<Entry> before) {
        List<Entry> recorded = entries;
        entries = before;
        return recorded;
    }
}
