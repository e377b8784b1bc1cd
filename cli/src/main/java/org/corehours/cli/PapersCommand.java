package org.corehours.cli;

import java.util.ArrayList;
import java.util.List;
import org.corehours.cli.document.Block.Column;
import org.corehours.cli.document.DocumentBuilder;
import org.corehours.cli.json.JsonText;
import org.corehours.papers.Paper;
import org.corehours.papers.PaperSchema;
import org.corehours.papers.Papers;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists papers. */
@Command(
        name = "papers",
        description = "List the built-in papers, or show one with its runs and claims.",
        footer = {"", "Examples:", "  corehours papers", "  corehours papers ibot"})
final class PapersCommand extends BaseCommand {

    @Parameters(arity = "0..1", paramLabel = "PAPER", description = "The paper to show.")
    private @Nullable String paper;

    @Option(names = "--schema", description = "Print the JSON Schema of paper files, for editors.")
    private boolean schema;

    PapersCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (schema) {
            print(PaperSchema.json());
        } else if (paper == null) {
            list(Papers.ids().stream().map(Lookups::paper).toList());
        } else {
            show(Lookups.paper(paper));
        }
        return ExitCode.DONE;
    }

    private void list(List<Paper> papers) {
        if (json()) {
            print(JsonText.array(papers, PapersCommand::write));
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        papers.forEach(each -> rows.add(List.of(
                each.id(),
                each.title(),
                String.valueOf(each.runs().size()),
                String.valueOf(each.claims().size()))));
        print(new DocumentBuilder()
                .table(
                        List.of(
                                Column.text("paper"),
                                Column.text("title"),
                                Column.number("runs"),
                                Column.number("claims")),
                        rows)
                .build());
    }

    private static void write(JsonText to, Paper paper) {
        to.text("id", paper.id())
                .text("title", paper.title())
                .text("citation", paper.citation())
                .number("runs", paper.runs().size())
                .number("claims", paper.claims().size());
    }

    private void show(Paper shown) {
        if (json()) {
            print(JsonText.array(List.of(shown), (to, each) -> {
                to.text("id", each.id())
                        .text("title", each.title())
                        .text("citation", each.citation())
                        .text("summary", each.summary());
                to.objects(
                        "runs",
                        each.runs(),
                        (one, run) -> one.text("id", run.id()).text("label", run.label()));
                to.objects(
                        "claims",
                        each.claims(),
                        (one, claim) -> one.text("id", claim.id())
                                .text("run", claim.run())
                                .text("quantity", claim.quantity().id())
                                .number("claimed", claim.value())
                                .text("quote", claim.quote())
                                .text("source", claim.source()));
            }));
            return;
        }
        DocumentBuilder document = new DocumentBuilder()
                .heading(1, shown.title())
                .paragraph(shown.citation())
                .paragraph(shown.summary());
        List<List<String>> runs = new ArrayList<>();
        shown.runs().forEach(each -> runs.add(List.of(each.id(), each.label())));
        document.table(List.of(Column.text("run"), Column.text("what it is")), runs);
        List<List<String>> claims = new ArrayList<>();
        shown.claims().forEach(each -> claims.add(List.of(each.id(), each.quote(), each.source())));
        document.table(List.of(Column.text("claim"), Column.text("as printed"), Column.text("source")), claims);
        print(document.build());
    }
}
