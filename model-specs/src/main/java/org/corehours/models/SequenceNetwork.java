package org.corehours.models;

/** A network that reads sequences of tokens. */
public interface SequenceNetwork extends Network {
    /**
     * This network on sequences of another length.
     *
     * @param tokens tokens of a sample
     * @throws IllegalArgumentException if the architecture cannot read so many
     */
    SequenceNetwork withSequenceLength(int tokens);
}
