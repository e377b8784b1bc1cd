package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ExportsTest {

    private static final String PAPER = "perceptual-group-tokenizer";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void severalPapersHaveAFileEachWithTheirOwnReport() throws IOException {
        Path reports = folder.resolve("reports");

        done("report", "ibot", PAPER, "--format", "statement", "-o", reports.toString());

        assertThat(reports.resolve(PAPER + ".txt"))
                .hasContent(done("report", PAPER, "--format", "statement").out());
        assertThat(Files.readString(reports.resolve("ibot.txt"))).contains("v100-sxm2-32gb");
        assertThat(Program.run("report", "ibot", PAPER).err()).contains("Name a folder for them: -o FOLDER/");
        assertThat(Program.run("report", PAPER, PAPER, "-o", reports.toString()).err())
                .contains("Two of the papers have the id " + PAPER);
    }

    @Test
    void latexIsBalancedAndHasEveryRunAndClaim() {
        String latex = done("report", PAPER, "--format", "latex").out();
        assertThat(latex)
                .contains("\\begin{table}", "\\toprule", "\\bottomrule", "pgt-g-b-hours", "512 $\\times$ tpu-v5e");
        String bare =
                latex.replace("\\{", "").replace("\\}", "").replace("\\\\", "").replace("\\%", "");
        assertThat(bare.chars().filter(each -> each == '{').count())
                .isEqualTo(bare.chars().filter(each -> each == '}').count());
        assertThat(bare.chars().filter(each -> each == '$').count()).isEven();
        assertThat(bare.lines().filter(line -> line.contains("%"))).containsExactly("% Needs \\usepackage{booktabs}.");
        assertThat(latex.chars().filter(each -> each > 126)).isEmpty();
        int columns = 0;
        for (String line : latex.lines().toList()) {
            if (line.contains("\\begin{tabular}")) {
                columns = line.substring(line.indexOf("tabular}{") + 9, line.length() - 1)
                        .replace("p{5cm}", "p")
                        .length();
            } else if (line.endsWith("\\\\")) {
                assertThat(line.replace("\\&", "").split("&", -1)).as(line).hasSize(columns);
            }
        }
    }

    @Test
    void aStatementIsOneParagraphWithWhatIsClaimedEstimatedAndAssumed() {
        String statement = done("report", PAPER, "--format", "statement").out();
        assertThat(statement.lines()).hasSize(1);
        assertThat(statement)
                .contains("took 21,000 core-hours and 41.0 h; it is estimated at ", "(80 % interval ")
                .contains("What is not reported is assumed", "The other 3 runs together")
                .endsWith(".\n");
    }

    @Test
    void csvHasOneFigureALineAndTheNumbersOfTheJson() {
        List<String> lines =
                done("report", PAPER, "--format", "csv").out().lines().toList();
        assertThat(lines.get(0))
                .startsWith("paper,run,model,hardware,devices,claim,quantity,unit,low,median,high,claimed");
        assertThat(lines).allMatch(line -> line.split(",", -1).length == 15);
        var hours = done("report", PAPER, "--json").json().get("runs").get(0).get("hours");
        assertThat(lines)
                .anyMatch(line -> line.startsWith(PAPER + ",pgt-g-b,pgt_g_base,tpu-v5e,512,,hours,,"
                        + hours.get("low").asDouble() + ","
                        + hours.get("median").asDouble() + ","));
        assertThat(done("compare", PAPER, "--run", "pgt-g-b", "--hardware", "tpu-v5e,tpu-v5p", "--format", "csv")
                        .out())
                .contains(",tpu-v5p,512,,hours,,");
        assertThat(done("audit", PAPER, "--format", "csv").out().lines().skip(1))
                .hasSize(8)
                .allMatch(lines::contains);
    }

    @Test
    void chartsAreImagesByStableNames() throws Exception {
        Path charts = folder.resolve("charts");
        done("report", PAPER, "--format", "csv", "-o", folder.resolve("x").toString(), "--charts", charts.toString());
        Set<String> names = new HashSet<>();
        for (Path file : files(charts)) {
            names.add(file.getFileName().toString());
            Document image =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
            Element root = image.getDocumentElement();
            assertThat(root.getAttribute("role")).isEqualTo("img");
            assertThat(root.getElementsByTagName("title").item(0).getTextContent())
                    .isNotBlank();
            assertThat(root.getElementsByTagName("desc").item(0).getTextContent())
                    .isNotBlank();
            assertThat(root.getElementsByTagName("path").getLength()).isGreaterThan(3);
            assertThat(Files.readString(file)).doesNotContain("NaN", "undefined");
        }
        assertThat(names)
                .contains(
                        "in-short-estimates-against-claims.svg",
                        "runs-pgt-g-b-roofline.svg",
                        "runs-pgt-g-b-where-the-flops-go-and-where-the-time-goes.svg",
                        "claims-pgt-g-b-hours-what-each-alternative-leads-to.svg");
        String before = Files.readString(charts.resolve("runs-pgt-g-b-roofline.svg"));
        done("report", PAPER, "--format", "csv", "-o", folder.resolve("x").toString(), "--charts", charts.toString());
        assertThat(Files.readString(charts.resolve("runs-pgt-g-b-roofline.svg")))
                .isEqualTo(before);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    @Test
    void whatACommandHasNotIsSaidBeforeItWorks() {
        Program.Result result = Program.run("audit", PAPER, "--format", "statement");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("There is no --format statement of this; there is text, markdown, html");
    }

    @Test
    void chartsGoToAFolder() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Program.Result result = Program.run("report", PAPER, "--charts", file.toString());
        assertThat(result.code()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("it is no folder");
    }

    private static Program.Result done(String... args) {
        Program.Result result = Program.run(args);
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        return result;
    }
}
