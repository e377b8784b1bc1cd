package org.corehours.cli.validation;

import java.util.List;

/** Tables whose rows leave out what a prediction needs; each row is listed with that reason. */
final class UnstatedRuns implements TableLayout {

    /** AI-Hypercomputer/maxtext: parameters and chips, no widths. */
    static final UnstatedRuns MAXTEXT = new UnstatedRuns(
            "language models on TPU slices (MaxText)",
            "AI-Hypercomputer/maxtext (Apache 2.0), README",
            List.of("tpu", "model_b", "slices", "slice_size", "tflops_per_chip", "mfu_pct"),
            "width and depth of the model, its batch and how it is sharded are not in the table");

    /** mosaicml/llm-foundry: fully sharded data parallelism. */
    static final UnstatedRuns FOUNDRY = new UnstatedRuns(
            "language models under fully sharded data parallelism (llm-foundry)",
            "mosaicml/llm-foundry (Apache 2.0), scripts/train/benchmarking",
            List.of("Model", "# GPUs", "GPU", "MFU", "MicroBatchSize", "Sharding Strategy", "Activation Checkpointing"),
            "sharded data parallelism is not simulated");

    private final String description;
    private final String source;
    private final List<String> columns;
    private final String reason;

    private UnstatedRuns(String description, String source, List<String> columns, String reason) {
        this.description = description;
        this.source = source;
        this.columns = columns;
        this.reason = reason;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public String source() {
        return source;
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public Prediction predict(MeasuredTable.Row row) throws NotCoveredException {
        throw new NotCoveredException(reason);
    }
}
