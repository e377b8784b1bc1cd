package org.corehours.cli;

import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The commands by name, in the order of the help. */
final class Commands {

    private Commands() {}

    static Map<String, Supplier<BaseCommand>> all(Terminal terminal, InputStream in) {
        Map<String, Supplier<BaseCommand>> commands = new LinkedHashMap<>();
        commands.put("report", () -> new ReportCommand(terminal));
        commands.put("audit", () -> new AuditCommand(terminal));
        commands.put("check", () -> new CheckCommand(terminal));
        commands.put("estimate", () -> new EstimateCommand(terminal));
        commands.put("explain", () -> new ExplainCommand(terminal));
        commands.put("fit", () -> new FitCommand(terminal));
        commands.put("compare", () -> new CompareCommand(terminal));
        commands.put("sweep", () -> new SweepCommand(terminal));
        commands.put("serve", () -> new ServeCommand(terminal));
        commands.put("count", () -> new CountCommand(terminal));
        commands.put("papers", () -> new PapersCommand(terminal));
        commands.put("models", () -> new ModelsCommand(terminal));
        commands.put("hardware", () -> new HardwareCommand(terminal));
        commands.put("validate", () -> new ValidateCommand(terminal, in));
        commands.put("calibrate", () -> new CalibrateCommand(terminal));
        commands.put("trace", () -> new TraceCommand(terminal));
        commands.put("init", () -> new InitCommand(terminal));
        return commands;
    }
}
