package org.corehours.cli.report;

import java.util.Locale;
import org.corehours.cli.json.JsonText;
import org.corehours.core.lowering.Kernel;
import org.corehours.core.run.RunPlan;
import org.corehours.core.run.StepExplanation;
import org.corehours.core.simulate.Timeline;

/** An explained step for programs. */
public final class ExplanationJson {

    private ExplanationJson() {}

    /**
     * A step with all its kernels.
     *
     * @param step the step
     * @param by what makes a group; grouped by kernel, the groups are the kernels
     * @return the text
     */
    public static String of(StepExplanation step, KernelGroup.By by) {
        RunPlan plan = step.plan();
        Timeline timeline = step.timeline();
        return JsonText.object(to -> {
            to.text("model", plan.model())
                    .text("hardware", plan.cluster().accelerator().id())
                    .number("devices", plan.cluster().devices())
                    .text("stack", plan.stack().id())
                    .text("precision", plan.precision().id())
                    .number("global_batch", plan.globalBatch())
                    .number("micro_batch", plan.microBatch())
                    .number("accumulation_steps", plan.accumulationSteps())
                    .number("step_seconds", timeline.stepSeconds())
                    .number("busy_seconds", timeline.busySeconds())
                    .numbers("idle_seconds", Breakdown.idleSeconds(timeline))
                    .number("communication_seconds", timeline.communicationSeconds())
                    .number("communication_overlap", timeline.communicationOverlap())
                    .text("bound_by", timeline.boundBy().id())
                    .objects("critical_path", timeline.criticalPath(), StepTrace::piece)
                    .objects(
                            "kernels",
                            KernelGroup.of(step, KernelGroup.By.KERNEL),
                            (each, group) -> kernel(each, group, timeline));
            if (by != KernelGroup.By.KERNEL) {
                to.objects("groups", KernelGroup.of(step, by), (each, group) -> {
                    each.text(by.id(), KernelNames.group(group, by));
                    sums(each, group, timeline);
                });
            }
        });
    }

    private static void kernel(JsonText to, KernelGroup group, Timeline timeline) {
        Kernel kernel = group.first().kernel();
        to.text("phase", group.first().phase())
                .text("operator", kernel.operator())
                .text("kind", kernel.kind().name().toLowerCase(Locale.ROOT))
                .texts("modules", group.modules())
                .text("data_type", kernel.type().label())
                .texts("inputs", KernelNames.layouts(kernel.inputs()))
                .texts("outputs", KernelNames.layouts(kernel.outputs()))
                .texts("products", KernelNames.products(kernel.products()));
        sums(to, group, timeline);
    }

    private static void sums(JsonText to, KernelGroup group, Timeline timeline) {
        to.number("calls", group.calls())
                .number("launches", group.launches())
                .number("flops", group.flops())
                .number("bytes", group.bytes())
                .number("seconds", group.seconds())
                .number("share", group.seconds() / timeline.stepSeconds())
                .text("limit", group.limit().name().toLowerCase(Locale.ROOT))
                .number("flops_per_second", group.flopsPerSecond())
                .number("bytes_per_second", group.bytesPerSecond())
                .number("roofline_fraction", group.rooflineFraction());
    }
}
