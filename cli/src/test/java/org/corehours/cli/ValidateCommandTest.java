package org.corehours.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateCommandTest {

    /** Five rows of huggingface/pytorch-image-models, results/benchmark-train-amp-{nchw,nhwc}-pt112-cu113-rtx3090.csv. */
    private static final String TABLE = """
            layout,gpu,precision,model,img_size,batch,train_samples_per_s,train_step_ms
            nchw,RTX3090,amp,deit_base_distilled_patch16_224,224,192,383.6,497.03
            nchw,RTX3090,amp,deit3_base_patch16_224,224,192,370.5,515.464
            nchw,RTX3090,amp,vit_base_patch16_224_miil,224,192,394.0,484.311
            nchw,RTX3090,amp,tinynet_e,106,512,10001.12,50.423
            nhwc,RTX3090,amp,resnet50,224,512,1218.01,419.528
            nchw,RTX3090,amp,deit_tiny_patch16_224,224,many,1,1
            """;

    @Test
    void everyRowIsPredictedOrListedWithItsReason(@TempDir Path folder) throws Exception {
        Path table = Files.writeString(folder.resolve("steps.csv"), TABLE);
        Path rows = folder.resolve("rows.csv");
        Program.Result result = Program.run("validate", table.toString(), "--rows", rows.toString(), "--json");
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.DONE);
        JsonNode json = result.json();
        assertThat(json.get("rows").asInt()).isEqualTo(6);
        assertThat(json.get("predicted").asInt()).isEqualTo(4);
        assertThat(json.get("not_covered")).hasSize(2);
        assertThat(json.get("not_covered").get(0).get("row").asInt()).isEqualTo(5);
        assertThat(json.get("not_covered").get(0).get("reason").asText()).contains("tinynet_e");
        assertThat(json.get("not_covered").get(1).get("reason").asText()).contains("batch is no number: \"many\"");
        assertThat(json.get("groups").findValuesAsText("group")).containsExactly("deit", "deit3", "resnet", "vit");
        assertThat(json.get("overall").get("n").asInt()).isEqualTo(4);
        for (String key : List.of("median_abs_error_pct", "mean_abs_error_pct", "p90_abs_error_pct", "bias_pct")) {
            assertThat(json.get("overall").get(key).isNumber()).as(key).isTrue();
        }
        List<String> lines = Files.readAllLines(rows);
        assertThat(lines).hasSize(7);
        assertThat(lines.get(0)).startsWith("line,layout,gpu,").endsWith(",not_covered");
    }

    @Test
    void visionTransformersKeepToTheirBudget(@TempDir Path folder) throws Exception {
        Path table = Files.writeString(folder.resolve("steps.csv"), TABLE);
        JsonNode overall =
                Program.run("validate", table.toString(), "--json").json().get("overall");
        assertThat(overall.get("median_abs_error_pct").asDouble()).isLessThan(6);
    }

    @Test
    void aTableCanComeFromStandardInput() {
        StringWriter out = new StringWriter();
        int code = new Main(
                        new PrintWriter(out),
                        new PrintWriter(new StringWriter()),
                        new ByteArrayInputStream(TABLE.getBytes(StandardCharsets.UTF_8)))
                .execute("validate", "-");
        assertThat(code).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).contains("4 of 6 rows").contains("Not predicted, line 5:");
    }

    @Test
    void anUnknownHeaderIsAWrongFile(@TempDir Path folder) throws Exception {
        Path table = Files.writeString(folder.resolve("steps.csv"), "a,b\n1,2\n");
        Program.Result result = Program.run("validate", table.toString());
        assertThat(result.code()).isEqualTo(ExitCode.INPUT);
        assertThat(result.err()).startsWith(table + ":1:").contains("(a, b)").contains("train_step_ms");
        Path ragged = Files.writeString(folder.resolve("ragged.csv"), "a,b\n1\n");
        assertThat(Program.run("validate", ragged.toString()).err())
                .startsWith(ragged + ":2:")
                .contains("has 1 cells, expected 2");
        assertThat(Program.run("validate", "none.csv").code()).isEqualTo(ExitCode.INPUT);
    }
}
