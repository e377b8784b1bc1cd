package org.corehours.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/**
 * Files of strangers, one kind each: whatever a file holds, the program accepts it or says in a few lines what is wrong with
 * it. That it is at fault itself, exit code 1, is what is looked for.
 */
class ReaderFuzzTest {

    @FuzzTest
    void modelFile(byte[] bytes) throws IOException {
        Program.runsOn("model.yaml", bytes, "count", "--json");
    }

    @FuzzTest
    void onnxFile(byte[] bytes) throws IOException {
        Program.runsOn("model.onnx", bytes, "count", "--json");
    }

    @FuzzTest
    void configFile(byte[] bytes) throws IOException {
        Program.runsOn("config.json", bytes, "count", "--json");
    }

    @FuzzTest
    void hardwareFile(byte[] bytes) throws IOException {
        Program.runsOn("device.yaml", bytes, "hardware");
    }

    @FuzzTest
    void paperFile(byte[] bytes) throws IOException {
        Program.runsOn("paper.yaml", bytes, "papers", "--json");
    }

    @FuzzTest
    void sweepFile(byte[] bytes) throws IOException {
        Program.runsOn("sweep.yaml", bytes, "sweep", "--sample", "3", "--json");
    }

    @FuzzTest
    void measuredTable(byte[] bytes) throws IOException {
        Program.runsOn("table.csv", bytes, "validate", "--json");
    }

    @FuzzTest
    void kernelTable(byte[] bytes) throws IOException {
        Program.runsOn("kernels.csv", bytes, "calibrate", "--hardware", "t4", "--transfer", "--json");
    }

    @FuzzTest
    void sentence(FuzzedDataProvider data) {
        Program.run("check", "--json", "--", data.consumeRemainingAsString());
    }
}
