package org.corehours.cli.report;

import org.corehours.cli.document.Numbers;
import org.corehours.core.audit.RunAudit;
import org.corehours.core.run.RunEstimate;
import org.corehours.core.run.RunPlan;
import org.corehours.core.simulate.Bottleneck;
import org.corehours.core.simulate.InputPipeline;

/** What loads the samples of a run, and whether it keeps up. */
final class InputText {

    private InputText() {}

    static String of(RunAudit run) {
        RunEstimate estimate = run.likeliest();
        RunPlan plan = estimate.plan();
        InputPipeline pipeline = InputPipeline.of(plan.input(), plan.cluster());
        if (Double.isInfinite(pipeline.samplesPerSecond())) {
            return "taken to keep up: nobody describes the host of "
                    + plan.cluster().accelerator().id() + "; name a machine, or say --cores";
        }
        StringBuilder text = new StringBuilder("up to ")
                .append(Numbers.plain(pipeline.samplesPerSecond()))
                .append(" samples/s for a device, which takes ")
                .append(Numbers.plain(estimate.samplesPerSecond() / estimate.devices()));
        if (Double.isFinite(pipeline.coresPerDevice())) {
            text.append(", from ")
                    .append(Numbers.plain(pipeline.coresPerDevice()))
                    .append(" cores");
        }
        boolean bounds = run.boundBy().containsKey(Bottleneck.INPUT) || estimate.boundBy() == Bottleneck.INPUT;
        if (bounds && !pipeline.coresKnown()) {
            text.append("; cores and workers, if known, narrow the interval");
        }
        return text.toString();
    }
}
