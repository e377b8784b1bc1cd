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

    /** An operation with its gradient rule. */
    static final class Operation implements Entry {
        final EagerTensor[] operands;
        final EagerTensor[] results;
        /** Kept until the gradients of the operands are computed. */
        final EagerTensor[] saved;

        final String operator;
        final String module;
        final Rule rule;

        Operation(
                EagerTensor[] operands,
                EagerTensor[] results,
                EagerTensor[] saved,
                String operator,
                String module,
                Rule rule) {
            this.operands = operands;
            this.results = results;
            this.saved = saved;
            this.operator = operator;
            this.module = module;
            this.rule = rule;
        }
    }

    /** A block recorded once and applied several times in a row. */
    static final class Block implements Entry {
        final int times;
        final EagerTensor[] inputs;
        final EagerTensor[] bodyInputs;
        final List<Entry> body;
        final EagerTensor[] bodyOutputs;
        final EagerTensor[] outputs;

        Block(
                int times,
                EagerTensor[] inputs,
                EagerTensor[] bodyInputs,
                List<Entry> body,
                EagerTensor[] bodyOutputs,
                EagerTensor[] outputs) {
            this.times = times;
            this.inputs = inputs;
            this.bodyInputs = bodyInputs;
            this.body = body;
            this.bodyOutputs = bodyOutputs;
            this.outputs = outputs;
        }
    }

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
