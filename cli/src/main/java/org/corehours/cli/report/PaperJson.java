package org.corehours.cli.report;

import org.corehours.cli.json.JsonText;
import org.corehours.core.audit.Audit;
import org.corehours.core.audit.ErrorModel;
import org.corehours.core.audit.ErrorSource;
import org.corehours.core.hardware.Accelerator;
import org.corehours.papers.Paper;

/** Everything about one paper as JSON. */
public final class PaperJson {

    private PaperJson() {}

    /**
     * The report.
     *
     * @param paper the paper
     * @param audit its audit
     * @return the text
     */
    public static String report(Paper paper, Audit audit) {
        return JsonText.object(to -> {
            to.text("paper", paper.id())
                    .text("title", paper.title())
                    .text("citation", paper.citation())
                    .text("summary", paper.summary());
            sampling(to, audit);
            to.objects(
                    "runs",
                    audit.runs(),
                    (each, run) -> RunJson.write(each, run, paper.run(run.id()).label()));
            to.objects("claims", audit.findings(), ClaimJson::write);
            to.objects("arithmetic", audit.arithmetic(), ClaimJson::write);
            to.objects(
                    "assumptions",
                    paper.assumptions(),
                    (each, assumption) -> each.text("id", assumption.id())
                            .text("question", assumption.question())
                            .text("reason", assumption.reason())
                            .objects(
                                    "alternatives",
                                    assumption.alternatives(),
                                    (one, alternative) -> one.text("id", alternative.id())
                                            .text("label", alternative.label())
                                            .number("prior", alternative.prior())
                                            .text(
                                                    "provenance",
                                                    alternative.provenance().id())
                                            .text("source", alternative.source())));
            to.objects(
                    "inputs",
                    paper.inputs(),
                    (each, input) -> each.text("name", input.name())
                            .text("value", input.value())
                            .text("provenance", input.provenance().id())
                            .text("source", input.source())
                            .texts("runs", input.runs()));
            to.objects(
                    "sources",
                    paper.sources().entrySet(),
                    (each, source) -> each.text("id", source.getKey()).text("citation", source.getValue()));
        });
    }

    /**
     * Writes how uncertainty was sampled.
     *
     * @param to where to
     * @param audit the audit
     */
    public static void sampling(JsonText to, Audit audit) {
        to.object(
                "sampling",
                each -> each.text("sequence", "sobol")
                        .number("samples", audit.sampling().samples())
                        .number("skip", audit.sampling().skip())
                        .number("max_readings", audit.sampling().maxReadings())
                        .objects("errors_gpu", ErrorModel.standard().errors(Accelerator.Kind.GPU), PaperJson::error)
                        .objects("errors_tpu", ErrorModel.standard().errors(Accelerator.Kind.TPU), PaperJson::error));
    }

    private static void error(JsonText to, ErrorSource error) {
        to.text("id", error.id())
                .text("label", error.label())
                .number("sigma", error.sigma())
                .text("provenance", error.provenance().id())
                .text("source", error.source());
    }
}
